"""Arguments that several commands have in common."""

from __future__ import annotations

import argparse

from ..assembly import Deployed
from ..days import day_of
from ..margins import HEADROOM, MAX_EXTRA_COST
from ..price_list import PriceList, read_price_list
from ..price_table import AS_OF, REGION
from ..prices import ARCHITECTURES
from ..recommendation import STRATEGIES, Policy


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that determine how to choose a measured size."""
    parser.add_argument(
        "--profile", metavar="FILE", help="reports of invocations, or the result of a query over them"
    )
    parser.add_argument(
        "--strategy", choices=STRATEGIES, help="a strategy of Power Tuning, instead of the extra cost"
    )
    parser.add_argument(
        "--max-extra-cost",
        type=float,
        default=MAX_EXTRA_COST,
        metavar="SHARE",
        help="how much more than the cheapest size the choice may cost (default: %(default)s)",
    )
    parser.add_argument(
        "--headroom",
        type=float,
        default=HEADROOM,
        metavar="SHARE",
        help="share of the memory that must stay free (default: %(default)s)",
    )
    parser.add_argument("--max-duration-ms", type=float, metavar="MS", help="maximum of the average duration")


def policy(arguments: argparse.Namespace) -> Policy:
    """The policy from the arguments."""
    return Policy(
        strategy=arguments.strategy,
        max_extra_cost=arguments.max_extra_cost,
        headroom=arguments.headroom,
        max_duration_ms=arguments.max_duration_ms,
    )


def add_requests(parser: argparse.ArgumentParser) -> None:
    """Add the argument that determines how often a function is invoked."""
    parser.add_argument(
        "--requests",
        type=float,
        default=1_000_000.0,
        metavar="NUMBER",
        help="invocations per month (default: 1000000)",
    )


def add_prices(parser: argparse.ArgumentParser, region: str | None = None) -> None:
    """Add the arguments that determine the prices.

    Args:
        parser: The command.
        region: The default of `--region`. Default: that of each stack
    """
    parser.add_argument(
        "--region",
        default=region,
        metavar="REGION",
        help=f"region of the prices (default: {region or 'that of each stack, else us-east-1'})",
    )
    parser.add_argument(
        "--prices",
        action="append",
        default=[],
        metavar="FILE",
        help="a price list of AWS for a service and region, instead of the table; may be repeated",
    )
    if region is not None:
        parser.add_argument("--architecture", choices=ARCHITECTURES, default=ARCHITECTURES[0])


def price_lists(arguments: argparse.Namespace) -> list[PriceList]:
    """The price lists that the user passes."""
    return [read_price_list(path) for path in arguments.prices]


def region_of(arguments: argparse.Namespace, function: Deployed) -> str:
    """The region whose prices apply to a function."""
    return str(arguments.region or function.region or REGION)


def price_note(arguments: argparse.Namespace, of: str | None = None) -> str:
    """A note on the prices.

    Args:
        arguments: The arguments.
        of: What the prices are of. Default: the region and the architecture
    """
    lists = price_lists(arguments)
    dates = {f"as of {each.as_of} in {each.currency} ({each.region})": None for each in lists}
    what = of or ", ".join(filter(None, (arguments.region, getattr(arguments, "architecture", None))))
    return f"List prices {'' if of else 'of '}{what}, {', '.join(dates) or f'as of {AS_OF}'}; no discounts."


def day(text: str) -> str:
    """The day of an argument."""
    found = day_of(text)
    if found != text:
        raise argparse.ArgumentTypeError(f"{text} is not a day such as 2026-11-20")
    return found
