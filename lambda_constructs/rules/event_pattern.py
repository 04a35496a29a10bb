"""The grammar of event patterns, which EventBridge and the filters of Lambda share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from ..template.template import Template
from ..template.values import is_known
from .pattern_operators import operator_fault
from .rule import Place, Words, at, rule, warning
from .urls import EVENT_PATTERN_URL

EVENT_PATTERN_MAXIMUM: Final = 2_048  # characters, a quota: EVENT_PATTERN_URL
OR: Final = "$or"
_DETAIL: Final = "detail"
# The fields of every event, strings but for the detail:
# https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
FIELDS: Final = frozenset(
    (
        *("account", _DETAIL, "detail-type", "id", "region", "replay-name"),
        *("resources", "source", "time", "version"),
    )
)


def pattern_fault(pattern: object, path: str = "") -> str | None:
    """What is wrong with a pattern, or None; what is not plain JSON is not judged."""
    if not isinstance(pattern, Mapping):
        return f"{path or 'the pattern'} is not an object"
    if not pattern:
        return f"{path or 'the pattern'} is empty"
    for key, value in pattern.items():
        name = f"{path}.{key}" if path else str(key)
        fault = _alternatives(value, name) if key == OR else _field(value, name)
        if fault is not None:
            return fault
    return None


def _alternatives(value: object, path: str) -> str | None:
    if not isinstance(value, list | tuple) or len(value) < 2:
        return f"{path} is not a list of at least two patterns"
    faults = (pattern_fault(each, path) for each in value)
    return next((fault for fault in faults if fault is not None), None)


def _field(value: object, path: str) -> str | None:
    match value:
        case Mapping():
            return pattern_fault(value, path)
        case list() | tuple():
            if not value:
                return f"{path} is an empty list"
            return next((fault for each in value if (fault := _leaf(each, path))), None)
        case bool() | int() | float() | str() | None:
            return f"{path} is {value!r}, not a list"
        case _:
            return None


def _leaf(value: object, path: str) -> str | None:
    match value:
        case list() | tuple():
            return f"{path} has a list in a list"
        case Mapping():
            fault = operator_fault(value)
            return fault and f"{path} has {fault}"
        case _:
            return None


@rule(
    "event-pattern",
    why="EventBridge refuses the rule, or the pattern matches nothing.",
    source=EVENT_PATTERN_URL,
    names={"pattern": ("source.pattern", "EventPattern")},
)
def event_pattern_form(words: Words, pattern: Mapping[str, object]) -> str | None:
    """Objects of fields that events have, and lists of values or operators that are not empty."""
    fault = pattern_fault(pattern) or _matches_nothing(pattern)
    if fault is None:
        return None
    example = "{'source': ['shop'], 'detail': {'state': ['paid']}}"
    return f"{words.pattern}: {fault}; write lists of values, such as {example}"


def _matches_nothing(pattern: Mapping[str, object]) -> str | None:
    """The first field that no event has, or whose value no event has."""
    for key, value in pattern.items():
        if key == OR:
            alternatives = value if isinstance(value, list | tuple) else ()
            fault = next((found for each in alternatives if (found := _matches_nothing(each))), None)
        elif key not in FIELDS:
            fault = f"events do not have {key!r}, only {', '.join(sorted(FIELDS))}"
        elif key == _DETAIL:
            fault = (
                f"{key} is an object in every event, not a value" if isinstance(value, list | tuple) else None
            )
        else:
            listed = value if isinstance(value, list | tuple) else ()
            wrong = [each for each in listed if each is None or isinstance(each, int | float)]
            fault = f"{key} has {wrong[0]!r}, but is a string in every event" if wrong else None
        if fault is not None:
            return fault
    return None


@event_pattern_form.in_template
def _(template: Template) -> Iterator[Place]:
    for each in template.of_type("AWS::Events::Rule"):
        pattern = each.get("EventPattern")
        if isinstance(pattern, dict) and is_known(pattern):
            yield at(each, "EventPattern", pattern)


@warning(
    why="EventBridge refuses a longer pattern, unless the quota of the account is raised.",
    source=EVENT_PATTERN_URL,
    names={"pattern": ("source.pattern", "EventPattern")},
)
def event_pattern_length(words: Words, length: int) -> str | None:
    """At most 2,048 characters as JSON."""
    if length <= EVENT_PATTERN_MAXIMUM:
        return None
    return (
        f"{words.pattern} has {length} characters, EventBridge allows {EVENT_PATTERN_MAXIMUM}; match fewer "
        "values, or use several rules"
    )


@event_pattern_length.in_template
def _(template: Template) -> Iterator[Place]:
    for each in template.of_type("AWS::Events::Rule"):
        pattern = each.get("EventPattern")
        if isinstance(pattern, dict):
            yield at(each, "EventPattern", pattern_length(pattern))


def pattern_length(pattern: Mapping[str, object]) -> int:
    """Characters of a pattern as JSON, without spaces; of unknown values only few."""
    text = json.dumps(pattern, separators=(",", ":"), default=lambda _: "", ensure_ascii=False)
    return len(text)
