"""Rules for the sources of an event handler: EventBridge rules, SNS topics and S3 buckets."""

from __future__ import annotations

from .queue import MANAGED_KEY
from .rule import Words, rule
from .urls import SQS_KEY_URL


@rule(
    "event-pattern-empty",
    why="EventBridge refuses a rule without a pattern.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html",
)
def event_pattern_empty(_: Words, fields: int) -> str | None:
    """A pattern names at least one field."""
    if fields:
        return None
    return "source.pattern is empty; name at least source or detail_type"


@rule(
    "topic-fifo",
    why="FIFO topics deliver only to queues, so CloudFormation cannot create the subscription.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html",
)
def topic_fifo(_: Words, *, fifo: bool) -> str | None:
    """A standard topic."""
    if not fifo:
        return None
    return (
        "source.topic is a FIFO topic, and FIFO topics deliver only to queues; subscribe a queue and use "
        "SqsWorker"
    )


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
    why="A notification without an event type never invokes the function.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html",
)
def notification_events_empty(_: Words, events: int) -> str | None:
    """At least one event type."""
    if events:
        return None
    return "source.events is empty; pass at least one s3.EventType"


@rule(
    "dead-letter-queue-managed-key",
    why="The policy of the key that AWS manages for SQS lets neither EventBridge nor SNS use it, so events "
    "that they cannot deliver are lost without an error.",
    source=SQS_KEY_URL,
)
def dead_letter_queue_managed_key(_: Words, service: str, *, managed: bool) -> str | None:
    """A queue that a service writes to is encrypted by SQS or with a customer managed key."""
    if not managed:
        return None
    return (
        f"on_failure is encrypted with the key {MANAGED_KEY}, which {service} cannot use; encrypt it with "
        "QueueEncryption.SQS_MANAGED or with a customer managed key"
    )
