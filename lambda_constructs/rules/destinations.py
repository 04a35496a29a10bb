"""Rules for where failed work goes."""

from __future__ import annotations

from collections.abc import Collection

from . import limits
from .rule import Words, rule


@rule(
    "destination-kind",
    why="Lambda refuses the destination.",
    source=limits.DESTINATIONS_URL,
)
def destination_kind(_: Words, option: str, kind: str, kinds: Collection[str]) -> str | None:
    """One of the kinds that Lambda delivers to from this source."""
    if kind in kinds:
        return None
    return f"{option} is a {kind}, Lambda delivers to a {' or '.join(kinds)}; pass one of these"


@rule(
    "destination-fifo",
    why="Lambda delivers to standard queues and topics only; what failed would be lost.",
    source=limits.DESTINATIONS_URL,
)
def destination_fifo(_: Words, option: str, *, fifo: bool) -> str | None:
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
def queue_policy_not_changed(_: Words, service: str) -> str | None:
    """A given queue lets the trigger's service write to it."""
    return (
        f"the policy of the given queue cannot be changed from here; allow {service} to call sqs:SendMessage "
        "where it is made"
    )


@rule(
    "destination-loop",
    why="Each invocation sends an event that invokes the function again; Lambda stops what it can see after "
    "16 rounds, and drops the event.",
    source=limits.RECURSION_URL,
)
def destination_loop(_: Words, option: str, *, own: bool) -> str | None:
    """What a function is done with does not invoke it again."""
    if not own:
        return None
    return f"{option} invokes the function itself; send elsewhere"


@rule(
    "target-without-dead-letter-queue",
    severity="warning",
    why="What cannot be delivered, because the function is throttled, deleted or not permitted, is lost.",
    source=limits.RULE_DEAD_LETTERS_URL,
)
def target_without_dead_letter_queue(_: Words, trigger: str, *, kept: bool) -> str | None:
    """Events that cannot be delivered are kept."""
    if kept:
        return None
    return f"the {trigger} has no dead-letter queue for events that it cannot deliver; set DeadLetterConfig"
