"""Rules for the mapping of a queue: batches, concurrency, filters."""

from __future__ import annotations

from collections.abc import Collection

from . import limits
from .ranges import max_concurrency_range
from .rule import Words, rule
from .urls import LAMBDA_QUOTAS_URL, MAPPING_API_URL


@rule("batch-size-range", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def batch_size_range(_: Words, batch_size: int, *, window: int, fifo: bool) -> str | None:
    """1 to 10; up to 10,000 for a standard queue with a batching window."""
    low, small = limits.BATCH_SIZE_MINIMUM, limits.BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW
    high = small if fifo else limits.BATCH_SIZE_MAXIMUM
    if not low <= batch_size <= high:
        kind = "a FIFO" if fifo else "a standard"
        return (
            f"batch_size is {batch_size}, Lambda allows {low} to {high} for {kind} queue; choose one of these"
        )
    if batch_size > small and not window:
        return (
            f"batch_size is {batch_size} without max_batching_window, Lambda allows {small}; "
            "set max_batching_window=Duration.seconds(1) or more, or lower batch_size"
        )
    return None


@rule(
    "batching-window-range",
    why="Lambda refuses the mapping; FIFO queues know no batching window.",
    source=MAPPING_API_URL,
)
def batching_window_range(_: Words, window: int, *, fifo: bool) -> str | None:
    """0 to 300 seconds, none for FIFO queues."""
    if fifo and window:
        return f"max_batching_window is {window} seconds, FIFO queues have none; leave it out"
    if 0 <= window <= limits.BATCHING_WINDOW_MAXIMUM:
        return None
    return (
        f"max_batching_window is {window} seconds, Lambda allows 0 to "
        f"{limits.BATCHING_WINDOW_MAXIMUM}; choose a window in that range"
    )


@rule(
    "max-concurrency-above-reserved",
    why="The pollers that find no concurrency are throttled, every throttled delivery counts as a receive, "
    "and healthy messages end in the dead-letter queue.",
    source=limits.SQS_SCALING_URL,
)
def max_concurrency_above_reserved(
    _: Words, concurrency: int, reserved_concurrency: int, *, option: str
) -> str | None:
    """The mapping starts no more invocations than the function may run."""
    if concurrency <= reserved_concurrency:
        return None
    return (
        f"{option} allows {concurrency} invocations at once but reserved_concurrency is "
        f"{reserved_concurrency}: the rest is throttled and its messages end in the dead-letter "
        f"queue; raise reserved_concurrency to {concurrency} or lower {option}"
    )


@rule(
    "reserved-concurrency-too-low",
    why="An SQS mapping runs at least two invocations at once; with less reserved it throttles its own "
    "messages into the dead-letter queue.",
    source=limits.SQS_SCALING_URL,
)
def reserved_concurrency_too_low(_: Words, reserved_concurrency: int) -> str | None:
    """At least two, the least that a mapping's max_concurrency can be."""
    minimum = max_concurrency_range.low
    if reserved_concurrency >= minimum:
        return None
    return (
        f"reserved_concurrency is {reserved_concurrency}, a queue's mapping needs {minimum}; raise it, "
        "to stop the worker set enabled=False, for one message at a time use fifo=True with one message group"
    )


@rule(
    "pollers-range",
    why="Lambda refuses the mapping.",
    source=MAPPING_API_URL,
)
def pollers_range(_: Words, minimum: int, maximum: int) -> str | None:
    """2 to 200 pollers at least, 2 to 10,000 at most, in that order."""
    (low, high), (least, most) = limits.POLLERS_MINIMUM_RANGE, limits.POLLERS_MAXIMUM_RANGE
    if not low <= minimum <= high:
        return f"provisioned_pollers.minimum is {minimum}, Lambda allows {low} to {high}; choose one of these"
    if not least <= maximum <= most:
        return (
            f"provisioned_pollers.maximum is {maximum}, Lambda allows {least} to {most}; choose one of these"
        )
    if maximum < minimum:
        return f"provisioned_pollers.maximum is {maximum}, below its minimum of {minimum}; raise it"
    return None


@rule(
    "pollers-and-max-concurrency",
    why="Lambda refuses a mapping that has both.",
    source=limits.SQS_SCALING_URL,
)
def pollers_and_max_concurrency(_: Words, max_concurrency: int) -> str | None:
    """Provisioned pollers set the concurrency themselves."""
    return (
        f"max_concurrency is {max_concurrency} together with provisioned_pollers, Lambda takes one of "
        f"them; bound the pollers instead: each runs up to {limits.CONCURRENCY_PER_POLLER} invocations"
    )


@rule("filters-maximum", why="Lambda refuses the mapping.", source=LAMBDA_QUOTAS_URL)
def filters_maximum(_: Words, filters: int) -> str | None:
    """At most five patterns."""
    if filters <= limits.FILTERS_MAXIMUM:
        return None
    return f"filters are {filters}, Lambda allows {limits.FILTERS_MAXIMUM}; merge some of them"


@rule("filter-pattern-length", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def filter_pattern_length(_: Words, pattern: str) -> str | None:
    """At most 4,096 characters."""
    if len(pattern) <= limits.FILTER_PATTERN_MAXIMUM:
        return None
    return (
        f"a filter pattern has {len(pattern)} characters, Lambda allows "
        f"{limits.FILTER_PATTERN_MAXIMUM}; shorten it"
    )


@rule(
    "max-concurrency-missing",
    severity="warning",
    why="Pollers scale without regard to the reservation: what finds no concurrency is throttled, every "
    "throttled delivery counts as a receive, and healthy messages end in the dead-letter queue.",
    source=limits.SQS_SCALING_URL,
)
def max_concurrency_missing(_: Words, reserved_concurrency: int, *, bounded: bool) -> str | None:
    """The mapping of a function with a reservation bounds its concurrency."""
    if bounded:
        return None
    return (
        f"reserved_concurrency is {reserved_concurrency} but the mapping has no max_concurrency: a burst is "
        "throttled until its messages end in the dead-letter queue; set max_concurrency to at most "
        f"{reserved_concurrency}"
    )


@rule(
    "partial-batch-responses",
    severity="warning",
    why="One message that fails takes its whole batch along: the others are worked on again, and count "
    "another receive.",
    source=limits.SQS_ERRORS_URL,
)
def partial_batch_responses(_: Words, batch_size: int, response_types: Collection[str]) -> str | None:
    """The function tells which messages of a batch have failed."""
    if batch_size == 1 or "ReportBatchItemFailures" in response_types:
        return None
    return (
        f"a batch has up to {batch_size} messages, and one that fails takes the others along; set "
        "FunctionResponseTypes to ReportBatchItemFailures and return the failed ones, or set batch_size to 1"
    )
