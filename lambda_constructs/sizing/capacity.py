"""Capacity: how many invocations at once a queue or callers need."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..rules.ranges import timeout_range
from ..rules.ranges_mapping import max_concurrency_range, source_batch_size
from . import defaults, limits
from .checks import capacity as rules
from .checks import memory as arguments
from .erlang import offered_load, servers_for
from .findings import Finding, check, find


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Concurrency that follows from traffic: made by `for_queue` or `for_requests`.

    Args:
        reserved_concurrency: What to reserve, so that no other function takes it.
        max_concurrency: What the mapping of a queue may run at once; 2 to 1000. Default: there is no queue
        ramp_seconds: How long a mapping of a standard queue takes to get there; seconds. Default: 0
        findings: What speaks against it. Default: ()
    """

    reserved_concurrency: int
    max_concurrency: int | None = None
    ramp_seconds: int = 0
    findings: tuple[Finding, ...] = ()

    @classmethod
    def for_queue(
        cls,
        *,
        messages_per_second: float,
        duration_ms: float,
        batch_size: int = 10,
        utilization: float = defaults.WORKER_UTILIZATION,
        message_groups: int | None = None,
    ) -> Capacity:
        """What works a queue off as fast as it fills, with some to spare after a burst.

        Args:
            messages_per_second: Messages at the peak, per second.
            duration_ms: Mean duration of an invocation, for a whole batch; ms.
            batch_size: Messages in one invocation; 1 to 10000. Default: 10 (Lambda's own)
            utilization: Share of the capacity that the peak uses; 0.1 to 1. Default: 0.8 (the rest is for
                catching up)
            message_groups: Message groups of a FIFO queue, each of which is worked on by one invocation at a
                time. Default: a standard queue

        Returns:
            `max_concurrency` for the mapping, and a reservation of one more for the smoke test of a rollout.

        Raises:
            ConfigurationError: An argument is out of its range.
        """
        where = "Capacity.for_queue"
        high = timeout_range.high * 1_000
        check(where, arguments.sizing_argument, "messages_per_second", messages_per_second, 0, 10**6)
        check(where, arguments.sizing_argument, "duration_ms", duration_ms, 1, high)
        low, most = source_batch_size.low, source_batch_size.high
        check(where, arguments.sizing_argument, "batch_size", batch_size, low, most, whole=True)
        check(where, arguments.sizing_argument, "utilization", utilization, 0.1, 1)
        if message_groups is not None:
            check(where, arguments.sizing_argument, "message_groups", message_groups, 1, 10**6, whole=True)
        load = offered_load(messages_per_second / batch_size, duration_ms)
        # Rounded first: 4 / 0.8 is a little more than 5 for a computer.
        needed = math.ceil(round(load / utilization, 6))
        bounded = min(needed, max_concurrency_range.high, message_groups or needed)
        concurrency = max(max_concurrency_range.low, bounded)
        above_start = max(0, concurrency - limits.MAPPING_CONCURRENCY_START)
        return cls(
            reserved_concurrency=concurrency + defaults.SPARE_CONCURRENCY,
            max_concurrency=concurrency,
            ramp_seconds=0
            if message_groups
            else math.ceil(60 * above_start / limits.MAPPING_CONCURRENCY_STEP),
            findings=(
                *find(rules.capacity_above_mapping, needed),
                *find(rules.capacity_message_groups, needed, message_groups),
            ),
        )

    @classmethod
    def for_requests(
        cls, *, rps_peak: float, duration_ms: float, throttled: float = defaults.THROTTLED
    ) -> Capacity:
        """What callers that do not wait need, by Erlang's loss formula.

        Args:
            rps_peak: Requests per second at the peak.
            duration_ms: Mean duration of an invocation; ms.
            throttled: Share of the requests that may find no concurrency at the peak; 0.000001 to 0.5.
                Default: 0.001

        Returns:
            A reservation, one more than the requests need for the smoke test of a rollout.

        Raises:
            ConfigurationError: An argument is out of its range.
        """
        where = "Capacity.for_requests"
        check(where, arguments.sizing_argument, "rps_peak", rps_peak, 0, 10**6)
        check(where, arguments.sizing_argument, "duration_ms", duration_ms, 1, timeout_range.high * 1_000)
        check(where, arguments.sizing_argument, "throttled", throttled, 0.000001, 0.5)
        load = offered_load(rps_peak, duration_ms)
        check(
            where, arguments.sizing_argument, "rps_peak x duration_ms / 1000", load, 0, defaults.LOAD_MAXIMUM
        )
        quota = math.ceil(rps_peak / limits.REQUESTS_PER_ENVIRONMENT)
        needed = max(1, servers_for(load, throttled), quota)
        return cls(reserved_concurrency=needed + defaults.SPARE_CONCURRENCY)
