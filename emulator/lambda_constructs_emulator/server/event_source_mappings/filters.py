"""Filters events for event source mappings as EventBridge matches patterns, and refuses other patterns.

ministack filters for mappings without `$or`, `equals-ignore-case` and values in arrays. It drops messages
that Lambda passes on, passes on what a pattern excludes, and ignores what is not a pattern. Lambda has
EventBridge's patterns without wildcards, and without operators in `anything-but`.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..core import hooks
from . import refusals

Record = Mapping[str, Any]
Pattern = Mapping[str, Any]

_lambda = hooks.module("services.lambda_svc")
_events = hooks.module("services.eventbridge")
_parsed: Callable[[str], tuple[list[Pattern] | None, str | None]] = hooks.attribute(
    _events, "_parse_pattern_text"
)
_compiled: Callable[[str], list[Pattern] | None] = hooks.attribute(_events, "_compiled_pattern")
_matches: Callable[[Record, Pattern], bool] = hooks.attribute(_events, "_matches_detail")
_of_kinesis: Callable[[Record], Record] = hooks.attribute(_lambda, "_kinesis_record_for_match")


def install() -> None:
    """Filter here instead of in ministack.

    Raises:
        hooks.HookError: ministack filters for mappings or matches event patterns in another way now.
    """
    hooks.wrap(_lambda, "_apply_filter_criteria", _apply)
    refusals.install(_objections)


def _apply(_original: object, records: Sequence[Record], mapping: Record) -> Sequence[Record]:
    """The records that match one of the patterns."""
    patterns = [pattern for text in _texts(mapping) for pattern in _compiled(text) or ()]
    if not patterns:
        return records
    return [
        record for record in records if any(_matches(_as_matched(record), pattern) for pattern in patterns)
    ]


def _as_matched(record: Record) -> Record:
    """A record as patterns see it: its data is what the JSON in it says."""
    if "kinesis" in record:
        return _of_kinesis(record)
    try:
        return {**record, "body": json.loads(record["body"])} if "body" in record else record
    except ValueError:
        return record


def _texts(settings: Record) -> Iterator[str]:
    for each in (settings.get("FilterCriteria") or {}).get("Filters") or ():
        if text := each.get("Pattern"):
            yield text


def _objections(settings: Record) -> Iterator[str]:
    for text in _texts(settings):
        patterns, reason = _parsed(text)
        unsupported = next((name for pattern in patterns or () for name in _unsupported(pattern)), None)
        if reason or unsupported:
            yield f"Invalid filter pattern definition. ({reason or f'{unsupported} is not supported'})"


def _unsupported(pattern: object) -> Iterator[str]:
    """The operators of a pattern that only EventBridge has."""
    match pattern:
        case {"wildcard": _}:
            yield "wildcard"
        case {"anything-but": {**excluded}}:
            yield f"anything-but with {', '.join(map(str, excluded))}"
        case {**fields}:
            for each in fields.values():
                yield from _unsupported(each)
        case list(values):
            for each in values:
                yield from _unsupported(each)
