"""`ops status`: what the workloads of a stack do now."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from .console import rate, show
from .deployments import deployments, lifecycle_events
from .failed_work import Queue
from .failure_paths import destinations, mappings
from .last_errors import last_errors
from .logs import events
from .prune import weights
from .status_text import text
from .workloads import AT_ONCE, Clients, OperationError, Workload, all_workloads, place

_ERRORS: Final = 3
_RECENT: Final = timedelta(minutes=15)
_ALARMS: Final = 100  # in one request
_CLEAR: Final = "\x1b[H\x1b[2J"
_QUEUES: Final = ("queue", "deadLetterQueue", "failureQueue")
_COUNTS: Final = tuple(f"ApproximateNumberOfMessages{suffix}" for suffix in ("", "NotVisible", "Delayed"))


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
    """Print the status of all workloads of a stack, or of the region: once, or until Ctrl-C."""
    from .clients import FAILURES  # noqa: PLC0415 - it needs the extra

    status = _print(clients, arguments)
    try:
        while arguments.watch:
            time.sleep(arguments.watch)
            try:
                _print(clients, arguments)
            except FAILURES as error:
                print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return status


def _print(clients: Clients, arguments: argparse.Namespace) -> int:
    """Print it once; returns 1 if an alarm fires, 2 if a workload could not be read."""
    cloudformation = clients("cloudformation")
    workloads = [*all_workloads(cloudformation, arguments.stack)]
    if not workloads:
        where = place(cloudformation, arguments.stack)
        raise OperationError(f"{where} has no workloads; pass another --region or --profile")
    stacks = [*dict.fromkeys(each.stack for each in workloads)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        states = dict(zip(stacks, pool.map(partial(_stack_status, clients), stacks), strict=True))
        found = [*pool.map(partial(_status, clients, states), workloads)]
    if arguments.watch and sys.stdout.isatty():
        print(end=_CLEAR)
    show(arguments, {"workloads": found}, text(found))
    sys.stdout.flush()
    problems = [each for each in found if each["problem"]]
    for each in problems:
        print(f"error: {each['workload']}: {each['problem']}", file=sys.stderr)
    return 2 if problems else int(any(each["alarms"]["firing"] for each in found))


def _stack_status(clients: Clients, stack: str) -> str:
    return str(clients("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def _status(clients: Clients, states: Mapping[str, str], workload: Workload) -> dict[str, Any]:
    """The status of a workload, or the problem because of which it cannot be read."""
    from .clients import FAILURES  # noqa: PLC0415 - it needs the extra

    head = {
        "workload": workload.path,
        "class": workload.kind,
        "stack": workload.stack,
        "stack_status": states[workload.stack],
    }
    try:
        return {**head, "problem": None, **_facts(clients, workload)}
    except (OperationError, *FAILURES) as error:
        return {**head, "problem": str(error)}


def _facts(clients: Clients, workload: Workload) -> dict[str, Any]:
    functions = clients("lambda")
    alias = functions.get_alias(**workload.alias)
    reserved = functions.get_function_concurrency(FunctionName=workload.function)
    dimensions = {"FunctionName": workload.function}
    sources = [*mappings(functions, workload)]
    recent = events(clients, workload, time.time() - _RECENT.total_seconds(), errors=True)
    return {
        "version": alias["FunctionVersion"],
        "weights": dict(weights(alias)),
        "deployment": _deployment(clients, workload),
        "alarms": _alarms(clients, workload),
        "mappings": [
            {
                "source": each.get("EventSourceArn", ""),
                "state": each.get("State", ""),
                "result": each.get("LastProcessingResult", ""),
            }
            for each in sources
        ],
        "queues": list(_queues(clients, workload, sources)),
        "concurrency": {
            "now": _metric(clients, "AWS/Lambda", "ConcurrentExecutions", dimensions),
            "reserved": reserved.get("ReservedConcurrentExecutions"),
            "provisioned": _provisioned(clients, workload),
        },
        "errors": last_errors(recent, _ERRORS),
    }


def _deployment(clients: Clients, workload: Workload) -> dict[str, Any] | None:
    """The newest deployment."""
    newest = next(deployments(clients, workload), None)
    if newest is None:
        return None
    return {**asdict(newest), "running": newest.is_running, "events": lifecycle_events(clients, newest)}


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


def _queues(
    clients: Clients, workload: Workload, sources: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The queues of a workload, also those of other stacks."""
    sqs = clients("sqs")
    urls = {role: url for role in _QUEUES if (url := workload.resources.get(role))}
    places = [*urls.items()]
    seen = {url.rpartition("/")[2] for url in urls.values()}

    def add(role: str, arn: str) -> None:
        name = arn.rpartition(":")[2]
        if arn.split(":")[2:3] == ["sqs"] and name not in seen:
            seen.add(name)
            places.append((role, Queue(sqs, arn).url))

    for each in sources:
        add("queue", each.get("EventSourceArn", ""))
    for arn, _ in destinations(clients, workload):
        add("failureQueue", arn)
    for role, url in places:  # a queue adds its dead-letter queue
        names = [*_COUNTS, *(["RedrivePolicy"] if role == "queue" else ())]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if policy := found.get("RedrivePolicy"):
            add("deadLetterQueue", json.loads(policy)["deadLetterTargetArn"])
        name = url.rpartition("/")[2]
        age = _metric(clients, "AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": name})
        messages = sum(int(found[each]) for each in _COUNTS)
        yield {"role": role, "name": name, "messages": messages, "oldest_seconds": age}


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
