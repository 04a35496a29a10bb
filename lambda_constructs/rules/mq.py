"""Rules for Amazon MQ: brokers and their dead letters."""

from __future__ import annotations

import re
from typing import Final

from .rule import Words, rule
from .urls import MQ_SOURCE_URL

BROKER_QUEUE_MAXIMUM: Final = 1_000  # characters: botocore's shape Queue


@rule(
    "broker-arn",
    why="Lambda refuses the mapping, and the alarms would watch something else.",
    source=MQ_SOURCE_URL,
)
def broker_arn_form(_: Words, broker_arn: str) -> str | None:
    """The ARN of a broker in this account."""
    if re.fullmatch(r"arn:[^:]+:mq:[^:]+:[^:]+:broker:[^:]+:[^:]+", broker_arn):
        return None
    return (
        f"broker.broker_arn is {broker_arn!r}; pass the ARN of a broker, "
        "arn:aws:mq:<region>:<account>:broker:<name>:<id>"
    )


@rule(
    "broker-dead-letters-unknown",
    severity="warning",
    why="Lambda receives a batch that fails again and again until its messages expire. RabbitMQ keeps them "
    "only if the queue has a dead-letter exchange.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-mq-errors.html",
)
def broker_dead_letters_unknown(_: Words, queue: str) -> str | None:
    """A RabbitMQ queue has a dead-letter exchange, and the option names the queue behind it."""
    return (
        f"the dead-letter queue of RabbitMQ queue {queue} is unknown; give the queue a delivery limit and "
        "a dead-letter exchange, and pass its queue as dead_letter_queue_name=..., or acknowledge this"
    )
