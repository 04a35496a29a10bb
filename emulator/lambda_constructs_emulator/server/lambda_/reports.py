"""The log events that Lambda itself writes about an invocation: text, or JSON if the function logs in JSON.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from .environments import Configuration, Outcome
from .output import LogEvent
from .variables import logs_json

_LEVELS: Final = ("DEBUG", "INFO", "WARN")


def log_events(configuration: Configuration, request_id: str, outcome: Outcome) -> list[LogEvent]:
    """Everything that an invocation adds to the log, in order."""
    report = _in_json if logs_json(configuration) else _in_text
    ordered: list[LogEvent] = []
    for event in report(configuration, request_id, outcome):
        # A log is kept by time. A printed line has the time at which it was read, which is a bit late.
        latest = ordered[-1].timestamp if ordered else 0
        ordered.append(LogEvent(max(event.timestamp, latest), event.message))
    return ordered


def _in_text(configuration: Configuration, request_id: str, outcome: Outcome) -> list[LogEvent]:
    init, error_type = outcome.init, _unhandled(outcome)
    before = []
    if init is not None:
        start = f"INIT_START Runtime Version: {_runtime_version(configuration)}"
        before += [LogEvent(_init_started(outcome), start), *init.output]
    if init is not None and outcome.init_failed:
        failed = [f"INIT_REPORT Init Duration: {init.milliseconds:.2f} ms", "Phase: init", *_status(outcome)]
        before.append(LogEvent(outcome.started, "\t".join(failed)))
    start = f"START RequestId: {request_id} Version: {_version(configuration)}"
    lines = [*before, LogEvent(outcome.started, start), *outcome.output]
    if outcome.status == "failure":
        lines.append(
            LogEvent.now(f"RequestId: {request_id} Error: {outcome.body['errorMessage']}\n{error_type}")
        )
    report = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {outcome.milliseconds:.2f} ms",
        f"Billed Duration: {_billed(outcome)} ms",
        f"Memory Size: {_memory_size(configuration)} MB",
        f"Max Memory Used: {outcome.memory} MB",
    ]
    if init is not None and not outcome.init_failed:
        report.append(f"Init Duration: {init.milliseconds:.2f} ms")
    report += _status(outcome)
    lines += [LogEvent.now(f"END RequestId: {request_id}"), LogEvent.now("\t".join(report))]
    if outcome.status == "timeout":
        lines.append(LogEvent.now(f"{_time()} {request_id} {timeout_message(configuration)}"))
    return lines


def _in_json(configuration: Configuration, request_id: str, outcome: Outcome) -> list[LogEvent]:
    metrics: dict[str, Any] = {
        "durationMs": round(outcome.milliseconds, 3),
        "billedDurationMs": _billed(outcome),
        "memorySizeMB": _memory_size(configuration),
        "maxMemoryUsedMB": outcome.memory,
    }
    if outcome.init is not None:
        metrics["initDurationMs"] = round(outcome.init.milliseconds, 3)
    succeeded = outcome.status == "success"
    result: dict[str, Any] = {"requestId": request_id, "status": outcome.status}
    if outcome.status in {"error", "failure"}:
        result["errorType"] = outcome.body.get("errorType", "")
    start = {"requestId": request_id, "version": _version(configuration)}
    done = {**result, "metrics": {"durationMs": metrics["durationMs"]}}
    return [
        *_init_in_json(configuration, outcome),
        *_platform(configuration, "start", "INFO", start, at=outcome.started),
        *outcome.output,
        *_platform(configuration, "runtimeDone", "DEBUG" if succeeded else "WARN", done),
        *_platform(configuration, "report", "INFO" if succeeded else "WARN", {**result, "metrics": metrics}),
    ]


def _init_in_json(configuration: Configuration, outcome: Outcome) -> list[LogEvent]:
    if outcome.init is None:
        return []
    phase = {"initializationType": "on-demand", "phase": "init"}
    start = {
        **phase,
        "runtimeVersion": _runtime_version(configuration),
        "functionName": configuration["FunctionName"],
        "functionVersion": _version(configuration),
    }
    status = outcome.status if outcome.init_failed else "success"
    metrics = {"durationMs": round(outcome.init.milliseconds, 3)}
    report = {**phase, "status": status, "metrics": metrics}
    return [
        *_platform(configuration, "initStart", "INFO", start, at=_init_started(outcome)),
        *outcome.init.output,
        *_platform(configuration, "initReport", "WARN" if outcome.init_failed else "DEBUG", report),
    ]


def _unhandled(outcome: Outcome) -> str:
    """The type of an error that did not come from the handler."""
    found = outcome.status == "failure" or (outcome.init_failed and outcome.status == "error")
    return str(outcome.body["errorType"]) if found else ""


def _status(outcome: Outcome) -> list[str]:
    """The end of a line about an invocation that did not work."""
    if outcome.status == "timeout":
        return ["Status: timeout"]
    error_type = _unhandled(outcome)
    return ["Status: error", f"Error Type: {error_type}"] if error_type else []


def timeout_message(configuration: Configuration) -> str:
    """The message about a function that did not answer in time."""
    return f"Task timed out after {float(configuration.get('Timeout') or 3):.2f} seconds"


def _platform(
    configuration: Configuration, name: str, level: str, record: Mapping[str, Any], *, at: int | None = None
) -> list[LogEvent]:
    """An event of the platform, if the function's log level for the system has it."""
    wanted = configuration["LoggingConfig"].get("SystemLogLevel") or "INFO"
    if _LEVELS.index(level) < _LEVELS.index(wanted):
        return []
    document = {"time": _time(at), "type": f"platform.{name}", "record": record}
    message = json.dumps(document, separators=(",", ":"))
    return [LogEvent.now(message) if at is None else LogEvent(at, message)]


def _time(at: int | None = None) -> str:
    moment = datetime.now(UTC) if at is None else datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _init_started(outcome: Outcome) -> int:
    return outcome.started - (math.ceil(outcome.init.milliseconds) if outcome.init else 0)


def _runtime_version(configuration: Configuration) -> str:
    runtime: str = configuration.get("Runtime") or ""
    return re.sub(r"^([a-z]+)", r"\1:", runtime).removesuffix(".x")


def _version(configuration: Configuration) -> str:
    version: str = configuration.get("Version") or "$LATEST"
    return version


def _memory_size(configuration: Configuration) -> int:
    return int(configuration.get("MemorySize") or 128)


def _billed(outcome: Outcome) -> int:
    """Milliseconds, with those of the initialization, which AWS bills since August 2025."""
    init = outcome.init.milliseconds if outcome.init and not outcome.init_failed else 0
    return math.ceil(outcome.milliseconds + init)
