"""Sends an event to the default event bus when an alarm changes its state, which ministack does not.

The events have no `reasonData`. Those of created, changed and deleted alarms are not sent.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

import contextvars
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

from ..core import hooks

Alarm = MutableMapping[str, Any]

_cloudwatch = hooks.module("services.cloudwatch")
_responses = hooks.module("core.responses")
_metric_alarms: Mapping[str, Alarm] = hooks.attribute(_cloudwatch, "_alarms")
_composite_alarms: Mapping[str, Alarm] = hooks.attribute(_cloudwatch, "_composite_alarms")
_dispatch: Callable[[Mapping[str, Any]], None] = hooks.attribute(
    hooks.module("services.eventbridge"), "_dispatch_event"
)
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_SENT: Final = "StateOfLastEvent"
_OF_RULES: Final = (
    "AlarmRule",
    "ActionsSuppressor",
    "ActionsSuppressorExtensionPeriod",
    "ActionsSuppressorWaitPeriod",
)


def send(name: str, old: str, new: str, reason: str) -> None:
    """Send the event of a change; not in this thread, which may hold locks."""
    alarm = _metric_alarms.get(name) or _composite_alarms.get(name)
    if alarm is None:
        return
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime(now))
    state = {"value": new, "reason": reason, "timestamp": stamp}
    before = alarm.get(_SENT)
    previous = before if before and before["value"] == old else {"value": old}
    alarm[_SENT] = state
    detail = {
        "alarmName": name,
        "state": state,
        "previousState": previous,
        "configuration": _configuration(alarm),
    }
    event = {
        "EventId": str(uuid.uuid4()),
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Detail": json.dumps(detail),
        "EventBusName": "default",
        "Time": now,
        "Resources": [alarm["AlarmArn"]],
        "Account": _account(),
        "Region": _region(),
    }
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_dispatch, event), name="alarm event", daemon=True).start()


def _configuration(alarm: Alarm) -> Mapping[str, Any]:
    described = {"description": alarm["AlarmDescription"]} if alarm.get("AlarmDescription") else {}
    if "AlarmRule" in alarm:
        return {**described, **{_camel(name): alarm[name] for name in _OF_RULES if alarm.get(name)}}
    return {**described, "metrics": [_query(each) for each in _queries(alarm)]}


def _queries(alarm: Alarm) -> list[Mapping[str, Any]]:
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, alarm["AlarmArn"]))
    return [
        {"Id": identity, "MetricStat": {"Metric": metric, "Period": alarm.get("Period"), "Stat": statistic}}
    ]


def _query(query: Mapping[str, Any]) -> Mapping[str, Any]:
    shown = {_camel(name): query[name] for name in ("Id", "Expression", "Label", "Period") if query.get(name)}
    if found := query.get("MetricStat"):
        metric = found["Metric"]
        shown["metricStat"] = {
            "metric": {
                "namespace": metric.get("Namespace"),
                "name": metric.get("MetricName"),
                "dimensions": _dimensions(metric.get("Dimensions") or []),
            },
            "period": int(found["Period"]),
            "stat": found["Stat"],
        }
    return {**shown, "returnData": str(query.get("ReturnData", True)).lower() != "false"}


def _dimensions(given: Any) -> Mapping[str, str]:  # noqa: ANN401 - a list of the API, or ministack's map
    return given if isinstance(given, Mapping) else {each["Name"]: each["Value"] for each in given}


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
