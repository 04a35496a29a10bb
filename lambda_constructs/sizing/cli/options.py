"""Arguments that several commands take."""

from __future__ import annotations

import argparse

from .. import defaults
from ..price_table import AS_OF
from ..prices import ARCHITECTURES, REGION, REGIONS
from ..recommendation import STRATEGIES, Policy


def add_policy(parser: argparse.ArgumentParser) -> None:
    """How to choose among measured sizes."""
    parser.add_argument("--profile", metavar="FILE", help="reports of invocations, or a query over them")
    parser.add_argument(
        "--strategy", choices=STRATEGIES, help="Power Tuning's own, instead of the extra cost"
    )
    parser.add_argument(
        "--max-extra-cost",
        type=float,
        default=defaults.MAX_EXTRA_COST,
        metavar="SHARE",
        help="what the choice may cost above the cheapest size (default: %(default)s)",
    )
    parser.add_argument(
        "--headroom",
        type=float,
        default=defaults.HEADROOM,
        metavar="SHARE",
        help="memory that stays free above the most that was used (default: %(default)s)",
    )
    parser.add_argument("--max-duration-ms", type=float, metavar="MS", help="what an invocation may take")


def policy(arguments: argparse.Namespace) -> Policy:
    """The policy that the arguments ask for."""
    return Policy(
        strategy=arguments.strategy,
        max_extra_cost=arguments.max_extra_cost,
        headroom=arguments.headroom,
        max_duration_ms=arguments.max_duration_ms,
    )


def add_prices(parser: argparse.ArgumentParser) -> None:
    """Where and on what it runs."""
    parser.add_argument(
        "--region",
        choices=REGIONS,
        default=REGION,
        metavar="REGION",
        help="for prices (default: %(default)s)",
    )
    parser.add_argument("--architecture", choices=ARCHITECTURES, default=ARCHITECTURES[0])


def price_note(arguments: argparse.Namespace) -> str:
    """Where the prices are from."""
    return f"List prices of {arguments.region}, {arguments.architecture}, as of {AS_OF}; no discounts."
