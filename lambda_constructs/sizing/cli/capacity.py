"""`capacity`: concurrency for requests or for a queue, and whether provisioned environments pay."""

from __future__ import annotations

import argparse

from ...rules.ranges import memory_size_range
from .. import defaults, limits
from ..capacity import Capacity
from ..checks import memory as rules
from ..erlang import erlang_b, offered_load, servers_that_pay
from ..findings import check
from ..prices import Prices, monthly_cost, prices
from ..provisioned import plan_for_traffic
from .options import add_prices, price_note
from .table import table, warnings


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    requests = kinds.add_parser("requests", help="callers that do not wait: an API, other functions")
    requests.add_argument("--rps-low", type=float, required=True, help="requests per second when it is quiet")
    requests.add_argument("--rps-peak", type=float, required=True, help="requests per second at the peak")
    requests.add_argument("--duration-ms", type=float, required=True, help="mean duration")
    requests.add_argument(
        "--spill",
        type=float,
        default=defaults.SPILL,
        metavar="SHARE",
        help="requests that may find no provisioned environment free (default: %(default)s)",
    )
    requests.add_argument("--memory-size", type=int, default=512, metavar="MB", help="(default: %(default)s)")
    add_prices(requests)
    requests.set_defaults(capacity=_requests)

    queue = kinds.add_parser("queue", help="messages that wait in a queue")
    queue.add_argument("--messages-per-second", type=float, required=True, help="messages at the peak")
    queue.add_argument("--duration-ms", type=float, required=True, help="mean duration of a batch")
    queue.add_argument("--batch-size", type=int, default=10, help="(default: %(default)s)")
    queue.add_argument("--message-groups", type=int, help="of a FIFO queue")
    queue.set_defaults(capacity=_queue)


def run(arguments: argparse.Namespace) -> str:
    """The concurrency, and what speaks against it."""
    return str(arguments.capacity(arguments))


def _requests(arguments: argparse.Namespace) -> str:
    least, most = memory_size_range.low, memory_size_range.high
    size = arguments.memory_size
    check("capacity", rules.sizing_argument, "memory_size", size, least, most, whole=True)
    low, peak, duration = arguments.rps_low, arguments.rps_peak, arguments.duration_ms
    plan = plan_for_traffic(rps_low=low, rps_peak=peak, duration_ms=duration, spill=arguments.spill)
    reserved = Capacity.for_requests(rps_peak=peak, duration_ms=duration).reserved_concurrency
    price = prices(arguments.region, arguments.architecture)
    columns = [
        _column(price, size, rps, duration, environments)
        for rps, environments in ((low, plan.minimum), (peak, plan.maximum))
    ]
    names = (
        "requests per second",
        "busy at once",
        "provisioned environments",
        "  of which pay for themselves",
        "requests that find none free",
        "per month, on demand",
        "per month, provisioned",
    )
    lines = [
        table(("", "quiet", "peak"), zip(names, *columns, strict=True)),
        "",
        f"minimum={plan.minimum}, maximum={plan.maximum}, target_utilization={plan.target_utilization:g}",
        f"A reservation of {reserved} throttles less than {defaults.THROTTLED:.1%} at the peak.",
        _break_even(price),
        *warnings(plan.findings),
        "",
        "Costs are those of such traffic all month long.",
        price_note(arguments),
    ]
    return "\n".join(lines)


def _column(
    price: Prices, memory_size: int, rps: float, duration_ms: float, environments: int
) -> tuple[str, ...]:
    """What one traffic means, if it lasts."""
    load = offered_load(rps, duration_ms)
    spilled = erlang_b(environments, load)
    requests = rps * limits.MONTH_SECONDS
    on_demand, provisioned = (
        monthly_cost(
            price,
            requests=requests,
            memory_size=memory_size,
            billed_ms=duration_ms,
            environments=count,
            provisioned_share=share,
        ).total
        for count, share in ((0, 0.0), (environments, 1 - spilled))
    )
    return (
        f"{rps:g}",
        f"{load:.1f}",
        str(environments),
        str(min(environments, servers_that_pay(load, price.break_even))),
        f"{spilled:.2%}",
        f"${on_demand:,.2f}",
        f"${provisioned:,.2f}",
    )


def _break_even(price: Prices) -> str:
    if price.break_even > 1:
        return "Provisioned environments are never cheaper here, they only start faster."
    return f"A provisioned environment is cheaper while it is busy for {price.break_even:.0%} of its time."


def _queue(arguments: argparse.Namespace) -> str:
    capacity = Capacity.for_queue(
        messages_per_second=arguments.messages_per_second,
        duration_ms=arguments.duration_ms,
        batch_size=arguments.batch_size,
        message_groups=arguments.message_groups,
    )
    lines = [
        f"max_concurrency={capacity.max_concurrency}, reserved_concurrency={capacity.reserved_concurrency}",
        f"From its start a mapping takes {capacity.ramp_seconds} s to get there.",
        *warnings(capacity.findings),
    ]
    return "\n".join(lines)
