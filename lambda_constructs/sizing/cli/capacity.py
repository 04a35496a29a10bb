"""`capacity`: calculate the concurrency for requests or a queue, and what provisioned concurrency costs."""

from __future__ import annotations

import argparse
import math

from ...text_table import table
from ..capacity import Capacity
from ..erlang import erlang_b, offered_load, servers_that_pay
from ..margins import SPILL, THROTTLED
from ..price_table import REGION
from ..prices import ARCHITECTURES, MONTH_SECONDS, Prices, monthly_cost
from ..provisioned import plan_for_traffic
from .answer import Answer, Data, warned, warnings
from .options import PROVISIONED, add_arguments, check_memory_size, price_from, price_note


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    requests = kinds.add_parser("requests", help="for callers that do not wait, such as an API")
    requests.add_argument(
        "--rps-low", type=float, required=True, help="requests per second at the quietest time"
    )
    requests.add_argument("--rps-peak", type=float, required=True, help="requests per second at the peak")
    requests.add_argument("--duration-ms", type=float, required=True, help="mean duration of an invocation")
    requests.add_argument(
        "--spill",
        type=float,
        default=SPILL,
        metavar="SHARE",
        help="share of the requests that may find all provisioned environments busy (default: %(default)s)",
    )
    requests.add_argument("--memory-size", type=int, default=512, metavar="MB", help="default: %(default)s")
    names = ("--region", "--prices", "--architecture", "--json")
    add_arguments(requests, *names, region=REGION, architecture=ARCHITECTURES[0])
    requests.set_defaults(capacity=_requests)

    queue = kinds.add_parser("queue", help="for a queue")
    queue.add_argument(
        "--messages-per-second", type=float, required=True, help="messages per second at the peak"
    )
    queue.add_argument("--duration-ms", type=float, required=True, help="mean duration of a batch")
    queue.add_argument("--batch-size", type=int, default=10, help="default: %(default)s")
    queue.add_argument("--message-groups", type=int, help="number of message groups of a FIFO queue")
    add_arguments(queue, "--json")
    queue.set_defaults(capacity=_queue)


def run(arguments: argparse.Namespace) -> Answer:
    """The concurrency, with warnings."""
    answer: Answer = arguments.capacity(arguments)
    return answer


def _requests(arguments: argparse.Namespace) -> Answer:
    size = arguments.memory_size
    check_memory_size("capacity", size)
    low, peak, duration = arguments.rps_low, arguments.rps_peak, arguments.duration_ms
    plan = plan_for_traffic(rps_low=low, rps_peak=peak, duration_ms=duration, spill=arguments.spill)
    reserved = Capacity.for_requests(rps_peak=peak, duration_ms=duration).reserved_concurrency
    price = price_from(arguments)
    columns = [
        _column(price, size, rps, duration, environments)
        for rps, environments in ((low, plan.minimum), (peak, plan.maximum))
    ]
    names = (
        "requests per second",
        "mean concurrency",
        "provisioned environments",
        "  cheaper than on demand",
        "requests that run on demand",
        "per month, on demand",
        "per month, provisioned",
    )
    lines = [
        table(("", "quiet", "peak"), zip(names, *columns, strict=True)),
        "",
        f"minimum={plan.minimum}, maximum={plan.maximum}, target_utilization={plan.target_utilization:g}",
        f"With reserved_concurrency={reserved}, Lambda throttles less than {THROTTLED:.1%} at the peak.",
        _break_even(price),
        *warnings(plan.advice),
        "",
        "The costs assume this traffic for a whole month.",
        price_note(price, PROVISIONED),
    ]
    data: Data = {
        "minimum": plan.minimum,
        "maximum": plan.maximum,
        "targetUtilization": plan.target_utilization,
        "reservedConcurrency": reserved,
        "breakEven": price.break_even,
        "warnings": warned(plan.advice),
    }
    return Answer(text="\n".join(lines), data=data)


def _column(
    price: Prices, memory_size: int, rps: float, duration_ms: float, environments: int
) -> tuple[str, ...]:
    """One column: the concurrency for a request rate, and its costs for a whole month."""
    load = offered_load(rps, duration_ms)
    spilled = erlang_b(environments, load)
    pays = price.break_even
    requests = rps * MONTH_SECONDS
    on_demand, provisioned = (
        monthly_cost(
            price,
            requests=requests,
            memory_size=memory_size,
            billed_ms=math.ceil(duration_ms),
            environments=count,
            provisioned_share=share,
        )
        for count, share in ((0, 0.0), (environments, 1 - spilled))
    )
    return (
        f"{rps:g}",
        f"{load:.1f}",
        str(environments),
        "?" if pays is None else str(min(environments, servers_that_pay(load, pays))),
        f"{spilled:.2%}",
        price.money(on_demand.total),
        "?" if provisioned.unknown else price.money(provisioned.total),
    )


def _break_even(price: Prices) -> str:
    if price.break_even is None:
        return f"The prices of provisioned concurrency in {price.region} are unknown; pass --prices FILE."
    if price.break_even > 1:
        return "In this region provisioned environments are never cheaper, they only start faster."
    return f"A provisioned environment is cheaper if it is busy for over {price.break_even:.0%} of its time."


def _queue(arguments: argparse.Namespace) -> Answer:
    capacity = Capacity.for_queue(
        messages_per_second=arguments.messages_per_second,
        duration_ms=arguments.duration_ms,
        batch_size=arguments.batch_size,
        message_groups=arguments.message_groups,
    )
    lines = [
        f"max_concurrency={capacity.max_concurrency}, reserved_concurrency={capacity.reserved_concurrency}",
        f"The event source mapping takes {capacity.ramp_seconds} s to scale to that concurrency.",
        *warnings(capacity.advice),
    ]
    data: Data = {
        "maxConcurrency": capacity.max_concurrency,
        "reservedConcurrency": capacity.reserved_concurrency,
        "rampSeconds": capacity.ramp_seconds,
        "warnings": warned(capacity.advice),
    }
    return Answer(text="\n".join(lines), data=data)
