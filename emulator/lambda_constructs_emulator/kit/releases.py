"""The next release of a deployed stack: its timeline, and whether it was promoted or rolled back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_PAUSE: Final = 0.05  # seconds between two calls


@dataclass(frozen=True)
class Release:
    """The deployment of another release.

    Attributes:
        timeline: Changes of CodeDeploy and of the alarms, in order; `at` is in seconds of this machine.
        error: The end of the CLI's output if the deployment failed.
        time_scale: Factor on AWS's waits.
    """

    timeline: Sequence[Mapping[str, Any]]
    error: str = ""
    time_scale: float = 1.0

    @property
    def stopped_by(self) -> list[str]:
        """The names of the alarms that fired, such as `Shop/Worker/FailedEvents`."""
        return [each["name"] for each in self.timeline if each["kind"] == "alarm" and each["new"] == "ALARM"]

    @property
    def shifts(self) -> list[int]:
        """The percentages of the traffic that the new version got, one after the other."""
        return [each["percent"] for each in self.timeline if each["kind"] == "shift"]

    @property
    def rolled_back(self) -> bool:
        """Whether the alias went back to the version before."""
        return bool(self.error) and self._has("rollback")

    @property
    def promoted(self) -> bool:
        """Whether all traffic went to the new version."""
        return not self.error and self._has("succeeded")

    def assert_rolled_back(self, *, by: str) -> None:
        """An alarm with this in its name fired, and the alias went back to the version before."""
        if not self.rolled_back or not any(by in name for name in self.stopped_by):
            raise AssertionError(f"expected the alarm {by} to stop the release, but:\n{self}")

    def assert_promoted(self) -> None:
        """All traffic went to the new version."""
        if not self.promoted:
            raise AssertionError(f"expected the release to get all traffic, but:\n{self}")

    def _has(self, kind: str) -> bool:
        return any(each["kind"] == kind for each in self.timeline)

    def lines(self) -> Iterator[str]:
        """The timeline: AWS's time since the start, and the event."""
        start = next((each["at"] for each in self.timeline if each["kind"] == "deployment-started"), None)
        for entry in self.timeline:
            if start is not None and entry["at"] >= start and (text := _described(entry)):
                minutes, seconds = divmod((entry["at"] - start) / self.time_scale, 60)
                yield f"{minutes:>3.0f} min {seconds:>2.0f} s   {text}"

    def __str__(self) -> str:
        """The timeline in AWS's time, one entry in a line, and the error."""
        return "\n".join([*(f"  {line}" for line in self.lines()), self.error or "  it succeeded"])


def _described(entry: Mapping[str, Any]) -> str | None:
    """An entry in words; None if it is not about a rollout."""
    text: str | None = None
    match entry["kind"]:
        case "deployment-started":
            text = f"deployment of version {entry['new']} starts"
        case "hook":
            text = f"smoke test of the new version: {entry['outcome'].lower()}"
        case "shift":
            text = f"{entry['percent']:>3} % of the traffic on the new version"
        case "alarm" if entry["new"] == "ALARM":
            text = f"alarm {entry['name']} fires"
        case "stopped":
            text = f"deployment stopped: {entry['code']}"
        case "rollback" if entry["by"] == "CodeDeploy":
            text = f"all traffic back on version {entry['version']}"
        case "succeeded":
            text = "deployment succeeded"
    return text


class Repeating:
    """Calls something again and again in a thread, until the end of the block; raises what it raised.

    Args:
        call: What to call; None for nothing.
    """

    def __init__(self, call: Callable[[], object] | None) -> None:
        self._call, self._end = call, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._error: Exception | None = None

    def _run(self) -> None:
        while self._call is not None and not self._end.wait(_PAUSE):
            try:
                self._call()
            except Exception as error:  # noqa: BLE001 - raised again in the test's thread
                self._error = error
                return

    def __enter__(self) -> None:
        """Start calling."""
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        """Stop calling."""
        self._end.set()
        self._thread.join()
        if self._error is not None:
            raise self._error
