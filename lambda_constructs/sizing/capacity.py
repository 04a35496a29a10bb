"""Capacity: the concurrency that a queue or callers need."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ..rules.ranges import timeout_range
from ..rules.ranges_mapping import max_concurrency_range, source_batch_size
from . import margins
from .advice import Advice, advise, check
from .erlang import LOAD_MAXIMUM, offered_load, servers_for
from .rules.arguments import sizing_argument
from .rules.capacity import REQUESTS_PER_ENVIRONMENT, capacity_above_mapping, capacity_message_groups

# The concurrency that a mapping of a standard queue starts with, and that it adds per minute:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_MAPPING_CONCURRENCY_START: Final = 5
_MAPPING_CONCURRENCY_STEP: Final = 300
# The smoke test of a rollout invokes the new version while the trigger invokes the current one.
_SMOKE_TEST_CONCURRENCY: Final = 1


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Concurrency for a given traffic. Make it with `for_queue` or `for_requests`.

    Args:
        reserved_concurrency: Concurrency to reserve, so that other functions cannot use it.
        max_concurrency: Maximum concurrency of the queue's event source mapping; 2 to 1000. Default: there is
            no queue
        ramp_seconds: How long the mapping of a standard queue takes to reach that concurrency; seconds.
            Default: 0
        advice: Warnings about this capacity. Default: ()
    """

    reserved_concurrency: int
    max_concurrency: int | None = None
    ramp_seconds: int = 0
    advice: tuple[Advice, ...] = ()

    @classmethod
    def for_queue(
        cls,
        *,
        messages_per_second: float,
        duration_ms: float,
        batch_size: int = 10,
        utilization: float = margins.WORKER_UTILIZATION,
        message_groups: int | None = None,
    ) -> Capacity:
        """Calculate the concurrency that processes a queue as fast as it fills, and catches up after a burst.

        Args:
            messages_per_second: Messages at the peak, per second.
            duration_ms: Mean duration of an invocation, for a whole batch; ms.
            batch_size: Messages per invocation; 1 to 10000. Default: 10 (Lambda's own default)
            utilization: Share of the capacity that the peak uses; 0.1 to 1. Default: 0.8 (the rest catches up
                after a burst)
            message_groups: Message groups of a FIFO queue. Lambda runs one invocation at a time for each of
                them. Default: a standard queue

        Returns:
            `max_concurrency` for the mapping, and a reservation of one more for the smoke test of a rollout.

        Raises:
            ConfigurationError: An argument is out of range.
        """
        where = "Capacity.for_queue"
        check(where, sizing_argument, "messages_per_second", messages_per_second, 0, 10**6)
        check(where, sizing_argument, "duration_ms", duration_ms, 1, timeout_range.high * 1_000)
        low, high = source_batch_size.low, source_batch_size.high
        check(where, sizing_argument, "batch_size", batch_size, low, high, whole=True)
        check(where, sizing_argument, "utilization", utilization, 0.1, 1)
        if message_groups is not None:
            check(where, sizing_argument, "message_groups", message_groups, 1, 10**6, whole=True)
        load = offered_load(messages_per_second / batch_size, duration_ms)
        # Rounded first: in floating point 4 / 0.8 is slightly more than 5.
        needed = math.ceil(round(load / utilization, 6))
        bounded = min(needed, max_concurrency_range.high, message_groups or needed)
        concurrency = max(max_concurrency_range.low, bounded)
        added = 0 if message_groups else max(0, concurrency - _MAPPING_CONCURRENCY_START)
        return cls(
            reserved_concurrency=concurrency + _SMOKE_TEST_CONCURRENCY,
            max_concurrency=concurrency,
            ramp_seconds=math.ceil(60 * added / _MAPPING_CONCURRENCY_STEP),
            advice=(
                *advise(capacity_above_mapping, needed),
                *advise(capacity_message_groups, needed, message_groups),
            ),
        )

    @classmethod
    def for_requests(
        cls, *, rps_peak: float, duration_ms: float, throttled: float = margins.THROTTLED
    ) -> Capacity:
        """Calculate the concurrency for callers that do not wait, with Erlang's loss formula.

        Args:
            rps_peak: Requests per second at the peak.
            duration_ms: Mean duration of an invocation; ms.
            throttled: Share of the requests that Lambda may throttle at the peak; 0.000001 to 0.5.
                Default: 0.001

        Returns:
            A reservation, one more than the requests need for the smoke test of a rollout.

        Raises:
            ConfigurationError: An argument is out of range.
        """
        where = "Capacity.for_requests"
        check(where, sizing_argument, "rps_peak", rps_peak, 0, 10**6)
        check(where, sizing_argument, "duration_ms", duration_ms, 1, timeout_range.high * 1_000)
        check(where, sizing_argument, "throttled", throttled, 0.000001, 0.5)
        load = offered_load(rps_peak, duration_ms)
        check(where, sizing_argument, "rps_peak x duration_ms / 1000", load, 0, LOAD_MAXIMUM)
        quota = math.ceil(rps_peak / REQUESTS_PER_ENVIRONMENT)
        needed = max(1, servers_for(load, throttled), quota)
        return cls(reserved_concurrency=needed + _SMOKE_TEST_CONCURRENCY)
