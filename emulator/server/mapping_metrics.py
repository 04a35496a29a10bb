"""The metrics of event source mappings that ask for them with `MetricsConfig`.

A mapping with the metric group `EventCount` counts its events in the namespace `AWS/Lambda` with the
dimension `EventSourceMappingUUID`; one without has no such metrics. ministack drops the setting and
counts nothing. Who reads, sends and deletes the events calls `record`; what the filters of a mapping
on a queue take out is counted here. Unlike on AWS, a poll that finds nothing does not count a zero.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
"""

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any, Final

from emulator.server import hooks, provisioning

Record = Mapping[str, Any]
Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_SETTING: Final = "MetricsConfig"
_EVENT_COUNT: Final = "EventCount"
_RESOURCE_TYPE: Final = "AWS::Lambda::EventSourceMapping"
_ERROR: Final = 400

_lambda = hooks.module("services.lambda_svc")
_cloudwatch = hooks.module("services.cloudwatch")
_responses = hooks.module("core.responses")
_mappings: MutableMapping[str, dict[str, Any]] = hooks.attribute(_lambda, "_esms")
_shown: Callable[[Record], dict[str, Any]] = hooks.attribute(_lambda, "_esm_response")
_json_response: Callable[[object, int], Response] = hooks.attribute(_responses, "json_response")
_record_metric: Callable[..., None] = hooks.attribute(_cloudwatch, "record_metric")


def install() -> None:
    """Keep the setting, and count what filters take out.

    Raises:
        hooks.HookError: ministack creates, updates or filters for mappings in another way now.
    """
    hooks.wrap(_lambda, "_create_esm", _create)
    hooks.wrap(_lambda, "_update_esm", _update)
    hooks.wrap(_lambda, "_apply_filter_criteria", _filter)
    provisioning.wrap(_RESOURCE_TYPE, "create", _provision)
    provisioning.wrap(_RESOURCE_TYPE, "update", _provision_update)


def record(mapping: Record, **counts: int) -> None:
    """Count events of a mapping, if it asks for that.

    Args:
        mapping: ministack's record of it.
        **counts: by the names of the metrics, such as `PolledEventCount`.
    """
    if _EVENT_COUNT in ((mapping.get(_SETTING) or {}).get("Metrics") or []):
        for name, count in counts.items():
            dimensions = {"EventSourceMappingUUID": mapping["UUID"]}
            _record_metric("AWS/Lambda", name, count, "Count", dimensions)


def _create(original: Callable[[Settings], Response], settings: Settings) -> Response:
    return _kept(original(settings), settings)


def _update(original: Callable[[str, Settings], Response], identifier: str, changes: Settings) -> Response:
    return _kept(original(identifier, changes), changes)


def _kept(response: Response, settings: Settings) -> Response:
    """The response, with the setting in it and in the record of the mapping."""
    status, _headers, body = response
    if status >= _ERROR or _SETTING not in settings:
        return response
    mapping = _mappings[json.loads(body)["UUID"]]
    mapping[_SETTING] = settings[_SETTING]
    return _json_response(_shown(mapping), status)


def _provision(
    original: Callable[[str, Settings, str], tuple[str, Any]],
    logical_id: str,
    properties: Settings,
    stack: str,
) -> tuple[str, Any]:
    created = original(logical_id, properties, stack)
    _set(created[0], properties)
    return created


def _provision_update(
    original: Callable[[str, Settings, Settings, str], tuple[str, Any]],
    identifier: str,
    old: Settings,
    new: Settings,
    stack: str,
) -> tuple[str, Any]:
    updated = original(identifier, old, new, stack)
    _set(updated[0], new)
    return updated


def _set(identifier: str, properties: Settings) -> None:
    """Have the setting of the template, or none."""
    mapping = _mappings[identifier]
    mapping.pop(_SETTING, None)
    if properties.get(_SETTING):
        mapping[_SETTING] = properties[_SETTING]


def _filter(
    original: Callable[[Sequence[Record], Record], Sequence[Record]],
    events: Sequence[Record],
    mapping: Record,
) -> Sequence[Record]:
    kept = original(events, mapping)
    if mapping["EventSourceArn"].startswith("arn:aws:sqs:"):
        record(mapping, PolledEventCount=len(events))
        if mapping.get("FilterCriteria"):
            record(mapping, FilteredOutEventCount=len(events) - len(kept))
    return kept
