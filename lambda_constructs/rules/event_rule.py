"""Rules for EventBridge rules: the input of the function, names and descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ..template.template import Template, value_at
from .event_pattern import FIELDS
from .rule import Place, Words, at, rule, texts

_INPUT_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html"
_RULE_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"
_KIND: Final = "AWS::Events::Rule"
# botocore: events RuleName, scheduler Name
_NAME: Final = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
DESCRIPTION_MAXIMUM: Final = 512  # characters: botocore, events RuleDescription
_FIRST_FIELD: Final = re.compile(r"\$\.([A-Za-z0-9_-]+)")


@rule(why="EventBridge refuses the rule or the schedule.", source=_RULE_URL)
def trigger_name(_: Words, option: str, name: str) -> str | None:
    """The name of an EventBridge rule or schedule has 1 to 64 letters, digits, `.`, `-` and `_`."""
    if _NAME.fullmatch(name):
        return None
    return f"{option} is {name!r}, EventBridge allows 1 to 64 letters, digits and ._-; rename it"


@trigger_name.in_template
def _(template: Template) -> Iterator[Place]:
    for kind in (_KIND, "AWS::Scheduler::Schedule"):
        for place in texts(kind, "Name")(template):
            yield at(place.resource, "Name", "Name", *place.values)


@rule(
    why="EventBridge refuses the rule.",
    source=_RULE_URL,
    names={"description": ("source.description", "Description")},
)
def rule_description_length(words: Words, description: str) -> str | None:
    """The description of an EventBridge rule has at most 512 characters."""
    length = len(description)
    if length <= DESCRIPTION_MAXIMUM:
        return None
    return (
        f"{words.description} has {length} characters, EventBridge allows {DESCRIPTION_MAXIMUM}; shorten it"
    )


rule_description_length.in_template(texts(_KIND, "Description"))


@rule(
    why="EventBridge sends nothing for a field that the event does not have, and reports no error.",
    source=_INPUT_URL,
)
def event_input_path(_: Words, path: str) -> str | None:
    """A rule takes values from fields that events have."""
    found = _FIRST_FIELD.match(path)
    if found is None or found[1] in FIELDS:
        return None
    fields = ", ".join(sorted(FIELDS))
    return (
        f"the path {path!r} begins with a field that events do not have; begin it with $. and one of {fields}"
    )


@event_input_path.in_template
def _(template: Template) -> Iterator[Place]:
    for each in template.of_type(_KIND):
        for index, target in enumerate(each.items("Targets")):
            paths = value_at(target, "InputTransformer", "InputPathsMap")
            named = paths if isinstance(paths, Mapping) else {}
            found = {f"InputTransformer/InputPathsMap/{key}": path for key, path in named.items()}
            for location, path in {"InputPath": value_at(target, "InputPath"), **found}.items():
                if isinstance(path, str):
                    yield at(each, f"Targets/{index}/{location}", path)
