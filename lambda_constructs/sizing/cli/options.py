"""Arguments that several commands have in common."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ...rules.ranges import memory_size_range
from ..advice import check
from ..assembly import Deployed
from ..chart import html, svg
from ..days import day_of
from ..margins import HEADROOM, MAX_EXTRA_COST
from ..price_list import PriceList, read_price_list
from ..price_table import REGION
from ..prices import ARCHITECTURES, Prices, prices
from ..recommendation import STRATEGIES, Policy, Recommendation
from ..rules.arguments import sizing_argument

_CHARTS = {".svg": svg, ".html": html}
NO_PARTS: Final[Mapping[str, str]] = {}
PROVISIONED: Final = {"configured": "provisioned concurrency"}


def _chart(text: str) -> Path:
    """The path of a chart, whose suffix is its format."""
    path = Path(text)
    if path.suffix not in _CHARTS:
        raise argparse.ArgumentTypeError(f"{text} does not end with .svg or .html")
    return path


def day(text: str) -> str:
    """The day of an argument."""
    found = day_of(text)
    if found != text:
        raise argparse.ArgumentTypeError(f"{text} is not a day such as 2026-11-20")
    return found


# The options of each argument.
_ARGUMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "assembly": {"metavar": "CDK_OUT", "help": "the folder that `cdk synth` writes"},
    "--profile": {"metavar": "FILE", "help": "reports of invocations, or the result of a query over them"},
    "--strategy": {"choices": STRATEGIES, "help": "a strategy of Power Tuning, instead of the extra cost"},
    "--max-extra-cost": {
        "type": float,
        "default": MAX_EXTRA_COST,
        "metavar": "SHARE",
        "help": "how much more than the cheapest size the choice may cost (default: %(default)s)",
    },
    "--headroom": {
        "type": float,
        "default": HEADROOM,
        "metavar": "SHARE",
        "help": "share of the memory that must stay free (default: %(default)s)",
    },
    "--max-duration-ms": {"type": float, "metavar": "MS", "help": "maximum of the average duration"},
    "--requests": {
        "type": float,
        "default": 1e6,
        "metavar": "NUMBER",
        "help": "invocations per month (default: 1000000)",
    },
    "--region": {"metavar": "REGION", "help": "region of the prices (default: {region})"},
    "--prices": {
        "action": "append",
        "default": [],
        "metavar": "FILE",
        "help": "a price list of AWS for a service and region, instead of the table; may be repeated",
    },
    "--architecture": {"choices": ARCHITECTURES, "help": "default: {architecture}"},
    "--chart": {"type": _chart, "metavar": "FILE", "help": "also draw a chart: .svg, or .html for printing"},
    # A command and its kind both take it.
    "--json": {"action": "store_true", "default": argparse.SUPPRESS, "help": "print JSON"},
}
POLICY: Final = ("--profile", "--strategy", "--max-extra-cost", "--headroom", "--max-duration-ms")


def add_arguments(parser: argparse.ArgumentParser, *names: str, **defaults: str) -> None:
    """Add arguments that several commands have; the defaults that differ by command are given in words."""
    for name in names:
        options = dict(_ARGUMENTS[name])
        options["help"] = options["help"].format(**defaults)
        parser.add_argument(name, **options)


def policy(arguments: argparse.Namespace) -> Policy:
    """The policy from the arguments."""
    return Policy(
        strategy=arguments.strategy,
        max_extra_cost=arguments.max_extra_cost,
        headroom=arguments.headroom,
        max_duration_ms=arguments.max_duration_ms,
    )


def check_memory_size(command: str, size: int) -> None:
    """Refuse a memory size that Lambda does not allow."""
    low, high = memory_size_range.low, memory_size_range.high
    check(command, sizing_argument, "memory_size", size, low, high, whole=True)


def price_from(arguments: argparse.Namespace) -> Prices:
    """The prices of the arguments, else of arm64 in us-east-1."""
    architecture = arguments.architecture or ARCHITECTURES[0]
    return prices(arguments.region or REGION, architecture, price_lists(arguments))


def price_lists(arguments: argparse.Namespace) -> list[PriceList]:
    """The price lists that the user passes."""
    return [read_price_list(path) for path in arguments.prices]


def region_of(arguments: argparse.Namespace, function: Deployed) -> str:
    """The region whose prices apply to a function."""
    return str(arguments.region or function.region or REGION)


def price_note(price: Prices, parts: Mapping[str, str] = NO_PARTS) -> str:
    """A note on the prices, and on those of other parts, whose words are given by the name of the price."""
    by_date: dict[str, dict[str, None]] = {}
    for name, words in parts.items():
        if name in price.dates and price.dates[name] != price.as_of:
            by_date.setdefault(price.dates[name], {})[words] = None
    dates = "".join(f", of {' and '.join(words)} {date}" for date, words in by_date.items())
    currency = "" if price.currency == "USD" else f" in {price.currency}"
    where = f"{price.region}, {price.architecture}{currency}"
    return f"List prices of {where}, as of {price.as_of}{dates}; no discounts."


def price_notes(prices_used: Iterable[Prices], parts: Mapping[str, str] = NO_PARTS) -> list[str]:
    """A note on the prices of each region and architecture."""
    return list(dict.fromkeys(price_note(price, parts) for price in prices_used))


def draw(
    arguments: argparse.Namespace, found: Recommendation, other: Recommendation | None = None
) -> list[str]:
    """Draw the chart if the user wants one, and say where it is."""
    if arguments.chart is None:
        return []
    arguments.chart.write_text(_CHARTS[arguments.chart.suffix](found, other), encoding="utf-8")
    return [f"Chart: {arguments.chart}"]
