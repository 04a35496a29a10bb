"""`ops status`: what the workloads of a stack do now."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ..text_table import table
from .console import rate, show
from .deployments import deployments, lifecycle_events
from .logs import events
from .prune import weights
from .workloads import Clients, OperationError, Workload, all_workloads

_ERRORS: Final = 3
_RECENT: Final = timedelta(minutes=15)
_ALARMS: Final = 100  # in one request
_CLEAR: Final = "\x1b[H\x1b[2J"
_QUEUES: Final = ("queue", "deadLetterQueue", "failureQueue")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "--watch",
        nargs="?",
        type=rate,
        const=5.0,
        metavar="SECONDS",
        help="print it again every 5 seconds, or as often as you say, until Ctrl-C",
    )


def run(clients: Clients, arguments: argparse.Namespace) -> int:
    """Print the status of all workloads of a stack, or of the region; 1 if an alarm fires."""
    while True:
        found = [_status(clients, each) for each in all_workloads(clients("cloudformation"), arguments.stack)]
        if not found:
            raise OperationError(f"{arguments.stack or 'the region'} has no workloads")
        if arguments.watch and sys.stdout.isatty():
            print(end=_CLEAR)
        show(arguments, {"workloads": found}, _text(found))
        if not arguments.watch:
            return int(any(each["alarms"]["firing"] for each in found))
        sys.stdout.flush()
        time.sleep(arguments.watch)


def _status(clients: Clients, workload: Workload) -> dict[str, Any]:
    functions = clients("lambda")
    alias = functions.get_alias(**workload.alias)
    reserved = functions.get_function_concurrency(FunctionName=workload.function)
    dimensions = {"FunctionName": workload.function}
    recent = list(events(clients, workload, _RECENT, errors=True))[-_ERRORS:]
    return {
        "workload": workload.path,
        "class": workload.kind,
        "stack": workload.stack,
        "version": alias["FunctionVersion"],
        "weights": dict(weights(alias)),
        "deployment": _deployment(clients, workload),
        "alarms": _alarms(clients, workload),
        "queues": list(_queues(clients, workload)),
        "concurrency": {
            "now": _metric(clients, "AWS/Lambda", "ConcurrentExecutions", dimensions),
            "reserved": reserved.get("ReservedConcurrentExecutions"),
            "provisioned": _provisioned(clients, workload),
        },
        "errors": recent,
    }


def _deployment(clients: Clients, workload: Workload) -> dict[str, Any] | None:
    """The newest deployment."""
    newest = next(deployments(clients, workload), None)
    if newest is None:
        return None
    return {
        **asdict(newest),
        "running": newest.is_running,
        "events": lifecycle_events(clients, newest),
    }


def _alarms(clients: Clients, workload: Workload) -> dict[str, Any]:
    """The alarms of a workload, whose descriptions start with its path."""
    found = []
    for start in range(0, len(workload.alarms), _ALARMS):
        names = list(workload.alarms[start : start + _ALARMS])
        found += clients("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    own = [
        each
        for each in found
        if each.get("AlarmDescription", "").startswith((f"{workload.path}: ", f"{workload.path}/"))
    ]
    firing = [each for each in own if each["StateValue"] == "ALARM"]
    return {
        "count": len(own),
        "firing": [{"name": each["AlarmName"], "description": each["AlarmDescription"]} for each in firing],
    }


def _queues(clients: Clients, workload: Workload) -> Iterator[dict[str, Any]]:
    for role in _QUEUES:
        if url := workload.resources.get(role):
            suffixes = ("", "NotVisible", "Delayed")
            names = [f"ApproximateNumberOfMessages{each}" for each in suffixes]
            found = clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            name = url.rpartition("/")[2]
            yield {
                "role": role,
                "name": name,
                "messages": sum(int(value) for value in found.values()),
                "oldest_seconds": _metric(
                    clients, "AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": name}
                ),
            }


def _metric(clients: Clients, namespace: str, name: str, dimensions: Mapping[str, str]) -> float | None:
    """The newest maximum of a metric; None without data."""
    now = datetime.now(UTC)
    points = clients("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - _RECENT,
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    newest = max(points, key=lambda point: point["Timestamp"], default=None)
    return None if newest is None else newest["Maximum"]


def _provisioned(clients: Clients, workload: Workload) -> dict[str, Any] | None:
    functions = clients("lambda")
    try:
        found = functions.get_provisioned_concurrency_config(**workload.qualified)
    except functions.exceptions.ProvisionedConcurrencyConfigNotFoundException:
        return None
    return {
        "requested": found["RequestedProvisionedConcurrentExecutions"],
        "available": found.get("AvailableProvisionedConcurrentExecutions", 0),
        "status": found["Status"],
    }


def _text(found: list[dict[str, Any]]) -> str:
    header = ("workload", "version", "deployment", "alarms", "queue", "failed", "oldest", "concurrency")
    rows = [
        (
            each["workload"],
            _version(each),
            _rollout(each["deployment"]),
            f"{len(each['alarms']['firing'])} of {each['alarms']['count']}",
            *_depths(each["queues"]),
            _concurrency(each["concurrency"]),
        )
        for each in found
    ]
    return "\n".join([table(header, rows), *(line for each in found for line in _details(each))])


def _version(status: Mapping[str, Any]) -> str:
    return " ".join([status["version"], *(f"+{share:.0%} {of}" for of, share in status["weights"].items())])


def _rollout(deployment: Mapping[str, Any] | None) -> str:
    if deployment is None:
        return "-"
    at = deployment["ended"] or deployment["started"]
    return f"{deployment['status']} {at:%H:%M:%S}" if at else str(deployment["status"])


def _depths(queues: list[dict[str, Any]]) -> tuple[str, str, str]:
    waiting = [each["messages"] for each in queues if each["role"] == "queue"]
    failed = [each["messages"] for each in queues if each["role"] != "queue"]
    oldest = max((each["oldest_seconds"] or 0 for each in queues if each["messages"]), default=0)
    return (
        str(sum(waiting)) if waiting else "-",
        str(sum(failed)) if failed else "-",
        str(timedelta(seconds=round(oldest))) if queues else "-",
    )


def _concurrency(found: Mapping[str, Any]) -> str:
    text = f"{found['now'] or 0:g}"
    if found["reserved"] is not None:
        text += f" of {found['reserved']} reserved"
    if provisioned := found["provisioned"]:
        text += f", {provisioned['available']} of {provisioned['requested']} provisioned"
    return text


def _details(status: Mapping[str, Any]) -> Iterator[str]:
    """The deployment in flight, the alarms that fire, and the last errors."""
    deployment = status["deployment"]
    if deployment and (deployment["running"] or deployment["error"]):
        yield (
            f"{status['workload']}: deployment {deployment['id']} {deployment['status']}, version "
            f"{deployment['old']} to {deployment['new']}, {deployment['config']}, started "
            f"{deployment['started']} {deployment['error']}".rstrip()
        )
        yield from (f"  {_event(each)}" for each in deployment["events"])
    yield from (f"alarm {each['name']}: {each['description']}" for each in status["alarms"]["firing"])
    for each in status["errors"]:
        text = _first_line(each["message"])
        yield f"{status['workload']}: {each['time']} version {each['version']}: {text}"


def _event(event: Mapping[str, Any]) -> str:
    """A lifecycle event with its times."""
    times = [f"{at:%H:%M:%S}" for at in (event["started"], event["ended"]) if at]
    return " ".join([event["name"], event["status"], " to ".join(times)]).rstrip()


def _first_line(message: str) -> str:
    """The part of a log event that says what is wrong."""
    try:
        line = json.loads(message)
    except ValueError:
        return message.splitlines()[0] if message else ""
    said = line.get("errorMessage") or line.get("message") or message if isinstance(line, dict) else message
    return str(said).splitlines()[0] if said else ""
