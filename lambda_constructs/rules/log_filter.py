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
_STANDARD: Final = "STANDARD"
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


@rule(
    "log-group-class",
    why="CloudWatch Logs refuses the subscription filter.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html",
)
def log_group_class(words: Words, group: str, log_class: str) -> str | None:
    """Only log groups of the standard class have subscription filters."""
    if log_class == _STANDARD:
        return None
    option = words("log_group_class", "LogGroupClass")
    return (
        f"log group {group} is of the class {log_class}, without subscriptions; set {option} to {_STANDARD}"
    )


@log_group_class.in_template
def _(template: Template) -> Iterator[Place]:
    for each in template.of_type("AWS::Logs::SubscriptionFilter"):
        group = template.referred(each.get("LogGroupName"))
        log_class = None if group is None else group.get("LogGroupClass")
        if group is not None and isinstance(log_class, str):
            yield at(each, "LogGroupName", group.path, log_class, about=[group])
