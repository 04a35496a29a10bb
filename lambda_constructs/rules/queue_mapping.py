"""Rules for event source mappings of queues: batches and concurrency."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from ..template.provisioned_concurrency import total
from ..template.sources import Consumer, consumers
from ..template.targets import FUNCTION, is_fifo
from ..template.template import Resource, Template
from ..template.values import Unknown
from . import defaults
from .function import RESERVED
from .pollers import CONCURRENCY_PER_POLLER
from .ranges_mapping import max_concurrency_range, source_batch_size, source_batching_window
from .rule import Place, Words, at, rule, warning
from .urls import MAPPING_API_URL, SQS_ERRORS_URL, SQS_SCALING_URL

BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW: Final = 10  # also the maximum of FIFO queues: MAPPING_API_URL

_WINDOW: Final = "MaximumBatchingWindowInSeconds"
_NAMES: Final = {
    "batch_size": ("batch_size", "BatchSize"),
    "window": ("max_batching_window", _WINDOW),
    "concurrency": ("max_concurrency", "MaximumConcurrency"),
    "reserved": ("reserved_concurrency", RESERVED),
}


@rule(why="Lambda refuses the mapping.", source=MAPPING_API_URL, names=_NAMES)
def batch_size_range(words: Words, batch_size: int, *, window: int, fifo: bool) -> str | None:
    """1 to 10; up to 10,000 for a standard queue with a batching window."""
    low, small = source_batch_size.low, BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW
    high = small if fifo else source_batch_size.high
    if not low <= batch_size <= high:
        kind = "FIFO" if fifo else "standard"
        return (
            f"{words.batch_size} is {batch_size}, Lambda allows {low} to {high} for a {kind} queue; choose a "
            "size in that range"
        )
    if batch_size > small and not window:
        return (
            f"{words.batch_size} is {batch_size} without {words.window}, Lambda allows {small}; set "
            f"{words('max_batching_window=Duration.seconds(1)', f'{_WINDOW} to 1')} or more, or lower "
            f"{words.batch_size}"
        )
    return None


@batch_size_range.in_template
def _(template: Template) -> Iterator[Place]:
    for mapping, batch_size, window, fifo in _batches(template):
        if isinstance(batch_size, int) and batch_size <= BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW:
            # Small enough for every queue, whatever its window and type.
            yield at(mapping, "BatchSize", batch_size, window=0, fifo=fifo is True)
        else:
            yield at(mapping, "BatchSize", batch_size, window=window, fifo=fifo)


@rule(
    why="Lambda refuses the mapping. FIFO queues have no batching window.",
    source=MAPPING_API_URL,
    names=_NAMES,
)
def batching_window_range(words: Words, window: int, *, fifo: bool) -> str | None:
    """0 to 300 seconds for a standard queue; FIFO queues have no batching window."""
    if fifo and window:
        return f"{words.window} is {window} seconds, but FIFO queues do not support it; leave it out"
    high = source_batching_window.high
    if 0 <= window <= high:
        return None
    return f"{words.window} is {window} seconds, Lambda allows 0 to {high}; choose a window in that range"


@batching_window_range.in_template
def _(template: Template) -> Iterator[Place]:
    for mapping, _size, window, fifo in _batches(template):
        if window != 0:
            yield at(mapping, _WINDOW, window, fifo=fifo)


@warning(
    why="One message that fails makes SQS deliver its whole batch again, and each delivery counts as a "
    "receive for every message.",
    source=SQS_ERRORS_URL,
)
def partial_batch_responses(_: Words, batch_size: int, response_types: Collection[str]) -> str | None:
    """The function reports which messages of a batch failed."""
    if batch_size == 1 or "ReportBatchItemFailures" in response_types:
        return None
    return (
        f"a batch has up to {batch_size} messages, and if one fails, SQS delivers all of them again; set "
        "FunctionResponseTypes to ReportBatchItemFailures and return the failed messages, or set BatchSize "
        "to 1"
    )


@partial_batch_responses.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.kind == "queue":
            batch_size = consumer.mapping.integer("BatchSize", default=defaults.BATCH_SIZE)
            yield at(consumer.mapping, "FunctionResponseTypes", batch_size, consumer.response_types)


@rule(
    why="An SQS mapping runs at least two invocations at once. With less reserved concurrency, Lambda "
    "throttles it, and healthy messages end in the dead-letter queue.",
    source=SQS_SCALING_URL,
    names=_NAMES,
)
def reserved_concurrency_too_low(
    words: Words, reserved_concurrency: int, *, fifo: bool = False
) -> str | None:
    """At least two, the least maximum concurrency of a mapping."""
    minimum = max_concurrency_range.low
    if reserved_concurrency >= minimum:
        return None
    off = words("enabled=False", "Enabled to false")
    other = "leave it out and use" if fifo else f"use {words('fifo=True', 'a FIFO queue')} and"
    return (
        f"{words.reserved} is {reserved_concurrency}, the mapping of a queue needs {minimum}; raise it, or "
        f"set {off} to stop the mapping, or {other} one message group to process one message at a time"
    )


@reserved_concurrency_too_low.in_template
def _(template: Template) -> Iterator[Place]:
    for function, reserved, queues in _reserved(template):
        # One message group of a FIFO queue needs no more than one invocation at a time.
        mappings = [each.mapping for each in queues]
        about = [each for each in mappings if is_fifo(template, each.get("EventSourceArn")) is not True]
        if about:
            yield at(function, RESERVED, reserved, about=about)


@warning(
    why="Lambda scales the pollers without regard to the reserved concurrency and throttles the rest. Every "
    "throttled delivery counts as a receive, and healthy messages end in the dead-letter queue.",
    source=SQS_SCALING_URL,
)
def max_concurrency_missing(_: Words, reserved_concurrency: int, *, bounded: bool) -> str | None:
    """The mapping of a function with reserved concurrency has a maximum concurrency."""
    if bounded:
        return None
    return (
        f"{RESERVED} is {reserved_concurrency}, but the mapping has no MaximumConcurrency, so Lambda "
        "throttles bursts until their messages end in the dead-letter queue; set MaximumConcurrency to at "
        f"most {reserved_concurrency}"
    )


@max_concurrency_missing.in_template
def _(template: Template) -> Iterator[Place]:
    for function, reserved, queues in _enough_reserved(template):
        for each in queues:
            if _concurrency(each.mapping) is None:
                yield at(each.mapping, "ScalingConfig", reserved, bounded=False, about=[function])


@rule(
    why="Lambda throttles invocations above the reserved concurrency. Every throttled delivery counts as a "
    "receive, and healthy messages end in the dead-letter queue.",
    source=SQS_SCALING_URL,
    names=_NAMES,
)
def max_concurrency_above_reserved(
    words: Words, concurrency: int, reserved: int, *, option: str = ""
) -> str | None:
    """The mappings of a function start at most as many invocations as it reserves."""
    if concurrency <= reserved:
        return None
    subject = words(option, "the mappings of the function")
    fix = words(f"lower {option}", "lower MaximumConcurrency or MaximumPollers of the mappings")
    return (
        f"{subject} can reach {concurrency} concurrent invocations, but {words.reserved} is "
        f"{reserved}, so Lambda throttles the rest and their messages end in the dead-letter "
        f"queue; raise {words.reserved} to {concurrency}, or {fix}"
    )


@max_concurrency_above_reserved.in_template
def _(template: Template) -> Iterator[Place]:
    for function, reserved, queues in _enough_reserved(template):
        limits = [
            (each.mapping, limit) for each in queues if (limit := _concurrency(each.mapping)) is not None
        ]
        if limits:
            concurrency = total([limit for _, limit in limits], sum)
            about = [mapping for mapping, _ in limits]
            yield at(function, RESERVED, concurrency, reserved, about=about)


@rule(
    why="Lambda refuses a second mapping of a queue to the same function.",
    source=MAPPING_API_URL,
    names={"queue": ("queue", "EventSourceArn")},
)
def queue_twice(words: Words, queue: str, *, again: bool) -> str | None:
    """A function has one mapping for each queue."""
    if not again:
        return None
    fix = words("pass another queue", "remove one of the two mappings")
    return f"{words.queue} is {queue!r}, which the function already processes; {fix}"


@queue_twice.in_template
def _(template: Template) -> Iterator[Place]:
    seen: dict[tuple[str, str, str], Resource] = {}
    for consumer in consumers(template):
        mapping, queue, target = consumer.mapping, consumer.source, consumer.target
        if consumer.kind == "queue" and queue is not None and target is not None and mapping.certain:
            other = seen.setdefault((queue.id, target.function.id, str(target.qualifier)), mapping)
            if other is not mapping:
                yield at(mapping, "EventSourceArn", queue.path, again=True, about=[other])


def _batches(template: Template) -> Iterator[tuple[Resource, int | Unknown, int | Unknown, bool | Unknown]]:
    """The mappings of queues: the size of their batches, their window, and whether the queue is FIFO."""
    for consumer in consumers(template):
        if consumer.kind == "queue":
            mapping = consumer.mapping
            batch_size = mapping.integer("BatchSize", default=defaults.BATCH_SIZE)
            fifo = is_fifo(template, mapping.get("EventSourceArn"))
            yield mapping, batch_size, mapping.integer(_WINDOW, default=0), fifo


def _reserved(template: Template) -> Iterator[tuple[Resource, float | Unknown, Sequence[Consumer]]]:
    """The functions with reserved concurrency that read queues, with that number and their mappings."""
    readers = [each for each in consumers(template) if each.kind == "queue" and not each.idle]
    for function in template.of_type(FUNCTION):
        reserved = function.number(RESERVED)
        queues = [each for each in readers if each.target and each.target.function is function]
        if queues and reserved is not None:
            yield function, reserved, queues


def _enough_reserved(template: Template) -> Iterator[tuple[Resource, float | Unknown, Sequence[Consumer]]]:
    """The same functions, without those that reserve too little for any mapping."""
    for function, reserved, queues in _reserved(template):
        if isinstance(reserved, Unknown) or reserved >= max_concurrency_range.low:
            yield function, reserved, queues


def _concurrency(mapping: Resource) -> float | Unknown | None:
    """The most invocations that a mapping starts at once; None if nothing limits them."""
    if mapping.get("ProvisionedPollerConfig") is None:
        return mapping.number("ScalingConfig", "MaximumConcurrency")
    pollers = mapping.number("ProvisionedPollerConfig", "MaximumPollers")
    return pollers if isinstance(pollers, Unknown | None) else pollers * CONCURRENCY_PER_POLLER
