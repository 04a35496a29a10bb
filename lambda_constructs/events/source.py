"""The interface of every source of asynchronous events."""

from __future__ import annotations

from abc import ABC, abstractmethod

from constructs import IConstruct

from ..core.context import Context
from ..core.failure_destination import FailureDestination
from ..core.guard import Guard


class EventSource(ABC):
    """A source of asynchronous events: an `EventRule`, a `TopicSubscription`, a `BucketNotification` ..."""

    def check(self, guard: Guard, failures: FailureDestination) -> None:  # noqa: B027 - some need no check
        """Check the options of the source, and that it can write to the failure queue."""

    @abstractmethod
    def connect(self, context: Context, failures: FailureDestination) -> IConstruct:
        """Let the source invoke the alias, and send events that it cannot deliver to the failure queue."""

    def repeats(self, other: EventSource) -> bool:
        """Whether it cannot be a source of a function that has the other one."""
        return self == other

    def loop(self, context: Context) -> tuple[str, str] | None:  # noqa: ARG002
        """The action on a resource with which the function would trigger itself; None if unknown."""
        return None
