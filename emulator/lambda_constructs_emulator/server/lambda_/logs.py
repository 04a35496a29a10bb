"""Writes a function's logs with its execution role.

Lambda needs `logs:CreateLogStream` and `logs:PutLogEvents` on the function's log group, and
`logs:CreateLogGroup` if there is none yet. Without them the function runs and its logs are lost.
ministack writes them anyway, with a new stream for each invocation; on AWS each execution environment has
one. The events do not come in through the API, so they are stored here. `IncomingBytes` of the log group
counts their bytes.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ..cloudwatch import data_points
from ..core import hooks, journal
from ..iam import permissions
from ..logs import embedded_metrics
from .output import LogEvent
from .variables import log_group

Request = dict[str, Any]
Response = tuple[int, Mapping[str, str], bytes]

_WRITE: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
_CREATE_GROUP: Final = "logs:CreateLogGroup"

_logs = hooks.module("services.cloudwatch_logs")
_responses = hooks.module("core.responses")
_writing: Final = threading.Lock()
_numbers: Final = itertools.count(1)
_groups: Mapping[str, Any] = hooks.attribute(_logs, "_log_groups")
_create_group: Callable[[Request], Response] = hooks.attribute(_logs, "_create_log_group")
_create_stream: Callable[[Request], Response] = hooks.attribute(_logs, "_create_log_stream")
_append: Callable[[Any, Sequence[Mapping[str, Any]]], None] = hooks.attribute(_logs, "_append_log_events")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")


def write(configuration: Mapping[str, Any], stream: str, events: Sequence[LogEvent]) -> None:
    """Add events to a stream of the function's log group, if its role permits it."""
    group = log_group(configuration)
    missing = _missing(configuration["Role"], group)
    if missing:
        journal.note("logs-denied", function=configuration["FunctionName"], missing=missing)
        return
    request: Request = {"logGroupName": group, "logStreamName": stream}
    now = int(time.time() * 1000)
    stored = [
        {
            "timestamp": each.timestamp,
            "message": each.message,
            "ingestionTime": now,
            "eventId": f"{next(_numbers):056d}",
        }
        for each in events
    ]
    with _writing:
        if group not in _groups:
            _create_group(request)
        streams = _groups[group]["streams"]
        if stream not in streams:
            _create_stream(request)
        _append(streams[stream], stored)
    for each in events:
        embedded_metrics.record(each.message)
    _logs._fanout_to_subscription_filters(group, stream, stored)
    _logs._fanout_to_live_tail_sessions(group, stream, stored)
    size = sum(len(each.message.encode()) for each in events)
    data_points.record("AWS/Logs", [{"LogGroupName": group}], [("IncomingBytes", size, "Bytes")])


def _missing(role: str, group: str) -> Sequence[str]:
    """The permissions that a role lacks to write to a log group."""
    arn = f"arn:aws:logs:{_region()}:{_account()}:log-group:{group}"
    # IAM is asked about the stream, whose name is new each time, so no policy names one; and about a group
    # as about a stream without a name, so a policy on `<group>:*` is meant, too.
    needed = [(action, f"{arn}:log-stream:new") for action in _WRITE]
    if group not in _groups:
        needed.append((_CREATE_GROUP, f"{arn}:log-stream:"))
    return permissions.lacking(role, *needed)
