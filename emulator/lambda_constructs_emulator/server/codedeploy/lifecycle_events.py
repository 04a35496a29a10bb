"""The lifecycle events of a deployment, with their times and states.

An event without a hook succeeds at once. After one that failed, those that follow are skipped.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_LifecycleEvent.html
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_NAMES: Final = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")


class LifecycleEvents:
    """The events of one deployment."""

    def __init__(self) -> None:
        self._events: dict[str, dict[str, Any]] = {
            name: {"lifecycleEventName": name, "status": "Pending"} for name in _NAMES
        }

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        """Note the times and the state of an event; it fails with the block."""
        event = self._events[name]
        event |= {"status": "InProgress", "startTime": time.time()}
        try:
            yield
        except Exception:
            event["status"] = "Failed"
            raise
        else:
            event["status"] = "Succeeded"
        finally:
            event["endTime"] = time.time()

    def end(self) -> None:
        """Skip those that have not started."""
        for event in self._events.values():
            if event["status"] == "Pending":
                event["status"] = "Skipped"

    def described(self) -> list[dict[str, Any]]:
        """All of them in order, as the API describes them."""
        return list(self._events.values())
