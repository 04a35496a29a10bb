"""Rules for the brokers of Amazon MQ."""

from __future__ import annotations

import re

from . import limits
from .rule import Words, rule


@rule(
    "broker-arn",
    why="Lambda refuses the mapping, and the alarms would watch something else.",
    source=limits.BROKER_SOURCE_URL,
)
def broker_arn_form(_: Words, broker_arn: str) -> str | None:
    """The ARN of a broker of this account."""
    if re.fullmatch(r"arn:[^:]+:mq:[^:]+:[^:]+:broker:[^:]+:[^:]+", broker_arn):
        return None
    return (
        f"broker.broker_arn is {broker_arn!r}; pass the ARN of a broker, "
        "arn:aws:mq:<region>:<account>:broker:<name>:<id>"
    )


@rule(
    "broker-dead-letters-unknown",
    severity="warning",
    why="Lambda delivers a batch that fails again and again until its messages expire; RabbitMQ keeps them "
    "only where it is told to.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-mq-errors.html",
)
def broker_dead_letters_unknown(_: Words, queue: str) -> str | None:
    """A RabbitMQ queue has a dead-letter exchange, whose queue is named."""
    return (
        f"where messages of queue {queue} go that keep failing is unknown; give it a delivery limit and a "
        "dead-letter exchange, and name the queue behind that as dead_letter_queue=..., or acknowledge this"
    )
