"""The operators of event patterns, and what each of them compares with.

EventBridge and Lambda share one implementation, which is stricter than their documentation:
https://github.com/aws/event-ruler
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from typing import Final

_NUMBER_MAXIMUM: Final = 5e9  # EVENT_PATTERN_URL, "Numeric matching"
_WILDCARD: Final = re.compile(r"(\\[\\*]|\*(?!\*)|[^\\*])*")  # event-ruler's WildcardParser
_IGNORE_CASE: Final = "equals-ignore-case"
# The numeric comparisons that can be followed by another one.
_LOWER: Final = (">", ">=")
_UPPER: Final = ("<", "<=")


def operator_fault(operator: object) -> str | None:
    """What is wrong with an operator, such as `{"prefix": "a"}`, or None; unknown values are not judged."""
    if not isinstance(operator, Mapping) or not _is_json(operator):
        return None
    if len(operator) != 1 or not _OPERATORS.keys() & operator.keys():
        return f"{json.dumps(operator)}, not one operator such as prefix"
    ((name, operand),) = operator.items()
    accepts, expected = _OPERATORS[name]
    return None if accepts(operand) else f"{json.dumps(operator)}, but {name} takes {expected}"


def lambda_lacks(operator: object) -> str | None:
    """The operator if EventBridge has it for buses, but not for pipes and event source mappings."""
    match operator:
        case {"wildcard": _}:
            return "wildcard"
        case {"anything-but": Mapping() as inner}:
            return " with ".join(("anything-but", *inner))
        case _:
            return None


def is_absence(operator: object) -> bool:
    """Whether an operator matches fields that events do not have."""
    return isinstance(operator, Mapping) and operator.get("exists") is False


def _is_text(operand: object) -> bool:
    return isinstance(operand, str)


def _is_end(operand: object) -> bool:
    """A string, or one whose case is ignored."""
    if isinstance(operand, Mapping):
        return len(operand) == 1 and _is_text(operand.get(_IGNORE_CASE))
    return _is_text(operand)


def _is_wildcard(operand: object) -> bool:
    return isinstance(operand, str) and _WILDCARD.fullmatch(operand) is not None


def _is_block(operand: object) -> bool:
    try:
        return (
            isinstance(operand, str) and "/" in operand and bool(ipaddress.ip_network(operand, strict=False))
        )
    except ValueError:
        return False


def _is_number(operand: object) -> bool:
    return isinstance(operand, int | float) and not isinstance(operand, bool)


def _is_comparison(operand: object) -> bool:
    """One comparison, or a lower and an upper bound."""
    if not isinstance(operand, list | tuple) or len(operand) not in (2, 4):
        return False
    comparisons, numbers = operand[::2], operand[1::2]
    if not all(_is_number(each) and abs(each) <= _NUMBER_MAXIMUM for each in numbers):
        return False
    if len(numbers) == 1:
        return comparisons[0] in ("=", *_LOWER, *_UPPER)
    return comparisons[0] in _LOWER and comparisons[1] in _UPPER and numbers[0] < numbers[1]


def _is_exclusion(operand: object) -> bool:
    """Strings or numbers, not mixed, or strings of another operator."""
    if isinstance(operand, Mapping):
        if len(operand) != 1:
            return False
        ((name, inner),) = operand.items()
        texts = inner if isinstance(inner, list | tuple) else [inner]
        accepts = _EXCLUSIONS.get(name)
        return accepts is not None and bool(texts) and all(each != "" and accepts(each) for each in texts)
    values = operand if isinstance(operand, list | tuple) else [operand]
    return bool(values) and (all(map(_is_text, values)) or all(map(_is_number, values)))


def _is_json(value: object) -> bool:
    """Whether a value is known and plain."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float)


Accepts = Callable[[object], bool]
_EXCLUSIONS: Final[Mapping[str, Accepts]] = {
    "prefix": _is_text,
    "suffix": _is_text,
    _IGNORE_CASE: _is_text,
    "wildcard": _is_wildcard,
}
_OPERATORS: Final[Mapping[str, tuple[Accepts, str]]] = {
    "anything-but": (_is_exclusion, "strings, numbers, or one of " + ", ".join(_EXCLUSIONS)),
    "cidr": (_is_block, "a block of addresses such as 10.0.0.0/24"),
    _IGNORE_CASE: (_is_text, "a string"),
    "exists": (lambda operand: isinstance(operand, bool), "true or false"),
    "numeric": (_is_comparison, 'comparisons such as [">", 0, "<=", 5], with numbers up to 5,000,000,000'),
    "prefix": (_is_end, "a string"),
    "suffix": (_is_end, "a string"),
    "wildcard": (_is_wildcard, "a string without two stars in a row, with backslashes only before * or \\"),
}
