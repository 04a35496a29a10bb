"""The timeline of a rollout from the emulator's journal, and waiting for alarms before the rollout."""

from collections.abc import Mapping, Sequence
from typing import Any

from examples import driving
from examples.deployment import Deployment
from examples.report import Report

CALM_TIMEOUT = 60.0


def wait_for_calm(deployment: Deployment, report: Report) -> None:
    """Wait until alarms of earlier failures have cleared: CodeDeploy would stop the rollout."""
    cloudwatch = deployment.emulator.client("cloudwatch")

    def firing() -> str:
        alarms = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
        names = [each["AlarmName"] for each in alarms]
        return ", ".join(name for name in names if "ErrorsAlarm" in name or "FailedEvents" in name)

    with report.phase("wait until no alarm fires"):
        driving.settle(firing, timeout=CALM_TIMEOUT)


def show_timeline(happened: Sequence[Mapping[str, Any]], time_scale: float, report: Report) -> None:
    """Print the timeline of a deployment, in AWS's time since its start."""
    told = [(entry["at"], text) for entry in happened if (text := describe(entry))]
    start = next((entry["at"] for entry in happened if entry["kind"] == "deployment-started"), 0)
    report.timeline([((at - start) / time_scale, text) for at, text in told if at >= start])


def describe(entry: Mapping[str, Any]) -> str | None:
    """The line of the timeline for a journal entry; None if the entry is not about the rollout."""
    text: str | None = None
    match entry["kind"]:
        case "deployment-started":
            text = f"deployment of version {entry['new']} starts"
        case "hook":
            text = f"smoke test of the new version: {entry['outcome'].lower()}"
        case "shift":
            text = f"{entry['percent']:>3} % of the traffic on the new version"
        case "alarm" if entry["new"] == "ALARM":
            text = f"alarm {alarm(entry['name'])} fires"
        case "stopped":
            text = f"deployment stopped: {entry['code']}"
        case "rollback" if entry["by"] == "CodeDeploy":
            text = f"all traffic back on version {entry['version']}"
        case "succeeded":
            text = "deployment succeeded"
    return text


def alarm(name: str) -> str:
    """The recognizable part of an alarm's name."""
    for part in ("ErrorsAlarm", "FailedEvents", "DeadLetters", "MessageAge"):
        if part in name:
            return part.removesuffix("Alarm")
    return name
