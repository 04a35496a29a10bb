"""The status of workloads as text: a table, and a line for each problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .console import fitted
from .last_errors import first_line

_HEADER: Final = ("workload", "version", "deployment", "alarms", "queue", "failed", "oldest", "concurrency")
_PAGES: Final = "https://github.com/lambda-constructs/lambda-constructs/blob/main/docs/"
_QUIET: Final = ("Creating", "Enabled", "Updating")


def text(found: Sequence[Mapping[str, Any]]) -> str:
    """The status of all workloads."""
    rows = [_row(each) for each in found]
    stacks = {each["stack"]: each["stack_status"] for each in found}
    lines = [f"stack {name}: {state}{_advice(state)}" for name, state in stacks.items() if _matters(state)]
    lines += [line for each in found if not each["problem"] for line in _details(each)]
    return "\n".join([fitted(_HEADER, rows), *lines])


def _matters(state: str) -> bool:
    """Whether a stack is busy or did not take its last change."""
    return not state.endswith("_COMPLETE") or "ROLLBACK" in state


def _advice(state: str) -> str:
    return "; `ops unwedge` continues its rollback" if state == "UPDATE_ROLLBACK_FAILED" else ""


def _row(status: Mapping[str, Any]) -> tuple[str, ...]:
    if status["problem"]:
        return (status["workload"], *["?"] * (len(_HEADER) - 1))
    alarms = status["alarms"]
    return (
        status["workload"],
        " ".join([status["version"], *(f"+{share:.0%} {of}" for of, share in status["weights"].items())]),
        _rollout(status["deployment"]),
        f"{len(alarms['firing'])} of {alarms['count']}",
        *_depths(status["queues"]),
        _concurrency(status["concurrency"]),
    )


def _rollout(deployment: Mapping[str, Any] | None) -> str:
    if deployment is None:
        return "-"
    at = deployment["ended"] or deployment["started"]
    return f"{deployment['status']} {_when(at)}" if at else str(deployment["status"])


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def _depths(queues: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    waiting = [each["messages"] for each in queues if each["role"] == "queue"]
    failed = [each["messages"] for each in queues if each["role"] != "queue"]
    oldest = max((each["oldest_seconds"] or 0 for each in queues if each["messages"]), default=0)
    return (
        str(sum(waiting)) if waiting else "-",
        str(sum(failed)) if failed else "-",
        str(timedelta(seconds=round(oldest))) if queues else "-",
    )


def _concurrency(found: Mapping[str, Any]) -> str:
    shown = f"{found['now'] or 0:g}"
    if found["reserved"] is not None:
        shown += f" of {found['reserved']} reserved"
    if provisioned := found["provisioned"]:
        shown += f", {provisioned['available']} of {provisioned['requested']} provisioned"
    return shown


def _details(status: Mapping[str, Any]) -> Iterator[str]:
    """The deployment in flight, mappings with problems, alarms that fire, and the last errors."""
    name, deployment = status["workload"], status["deployment"]
    if deployment and (deployment["running"] or deployment["error"]):
        started = f", started {_when(deployment['started'])}" if deployment["started"] else ""
        yield (
            f"{name}: deployment {deployment['id']} {deployment['status']}, version {deployment['old']} to "
            f"{deployment['new']}, {deployment['config']}{started} {deployment['error']}".rstrip()
        )
        yield from (f"  {_event(each)}" for each in deployment["events"])
    for each in status["mappings"]:
        if each["state"] not in _QUIET or "PROBLEM" in each["result"]:
            source = each["source"] or "its source"
            yield f"{name}: the mapping of {source} is {each['state']}: {each['result']}"
    for each in status["alarms"]["firing"]:
        yield f"alarm {each['name']}: {each['description'].replace('docs/', _PAGES)}"
    for each in status["errors"]:
        yield f"{name}: {each['time']} version {each['version']}: {first_line(each['message'])}"


def _event(event: Mapping[str, Any]) -> str:
    """A lifecycle event with its times."""
    times = [_when(at) for at in (event["started"], event["ended"]) if at]
    return " ".join([event["name"], event["status"], " to ".join(times)]).rstrip()
