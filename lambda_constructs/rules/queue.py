"""Rules for Amazon SQS queues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..template.sources import read_queues
from ..template.targets import QUEUE, TOPIC, resource_of
from ..template.template import Resource, Template, value_at
from ..template.values import Unknown, Value, flat
from .names import first_of
from .rule import Place, Words, at, rule
from .urls import SQS_KEY_URL, SQS_QUEUE_URL, SQS_SOURCE_URL

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")  # SQS_QUEUE_URL
QUEUE_NAME_MAXIMUM: Final = 80  # characters, the suffix .fifo included: SQS_QUEUE_URL
MANAGED_KEY: Final = "alias/aws/sqs"  # the key that AWS manages for SQS: SQS_KEY_URL
_PIPE: Final = "AWS::Pipes::Pipe"
_KEY: Final = "KmsMasterKeyId"


@rule(
    "queue-name",
    why="SQS refuses the queue.",
    source=SQS_QUEUE_URL,
    names={"name": ("queue_name", "QueueName"), "fifo": ("fifo=True", "FifoQueue: true")},
)
def queue_name_form(words: Words, queue_name: str, *, fifo: bool) -> str | None:
    """1 to 80 letters, digits, `-` and `_`; the name of a FIFO queue, and no other, ends with `.fifo`."""
    if len(queue_name) > QUEUE_NAME_MAXIMUM:
        return f"{words.name} has {len(queue_name)} characters, SQS allows {QUEUE_NAME_MAXIMUM}; shorten it"
    if _NAME.fullmatch(queue_name.removesuffix(".fifo")) is None:
        return (
            f"{words.name} is {queue_name!r}, SQS allows letters, digits, hyphens and underscores; rename it"
        )
    if queue_name.endswith(".fifo") == fifo:
        return None
    if fifo:
        return f"{words.name} is {queue_name!r}, and the name of a FIFO queue ends with .fifo; append it"
    return f"{words.name} is {queue_name!r}, but the queue is not FIFO; set {words.fifo} or rename it"


@queue_name_form.in_template
def _(template: Template) -> Iterator[Place]:
    for queue in template.of_type(QUEUE):
        name = queue.text("QueueName")
        if isinstance(name, str):
            yield at(queue, "QueueName", name, fifo=queue.flag("FifoQueue"))


@rule(
    why="The option would change a queue that you pass in, and silently does nothing.", source=SQS_QUEUE_URL
)
def not_your_queue(_: Words, options: str) -> str | None:
    """Options of the queue that this construct creates are not for a queue that you pass in."""
    if not options:
        return None
    return f"{options} given together with queue; set it where you define that queue, or leave queue out"


@rule(
    why="SQS refuses the queue.",
    source=SQS_QUEUE_URL,
    names={
        "deduplication": ("content_based_deduplication", "ContentBasedDeduplication"),
        "fifo": ("fifo=True", "FifoQueue to true"),
    },
)
def deduplication_without_fifo(words: Words, *, fifo: bool) -> str | None:
    """Only FIFO queues deduplicate."""
    if fifo:
        return None
    return f"{words.deduplication} is set for a standard queue; set {words.fifo} or leave it out"


@deduplication_without_fifo.in_template
def _(template: Template) -> Iterator[Place]:
    for queue in template.of_type(QUEUE):
        if queue.flag("ContentBasedDeduplication") is True:
            yield at(queue, "ContentBasedDeduplication", fifo=queue.flag("FifoQueue"))


@rule(
    why="The pollers compete: each message reaches only one of them, at random. A poller also deletes the "
    "messages that its filters exclude.",
    source=SQS_SOURCE_URL,
    names={"pollers": ("workloads", "pollers")},
)
def queue_shared(words: Words, pollers: Sequence[str]) -> str | None:
    """One event source mapping or pipe reads a queue."""
    if len(pollers) < 2:
        return None
    return (
        f"{words.pollers} {first_of(pollers)} read one queue, and each message reaches only one of "
        "them; keep one of them, or give each its own queue"
    )


@queue_shared.in_template
def _(template: Template) -> Iterator[Place]:
    pipes = [each for each in template.of_type(_PIPE) if each.get("DesiredState") != "STOPPED"]
    for queue, mappings in read_queues(template):
        pollers = mappings
        if queue is not None:
            pollers = [*mappings, *(each for each in pipes if template.referred(each.get("Source")) is queue)]
        names: list[str] | Unknown = [each.path for each in pollers]
        if len(pollers) > 1 and not all(map(_surely_polls, pollers)):
            names = Unknown("conditions of the pollers")
        if queue is not None:
            yield at(queue, "", names, about=pollers)
        else:
            yield at(pollers[-1], "EventSourceArn", names, about=pollers[:-1])


def _surely_polls(poller: Resource) -> bool:
    return poller.certain and not isinstance(poller.get("DesiredState"), Unknown)


@rule(
    why="The policy of the key that AWS manages for SQS does not let other services use it, so their "
    "messages are lost without an error.",
    source=SQS_KEY_URL,
    names={"queue": ("on_failure", "the queue")},
)
def queue_managed_key(words: Words, service: str, key: str) -> str | None:
    """A queue that a service writes to is encrypted by SQS or with a customer managed key."""
    if not key.endswith(MANAGED_KEY):
        return None
    fix = words(
        "encrypt it with QueueEncryption.SQS_MANAGED or with a customer managed key",
        "set SqsManagedSseEnabled instead, or use a customer managed key",
    )
    return f"{words.queue} is encrypted with the key {MANAGED_KEY}, which {service} cannot use; {fix}"


@queue_managed_key.in_template
def _(template: Template) -> Iterator[Place]:
    for service, sender, arn in (*_of_rules(template), *_of_buckets(template), *_of_topics(template)):
        queue = resource_of(template, arn, QUEUE)
        if queue is not None and (key := queue.get(_KEY)) is not None:
            known = key if isinstance(key, Unknown) else flat(key)
            yield at(queue, _KEY, service, known, about=[sender])


def _of_rules(template: Template) -> Iterator[tuple[str, Resource, Value]]:
    """The queues that EventBridge rules write to."""
    for each in template.of_type("AWS::Events::Rule"):
        for target in each.items("Targets"):
            yield "EventBridge", each, value_at(target, "Arn")
            yield "EventBridge", each, value_at(target, "DeadLetterConfig", "Arn")


def _of_buckets(template: Template) -> Iterator[tuple[str, Resource, Value]]:
    """The queues that buckets notify; the second type is how CDK adds notifications."""
    for kind, name in (("AWS::S3::Bucket", "Queue"), ("Custom::S3BucketNotifications", "QueueArn")):
        for bucket in template.of_type(kind):
            for notification in bucket.items("NotificationConfiguration", "QueueConfigurations"):
                yield "S3", bucket, value_at(notification, name)


def _of_topics(template: Template) -> Iterator[tuple[str, Resource, Value]]:
    """The queues that topics deliver to."""
    for subscription in template.of_type("AWS::SNS::Subscription"):
        yield "SNS", subscription, subscription.get("Endpoint")
        yield "SNS", subscription, subscription.get("RedrivePolicy", "deadLetterTargetArn")
    for topic in template.of_type(TOPIC):
        for entry in topic.items("Subscription"):
            yield "SNS", topic, value_at(entry, "Endpoint")
