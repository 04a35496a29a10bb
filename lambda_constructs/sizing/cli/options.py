"""Arguments that several commands have in common."""

from __future__ import annotations

import argparse

from ..margins import HEADROOM, MAX_EXTRA_COST
from ..price_table import AS_OF, REGION
from ..prices import ARCHITECTURES, REGIONS
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


def add_prices(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that determine the prices."""
    parser.add_argument(
        "--region",
        choices=REGIONS,
        default=REGION,
        metavar="REGION",
        help="region of the prices (default: %(default)s)",
    )
    parser.add_argument("--architecture", choices=ARCHITECTURES, default=ARCHITECTURES[0])


def price_note(arguments: argparse.Namespace) -> str:
    """A note on the prices."""
    return f"List prices of {arguments.region}, {arguments.architecture}, as of {AS_OF}; no discounts."
