"""Accepts alarms that ministack refuses: on metric math, and composite alarms from CloudFormation.

`Metrics` is accepted from PutMetricAlarm, where ministack drops it, and from `AWS::CloudWatch::Alarm`,
where it is refused; so is the latter's `WarmUpConfiguration`. `AWS::CloudWatch::CompositeAlarm` becomes a
resource type. Definitions that cannot be evaluated here are refused: anomaly detection, suppressed actions,
unusual statistics and functions.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ..core import hooks
from . import alarm_points, alarm_rules, alarms

Properties = Mapping[str, Any]
Record = dict[str, Any]
Response = tuple[int, Mapping[str, str], bytes | str]

_cloudwatch = hooks.module("services.cloudwatch")
_provisioners = hooks.module("services.cloudformation.provisioners")
_stored: Any = hooks.attribute(_cloudwatch, "_alarms")
_composites: Any = hooks.attribute(_cloudwatch, "_composite_alarms")
_error: Callable[..., Response] = hooks.attribute(_cloudwatch, "_error")
_delete_alarms: Callable[..., Response] = hooks.attribute(_cloudwatch, "_delete_alarms")
_generated_name: Callable[..., str] = hooks.attribute(_provisioners, "_physical_name")
_replace_renamed: Callable[..., Any] = hooks.attribute(_provisioners, "_rename_replacement")

_COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
_WARM_UP: Final = "WarmUpConfiguration"
_SUPPRESSOR: Final = "ActionsSuppressor"
_OF_ONE_METRIC: Final = (
    *("Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Unit"),
)
_OK_STATUS = 200


def install() -> None:
    """Accept the definitions.

    Raises:
        hooks.HookError: ministack takes alarms differently now, or knows composite ones itself.
    """
    hooks.wrap(_cloudwatch, "_put_metric_alarm", _put_metric_alarm)
    hooks.wrap(_cloudwatch, "_put_composite_alarm", _put_composite_alarm)
    hooks.wrap(_provisioners, "_cw_metric_alarm_record", _metric_alarm_record)
    handlers: dict[str, dict[str, Any]] = hooks.attribute(_provisioners, "_RESOURCE_HANDLERS")
    if _COMPOSITE in handlers:
        raise hooks.HookError(f"ministack provisions {_COMPOSITE} itself")
    handlers[_COMPOSITE] = {
        "create": _create_composite,
        "update": _update_composite,
        "update_with_logical_id": True,
        "delete": _delete_composite,
    }


def _put_metric_alarm(
    original: Callable[..., Response],
    params: Mapping[str, Any],
    data: Properties,
    is_cbor: bool,  # noqa: FBT001 - ministack calls it like this
    is_json: bool = False,  # noqa: FBT001, FBT002
) -> Response:
    with alarms.lock:
        try:
            _check(data if is_cbor or is_json else _from_query(params))
        except ValueError as error:
            return _error("ValidationError", str(error), 400, use_json=is_json, use_cbor=is_cbor)
        response = original(params, data, is_cbor, is_json)
        if response[0] == _OK_STATUS and data.get("Metrics"):
            name = data["AlarmName"]
            _stored[name] = _on_math(_stored[name], data["Metrics"])
        return response


def _from_query(params: Mapping[str, Any]) -> Properties:
    """The checked part of a request in the old protocol, whose nested members are not read here."""
    if any(name.startswith("Metrics.") for name in params):
        raise ValueError("The emulator takes Metrics as JSON or CBOR only")
    flat = {name: value[0] if isinstance(value, list) else value for name, value in params.items()}
    return {name: value for name, value in flat.items() if value}


def _check(alarm: Properties) -> None:
    """Refuse what would never be evaluated.

    Raises:
        ValueError: says what it is.
    """
    comparison = alarm.get("ComparisonOperator")
    if comparison not in alarm_rules.COMPARISONS or alarm.get("ThresholdMetricId"):
        raise ValueError(f"The emulator compares with static thresholds only, not {comparison}")
    alarm_points.check(alarm)


def _on_math(alarm: Record, queries: Sequence[Properties]) -> Record:
    """The record of an alarm, on an expression instead of one metric."""
    kept = {name: value for name, value in alarm.items() if name not in _OF_ONE_METRIC}
    return {**kept, "Metrics": [dict(query) for query in queries]}


def _metric_alarm_record(
    original: Callable[[str, Properties], Record], name: str, properties: Properties
) -> Record:
    """The record for a template's properties; ministack refuses those with `Metrics`."""
    queries = [_query(query) for query in properties.get("Metrics") or ()]
    _check({**properties, "Metrics": queries})
    warm_up = {_WARM_UP: properties[_WARM_UP]} if _WARM_UP in properties else {}
    if not queries:
        return {**original(name, properties), **warm_up}
    rest = {key: value for key, value in properties.items() if key != "Metrics"}
    return _on_math({**original(name, {**rest, "Namespace": "-", "MetricName": "-"}), **warm_up}, queries)


def _query(query: Properties) -> Record:
    """A metric query of a template, in which numbers and booleans may be strings."""
    typed: Record = dict(query)
    if "MetricStat" in typed:
        typed["MetricStat"] = {**typed["MetricStat"], "Period": int(typed["MetricStat"]["Period"])}
    if "Period" in typed:
        typed["Period"] = int(typed["Period"])
    typed["ReturnData"] = _flag(typed.get("ReturnData", True))
    return typed


def _flag(value: object) -> bool:
    return str(value).lower() == "true"


def _put_composite_alarm(
    original: Callable[..., Response],
    params: Mapping[str, Any],
    data: Properties,
    is_cbor: bool,  # noqa: FBT001 - ministack calls it like this
    is_json: bool = False,  # noqa: FBT001, FBT002
) -> Response:
    if data.get(_SUPPRESSOR) or params.get(_SUPPRESSOR):
        message = f"The emulator does not know {_SUPPRESSOR}"
        return _error("ValidationError", message, 400, use_json=is_json, use_cbor=is_cbor)
    return original(params, data, is_cbor, is_json)


def _composite_name(properties: Properties, stack: str, logical_id: str) -> str:
    return properties.get("AlarmName") or _generated_name(stack, logical_id, max_len=255)


def _create_composite(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
    name = _composite_name(properties, stack, logical_id)
    enabled = _flag(properties.get("ActionsEnabled", True))
    request = {**properties, "AlarmName": name, "ActionsEnabled": enabled}
    _succeed(_cloudwatch._put_composite_alarm({}, request, False, True))
    return name, {"Arn": _composites[name]["AlarmArn"]}


def _update_composite(
    name: str, old: Properties, new: Properties, stack: str, logical_id: str
) -> tuple[str, dict[str, str]]:
    """Change it in place, or replace it when its name changed."""
    replaced: tuple[str, dict[str, str]] | None = _replace_renamed(
        *(name, old, new, stack, logical_id),
        *(_composite_name(new, stack, logical_id), name if name in _composites else None),
        *(_create_composite, _delete_composite),
    )
    return _create_composite(logical_id, new, stack) if replaced is None else replaced


def _delete_composite(name: str, _properties: Properties) -> None:
    _succeed(_delete_alarms({}, {"AlarmNames": [name]}, False, True))


def _succeed(response: Response) -> None:
    """Turn an error response into the failure of a resource."""
    status, _headers, body = response
    if status != _OK_STATUS:
        raise ValueError(json.loads(body).get("message") or str(body))
