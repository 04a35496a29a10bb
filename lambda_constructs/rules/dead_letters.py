"""Rules for the dead-letter queue of an Amazon SQS queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import read_queues
from ..template.targets import QUEUE, is_fifo, resource_of
from ..template.template import Resource, Template
from ..template.values import Unknown
from .ranges import retention_range
from .rule import Place, Words, at, rule, warning
from .urls import SQS_SOURCE_URL

DEAD_LETTER_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
)
_RETENTION_URL: Final = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html"
RETENTION_DEFAULT: Final = 345_600  # seconds (4 days), when a queue sets none: SQS_QUEUE_URL
RECEIVE_COUNT_MAXIMUM: Final = 1_000  # DEAD_LETTER_URL
# Throttled deliveries count as receives: with one or two, a burst moves good messages.
RECEIVE_COUNT_MINIMUM: Final = 3
RECEIVE_COUNT_RECOMMENDED: Final = 5  # SQS_SOURCE_URL

_RETENTION: Final = "MessageRetentionPeriod"
_TARGET: Final = ("RedrivePolicy", "deadLetterTargetArn")
_COUNT: Final = {"count": ("max_receive_count", "maxReceiveCount")}
_KEPT: Final = dict.fromkeys(("kept", "retention"), ("retention_period", "MessageRetentionPeriod"))


@rule(
    why="Throttled deliveries count as receives: with one or two, the first burst sends healthy messages to "
    "the dead-letter queue.",
    source=SQS_SOURCE_URL,
    names=_COUNT,
)
def max_receive_count_range(words: Words, max_receive_count: int) -> str | None:
    """3 to 1,000."""
    if max_receive_count < RECEIVE_COUNT_MINIMUM:
        return (
            f"{words.count} is {max_receive_count}, and throttled deliveries count too; use "
            f"{RECEIVE_COUNT_RECOMMENDED} or more, and never less than {RECEIVE_COUNT_MINIMUM}"
        )
    if max_receive_count > RECEIVE_COUNT_MAXIMUM:
        return f"{words.count} is {max_receive_count}, SQS allows {RECEIVE_COUNT_MAXIMUM}; lower it"
    return None


@warning(
    why="AWS recommends five: throttled deliveries count as receives.", source=SQS_SOURCE_URL, names=_COUNT
)
def max_receive_count_low(words: Words, max_receive_count: int) -> str | None:
    """Five or more, as AWS recommends."""
    if not RECEIVE_COUNT_MINIMUM <= max_receive_count < RECEIVE_COUNT_RECOMMENDED:
        return None
    return (
        f"{words.count} is {max_receive_count}: throttled deliveries count too, so a burst can send healthy "
        f"messages to the dead-letter queue; use {RECEIVE_COUNT_RECOMMENDED} or more, as AWS recommends"
    )


@max_receive_count_range.in_template
def _receive_counts(template: Template) -> Iterator[Place]:
    for queue, mappings in read_queues(template):
        if queue is not None and queue.given("RedrivePolicy") is True:
            count = queue.number("RedrivePolicy", "maxReceiveCount")
            if count is not None:
                yield at(queue, "RedrivePolicy/maxReceiveCount", count, about=mappings)


@max_receive_count_low.in_template
def _(template: Template) -> Iterator[Place]:
    return (place for place in _receive_counts(template) if isinstance(place.values[0], int))


@rule(
    why="SQS delivers a message that always fails again and again until it expires, and then it is lost.",
    source=DEAD_LETTER_URL,
)
def no_dead_letter_queue(words: Words, path: str) -> str | None:
    """Every queue that a function reads has a dead-letter queue."""
    fix = words(
        "set its dead_letter_queue, or leave queue out to create both queues", "set its RedrivePolicy"
    )
    return f"queue {path} has no dead-letter queue; {fix}"


@no_dead_letter_queue.in_template
def _(template: Template) -> Iterator[Place]:
    for queue, mappings in read_queues(template):
        if queue is None:
            yield at(mappings[0], "EventSourceArn", Unknown("the queue"), about=mappings[1:])
        elif (given := queue.given("RedrivePolicy")) is not True:
            path = given if isinstance(given, Unknown) else queue.path
            yield at(queue, "RedrivePolicy", path, about=mappings)


@rule(
    why="CDK does not know whether an imported queue has a dead-letter queue. Without one, messages are "
    "lost.",
    source=DEAD_LETTER_URL,
)
def dead_letter_queue_unknown(_: Words) -> str | None:
    """An imported queue needs its dead-letter queue as an option."""
    return (
        "the queue is imported and its dead-letter queue is unknown; pass the one it has as "
        "dead_letter_queue=..., so that an alarm can watch it"
    )


@rule(
    why="In a standard dead-letter queue a message keeps its first enqueue time. If the dead-letter queue "
    "keeps messages for a shorter time than the source queue, they can expire on arrival.",
    source=_RETENTION_URL,
    names=_KEPT,
)
def dead_letter_retention(words: Words, retention: int, dead_letter: int) -> str | None:
    """The dead-letter queue keeps messages at least as long as the source queue."""
    if dead_letter >= retention:
        return None
    return (
        f"the dead-letter queue keeps messages for {dead_letter} seconds, the source queue for {retention}, "
        f"and the age of a message counts from its first enqueue; raise {words.kept} of the dead-letter "
        "queue or lower that of the source queue"
    )


@warning(
    why="In a standard dead-letter queue a message keeps its first enqueue time, so the time that it spent "
    "in the source queue is missing when somebody looks for it.",
    source=_RETENTION_URL,
    names=_KEPT,
)
def dead_letter_retention_equal(words: Words, retention: int, dead_letter: int) -> str | None:
    """The dead-letter queue keeps messages longer than the source queue, as AWS recommends."""
    if dead_letter != retention:
        return None
    if dead_letter < retention_range.high:
        fix = f"raise {words.kept} of the dead-letter queue, up to 14 days"
    else:
        fix = f"lower {words.kept} of the source queue"
    return (
        f"source queue and dead-letter queue both keep messages for {retention} seconds, and the age of a "
        f"message counts from its first enqueue; {fix}"
    )


@dead_letter_retention.in_template
def _(template: Template) -> Iterator[Place]:
    for queue, target, fifo in _redriven_queues(template):
        subject, about = (queue, []) if target is None else (target, [queue])
        kept = Unknown("the dead-letter queue") if target is None else _retention(target)
        kept = fifo if isinstance(fifo, Unknown) else kept
        yield at(subject, _RETENTION, _retention(queue), kept, about=about)


@dead_letter_retention_equal.in_template
def _(template: Template) -> Iterator[Place]:
    read = {queue.id for queue, _ in read_queues(template) if queue is not None}
    for queue, target, fifo in _redriven_queues(template):
        if target is not None and fifo is False and queue.id in read:
            retention, kept = _retention(queue), _retention(target)
            if isinstance(retention, int) and isinstance(kept, int):
                yield at(target, _RETENTION, retention, kept, about=[queue])


@rule(why="SQS refuses the redrive policy.", source=DEAD_LETTER_URL)
def fifo_mismatch(_: Words, *, fifo: bool, dead_letter_fifo: bool) -> str | None:
    """A queue and its dead-letter queue are both FIFO queues or both standard queues."""
    if fifo == dead_letter_fifo:
        return None
    kinds = {True: "FIFO", False: "standard"}
    return (
        f"the queue is {kinds[fifo]} and its dead-letter queue is {kinds[dead_letter_fifo]}; "
        "make both FIFO or both standard"
    )


@fifo_mismatch.in_template
def _(template: Template) -> Iterator[Place]:
    for queue, target in _with_target(template):
        other = is_fifo(template, queue.get(*_TARGET))
        about = [] if target is None else [target]
        yield at(queue, "/".join(_TARGET), fifo=queue.flag("FifoQueue"), dead_letter_fifo=other, about=about)


@rule(
    why="A message that always fails never leaves the queue until it expires, and then it is lost.",
    source=DEAD_LETTER_URL,
)
def dead_letter_loop(_: Words, *, own: bool) -> str | None:
    """A queue is not its own dead-letter queue."""
    if not own:
        return None
    return "the queue is its own dead-letter queue; create another queue for its dead letters"


@dead_letter_loop.in_template
def _(template: Template) -> Iterator[Place]:
    for queue in template.of_type(QUEUE):
        if resource_of(template, queue.get(*_TARGET), QUEUE) is queue:
            yield at(queue, "/".join(_TARGET), own=True)


def _with_target(template: Template) -> Iterator[tuple[Resource, Resource | None]]:
    """The queues with a dead-letter queue, and that one if the template has it; loops excepted."""
    for queue in template.of_type(QUEUE):
        arn = queue.get(*_TARGET)
        target = resource_of(template, arn, QUEUE)
        if arn is not None and target is not queue:
            yield queue, target


def _redriven_queues(template: Template) -> Iterator[tuple[Resource, Resource | None, bool | Unknown]]:
    """Those whose messages keep their age: in a FIFO dead-letter queue it starts again."""
    for queue, target in _with_target(template):
        fifo = queue.flag("FifoQueue")
        if True not in (fifo, is_fifo(template, queue.get(*_TARGET))):
            yield queue, target, fifo


def _retention(queue: Resource) -> int | Unknown:
    return queue.integer(_RETENTION, default=RETENTION_DEFAULT)
