"""Rules for where failed work goes."""

from __future__ import annotations

from collections.abc import Collection

from .. import limits
from ..rule import rule


@rule(
    "destination-kind",
    why="Lambda refuses the destination.",
    source=limits.DESTINATIONS_URL,
)
def destination_kind(option: str, kind: str, kinds: Collection[str]) -> str | None:
    """One of the kinds that Lambda delivers to from this source."""
    if kind in kinds:
        return None
    return f"{option} is a {kind}, Lambda delivers to a {' or '.join(kinds)}; pass one of these"


@rule(
    "destination-fifo",
    why="Lambda delivers to standard queues and topics only; what failed would be lost.",
    source=limits.DESTINATIONS_URL,
)
def destination_fifo(option: str, *, fifo: bool) -> str | None:
    """A standard queue or topic."""
    if not fifo:
        return None
    return f"{option} is a FIFO one, Lambda delivers to standard queues and topics only; pass one of these"


@rule(
    "queue-policy-not-changed",
    severity="warning",
    why="Without a statement in the queue's policy what the service cannot hand over is lost in silence.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
)
def queue_policy_not_changed(service: str) -> str | None:
    """A given queue lets the trigger's service write to it."""
    return (
        f"the policy of the given queue cannot be changed from here; allow {service} to call sqs:SendMessage "
        "where it is made"
    )
