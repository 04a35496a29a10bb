"""Rules for the filter patterns of log groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.template import Template
from .rule import Place, Words, at, rule

_PATTERN_URL: Final = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"
LOG_FILTER_MAXIMUM: Final = 1_024  # characters: botocore, logs FilterPattern
_QUOTED: Final = re.compile(r'"(\\.|[^"\\])*"|%[^%]*%')
_FORMS: Final = {"{": "}", "[": "]"}


@rule(
    "log-filter-pattern",
    why="CloudWatch Logs refuses the subscription filter.",
    source=_PATTERN_URL,
    names={"pattern": ("source.filter_pattern", "FilterPattern")},
)
def log_filter_pattern(words: Words, pattern: str) -> str | None:
    """At most 1,024 characters, with closed quotes, braces and brackets."""
    if len(pattern) > LOG_FILTER_MAXIMUM:
        return (
            f"{words.pattern} has {len(pattern)} characters, CloudWatch Logs allows {LOG_FILTER_MAXIMUM}; "
            "shorten it"
        )
    plain = _QUOTED.sub("_", pattern).strip()
    if '"' in plain:
        fault = "a quote"
    elif (closes := _FORMS.get(plain[:1])) is not None and (len(plain) == 1 or plain[-1] != closes):
        fault = f"a {plain[0]}"
    elif plain.count("(") != plain.count(")") and plain[:1] == "{":
        fault = "a bracket"
    else:
        return None
    return f"{words.pattern} is {pattern!r}, with {fault} that is not closed; close it"


@log_filter_pattern.in_template
def _(template: Template) -> Iterator[Place]:
    for each in template.of_type("AWS::Logs::SubscriptionFilter"):
        pattern = each.get("FilterPattern")
        if isinstance(pattern, str):
            yield at(each, "FilterPattern", pattern)
