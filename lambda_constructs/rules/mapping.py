"""Rules for event source mappings: names, the timeout of the function, and Amazon MQ brokers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.sources import consumers
from ..template.template import Template
from .function import TIMEOUT_DEFAULT
from .rule import Place, Words, at, rule, warning
from .urls import MAPPING_API_URL, MQ_SOURCE_URL

# Names of consumer groups and virtual hosts: botocore's shape URI
SOURCE_URI_PATTERN: Final = r"[a-zA-Z0-9\-/*:_+=.@]*"
SOURCE_URI_MAXIMUM: Final = 200  # characters
SOURCE_TIMEOUT_MAXIMUM: Final = 840  # seconds (14 minutes): MQ_SOURCE_URL, whose note names Kafka too
BROKER_QUEUE_MAXIMUM: Final = 1_000  # characters: botocore's shape Queue


@rule(why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def source_name(_: Words, option: str, name: str, *, pattern: str, maximum: int) -> str | None:
    """The names of topics, queues, virtual hosts and groups have the form that Lambda allows."""
    if 1 <= len(name) <= maximum and re.fullmatch(pattern, name):
        return None
    return f"{option} is {name!r}, Lambda allows 1 to {maximum} characters of the form {pattern}; rename it"


@rule(
    why="Lambda needs the rest of the 15 minutes to handle errors of Kafka and Amazon MQ.",
    source=MQ_SOURCE_URL,
    names={"timeout": ("timeout", "Timeout")},
)
def source_timeout(words: Words, timeout: int) -> str | None:
    """At most 14 minutes for a function that reads Kafka or Amazon MQ."""
    if timeout <= SOURCE_TIMEOUT_MAXIMUM:
        return None
    return (
        f"{words.timeout} is {timeout} seconds, Lambda allows {SOURCE_TIMEOUT_MAXIMUM} for a function that "
        "reads Kafka or Amazon MQ; shorten it"
    )


@source_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.kind in ("kafka", "broker") and consumer.target is not None:
            timeout = consumer.of_function("Timeout", default=TIMEOUT_DEFAULT)
            yield at(consumer.target.function, "Timeout", timeout, about=[consumer.mapping])


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


@warning(
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
