"""Rules for what triggers an event handler."""

from __future__ import annotations

from . import limits
from .rule import Words, rule


@rule("target-retries-range", why="EventBridge refuses the target.", source=limits.EVENTBRIDGE_RETRY_URL)
def target_retries_range(_: Words, retry_attempts: int) -> str | None:
    """0 to 185."""
    maximum = target_retries_range.high
    if 0 <= retry_attempts <= maximum:
        return None
    return f"source.retry_attempts is {retry_attempts}, EventBridge allows 0 to {maximum}; choose one of them"


@rule("target-event-age-range", why="EventBridge refuses the target.", source=limits.EVENTBRIDGE_RETRY_URL)
def target_event_age_range(_: Words, max_event_age: int) -> str | None:
    """One minute to 24 hours."""
    low, high = target_event_age_range.low, target_event_age_range.high
    if low <= max_event_age <= high:
        return None
    return (
        f"source.max_event_age is {max_event_age} seconds, EventBridge allows {low} to {high}; choose one in "
        "that range"
    )


@rule(
    "event-pattern-empty",
    why="EventBridge refuses a rule without a pattern.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html",
)
def event_pattern_empty(_: Words, fields: int) -> str | None:
    """A pattern names at least one field."""
    if fields:
        return None
    return "source.pattern names no field of an event; name at least its source or detail_type"


@rule(
    "topic-fifo",
    why="FIFO topics deliver to queues only: the subscription cannot be created.",
    source=limits.SNS_FIFO_URL,
)
def topic_fifo(_: Words, *, fifo: bool) -> str | None:
    """A standard topic."""
    if not fifo:
        return None
    return "source.topic is a FIFO topic, these deliver to queues only; subscribe a queue and use SqsWorker"


@rule(
    "topic-filters-two",
    why="A subscription filters by the attributes of a message or by its body.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html",
)
def topic_filters_two(_: Words, filters: int) -> str | None:
    """At most one kind of filter."""
    if filters < 2:
        return None
    return "source has both filter_policy and filter_policy_with_message_body; keep one of them"


@rule(
    "notification-events-empty",
    why="A notification for no event never invokes the function.",
    source=limits.S3_NOTIFICATION_URL,
)
def notification_events_empty(_: Words, events: int) -> str | None:
    """At least one kind of event."""
    return None if events else "source.events is empty; name at least one EventType"


@rule(
    "dead-letter-queue-managed-key",
    why="The policy of the key that AWS manages for SQS lets neither EventBridge nor SNS use it: what cannot "
    "be delivered is lost in silence.",
    source=limits.EVENTBRIDGE_KEY_URL,
)
def dead_letter_queue_managed_key(_: Words, service: str, *, managed: bool) -> str | None:
    """A queue that a service writes to is encrypted by SQS or with a key of the account's own."""
    if not managed:
        return None
    return (
        f"on_failure is encrypted with the key alias/aws/sqs, which {service} cannot use; encrypt it with "
        "QueueEncryption.SQS_MANAGED or a key of your own"
    )


@rule(
    "recursive-trigger",
    why="Each invocation triggers the next: Lambda stops the loop after 16 rounds where it can see it, and "
    "nothing stops it elsewhere.",
    source=limits.RECURSION_URL,
)
def recursive_trigger(_: Words, action: str, resource: str) -> str | None:
    """The function may not write to what triggers it."""
    return (
        f"the function may call {action} on {resource}, which triggers it; write elsewhere, narrow the grant,"
        " or allow it (allow_recursion=True, which sets RecursiveLoop)"
    )


@rule(
    "recursive-trigger-possible",
    severity="warning",
    why="What the function writes may trigger it again: Lambda stops the loop after 16 rounds where it can "
    "see it, and nothing stops it elsewhere.",
    source=limits.RECURSION_URL,
)
def recursive_trigger_possible(_: Words, action: str, resource: str, *, possible: bool) -> str | None:
    """What the function may write to is apart from what triggers it."""
    if not possible:
        return None
    return (
        f"the function may call {action} on {resource}, some of which triggers it; narrow the grant, or "
        "acknowledge this if what it writes there cannot come back"
    )
