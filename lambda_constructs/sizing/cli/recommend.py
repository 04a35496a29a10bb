"""`recommend`: recommend a memory size from a measurement, and print what all sizes cost."""

from __future__ import annotations

import argparse
import math

from ...text_table import table
from ..advice import check
from ..floor import check_peak
from ..power_tuning import read_measurement
from ..prices import MONTH_SECONDS, monthly_cost
from ..profile_file import read_profile
from ..recommendation import Recommendation, recommend
from ..rules.arguments import sizing_argument
from ..unit_price import price_of
from .answer import Answer, Data, change, warned, warnings
from .options import POLICY, add_arguments, draw, policy, price_lists, price_note

# A million per second.
_REQUESTS_MAXIMUM = 1e6 * MONTH_SECONDS
# One vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html, "When to increase memory"
_MEMORY_SIZE_OF_A_CPU = 1_769  # MB


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("measurement", metavar="FILE", help="a result of Lambda Power Tuning")
    add_arguments(
        parser,
        *POLICY,
        *("--region", "--prices", "--architecture", "--requests", "--chart"),
        region="that of the function in the file, else us-east-1",
        architecture="that of the unit price in the file, else arm64",
    )


def run(arguments: argparse.Namespace) -> Answer:
    """A table of all sizes, the recommended size, and warnings."""
    check("recommend", sizing_argument, "requests", arguments.requests, 0, _REQUESTS_MAXIMUM)
    profile = None if arguments.profile is None else read_profile(arguments.profile)
    if profile is not None:
        check_peak(profile)
    measurement = read_measurement(arguments.measurement)
    price = price_of(measurement, arguments.region, arguments.architecture, price_lists(arguments))
    found = recommend(measurement, profile, policy(arguments), price)
    lines = [f"{measurement.title}: {measurement.facts}", "", _table(found, arguments), "", _choice(found)]
    if found.choice.memory_size > _MEMORY_SIZE_OF_A_CPU:
        lines.append(
            f"More than {_MEMORY_SIZE_OF_A_CPU} MB is more than one CPU, which only parallel code can use."
        )
    advice = [*found.at_the_edge(), *found.reliability(price.architecture)]
    if found.production is not None:
        times = f"{found.production:.2f} times the measured duration"
        lines.append(f"The month is what production bills, {times}.")
    lines += warnings(advice)
    lines += ["", price_note(price)]
    lines += draw(arguments, found)
    data: Data = {
        **found.evidence(),
        "sizes": [
            {
                "memorySize": point.memory_size,
                "durationMs": point.duration_ms,
                "usdPerMillion": found.bill(point) * 1e6,
                "extraCost": found.extra_cost(point),
            }
            for point in found.measurement.points
        ],
        "region": price.region,
        "architecture": price.architecture,
        "warnings": warned(advice),
    }
    return Answer(text="\n".join(lines), data=data)


def _table(found: Recommendation, arguments: argparse.Namespace) -> str:
    price, production = found.price, found.production
    rows = []
    for point in found.measurement.points:
        billed = math.ceil(point.duration_ms) if production is None else production * point.duration_ms
        month = monthly_cost(
            price, requests=arguments.requests, memory_size=point.memory_size, billed_ms=billed
        )
        rows.append(
            (
                _mark(found, point.memory_size),
                f"{point.memory_size} MB",
                f"{point.memory_size / _MEMORY_SIZE_OF_A_CPU:.2f}",
                f"{point.duration_ms:,.0f} ms",
                change(point.duration_ms / found.cheapest.duration_ms - 1),
                price.money(found.bill(point) * 1e6),
                change(found.extra_cost(point)),
                price.money(month.total),
            )
        )
    header = ("", "memory", "CPU", "duration", "slower", "per million", "extra cost", "per month")
    return table(header, rows)


def _mark(found: Recommendation, memory_size: int) -> str:
    if memory_size == found.choice.memory_size:
        return "->"
    return "too small" if memory_size < found.floor else ""


def _choice(found: Recommendation) -> str:
    how = {
        None: f"the fastest size within {found.policy.max_extra_cost:.0%} of the lowest cost",
        "cost": "the cheapest size",
        "speed": "the fastest size",
        "balanced": "the lowest weighted sum of cost and duration",
    }[found.policy.strategy]
    size = f"{found.choice.memory_size} MB: {how}"
    if found.profile is None:
        return size
    peak = found.profile.peak_memory
    return (
        f"{size}; {peak} MB are used, which with {found.policy.headroom:.0%} free requires {found.floor} MB"
    )
