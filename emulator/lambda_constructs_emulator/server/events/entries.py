"""Refuses entries of PutEvents that EventBridge refuses, each with its error, and sends the others.

ministack takes events without a source, a detail type or a detail, and details that are not a JSON object.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

Document = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_events = hooks.module("services.eventbridge")
_json_response: Callable[[object], Response] = hooks.attribute(
    hooks.module("core.responses"), "json_response"
)

_REQUIRED: Final = ("Source", "DetailType", "Detail")


def install() -> None:
    """Judge entries before ministack sends them.

    Raises:
        hooks.HookError: ministack takes events in another way now.
    """
    hooks.wrap(_events, "_put_events", _put)


def _put(original: Callable[..., Response], request: Document, /, *more: object, **named: object) -> Response:
    entries = request.get("Entries", [])
    errors = [_error(entry) for entry in entries]
    if not any(errors):
        return original(request, *more, **named)
    good = [entry for entry, error in zip(entries, errors, strict=True) if not error]
    answer = json.loads(original({**request, "Entries": good}, *more, **named)[2])
    sent = iter(answer["Entries"])
    results = [error or next(sent) for error in errors]
    return _json_response(
        {"FailedEntryCount": sum("ErrorCode" in each for each in results), "Entries": results}
    )


def _error(entry: Document) -> dict[str, str]:
    """The error of an entry; empty if EventBridge takes it."""
    for name in _REQUIRED:
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": reason}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if isinstance(detail, dict):
        return {}
    return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
