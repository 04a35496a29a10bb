"""The mapping of an SQS queue: batches, concurrency, pollers."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.guard import Guard
from ..rules.pollers import CONCURRENCY_PER_POLLER, pollers_and_max_concurrency, pollers_range
from ..rules.queue_mapping import (
    batch_size_range,
    batching_window_range,
    max_concurrency_above_reserved,
    reserved_concurrency_too_low,
)
from ..rules.ranges_mapping import max_concurrency_range
from ..template.values import Unknown
from .mapping import MappingOptions, check_filters


@dataclass(frozen=True, kw_only=True)
class SqsPollers:
    """Provisioned pollers of an SQS queue, for bursts that must not wait.

    Each poller runs up to 10 concurrent invocations, and costs while idle.

    Args:
        minimum: Minimum number of pollers; 2 to 200.
        maximum: Maximum number of pollers; 2 to 10000, `minimum` or more.
    """

    minimum: int
    maximum: int


def check_sqs_mapping(
    guard: Guard,
    options: MappingOptions,
    pollers: SqsPollers | None,
    *,
    fifo: bool,
    window: int | Unknown,
    reserved_concurrency: int | None,
) -> int | Unknown | None:
    """Check batches, filters and concurrency, and compare the concurrency with the reserved concurrency.

    It returns the most invocations that the mapping starts at once; None if no option limits them.
    """
    guard.check(batching_window_range, window, fifo=fifo)
    guard.check(batch_size_range, guard.integer(options.batch_size), window=window, fifo=fifo)
    check_filters(guard, options.filters, "queue")
    reserved: int | Unknown | None = None
    if reserved_concurrency is not None and options.enabled:
        reserved = guard.integer(reserved_concurrency)
        guard.check(reserved_concurrency_too_low, reserved, fifo=fifo)
    option, concurrency = "max_concurrency", _concurrency(guard, options)
    if pollers is not None:
        if concurrency is not None:
            guard.check(pollers_and_max_concurrency, concurrency)
        minimum, maximum = guard.integer(pollers.minimum), guard.integer(pollers.maximum)
        guard.check(pollers_range, minimum, maximum)
        if isinstance(maximum, Unknown):
            return maximum
        option, concurrency = "provisioned_pollers.maximum", maximum * CONCURRENCY_PER_POLLER
    if reserved is not None and concurrency is not None:
        guard.check(max_concurrency_above_reserved, concurrency, reserved, option=option)
    return concurrency


def _concurrency(guard: Guard, options: MappingOptions) -> int | Unknown | None:
    if options.max_concurrency is None:
        return None
    concurrency = guard.integer(options.max_concurrency)
    guard.check(max_concurrency_range, concurrency)
    return concurrency
