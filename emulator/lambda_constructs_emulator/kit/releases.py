"""The next release of a deployed stack: its timeline, and whether it was promoted or rolled back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_PAUSE: Final = 0.05  # seconds between two calls


@dataclass(frozen=True)
class Release:
    """The deployment of another release.

    Attributes:
        timeline: Changes of CodeDeploy and of the alarms, in order; `at` is in seconds of this machine.
        error: The end of the CLI's output if the deployment failed.
    """

    timeline: Sequence[Mapping[str, Any]]
    error: str = ""

    @property
    def stopped_by(self) -> list[str]:
        """The names of the alarms that fired, such as `Shop/Worker/FailedEvents`."""
        return [each["name"] for each in self.timeline if each["kind"] == "alarm" and each["new"] == "ALARM"]

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

    def __str__(self) -> str:
        """The timeline, one entry in a line, and the error."""
        return "\n".join([*(f"  {_line(each)}" for each in self.timeline), self.error or "  it succeeded"])


def _line(entry: Mapping[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in entry.items() if name not in ("at", "kind"))
    return f"{entry['at']:8.2f} s  {entry['kind']}: {facts}"


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
