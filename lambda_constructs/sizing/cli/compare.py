"""`compare`: compare two measurements: before and after a change, or two architectures."""

from __future__ import annotations

import argparse
import math
from itertools import pairwise

from ...text_table import table
from ..advice import check
from ..margins import REPEATABILITY
from ..measurement import Point
from ..power_tuning import read_measurements
from ..profile_file import read_profile
from ..recommendation import Recommendation, recommend
from ..rules.measurement import measurement_pair
from .answer import Answer, Data, change, warned, warnings
from .options import POLICY, add_arguments, check_memory_size, draw, policy, price_notes


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "before", metavar="BEFORE", help="a result of Lambda Power Tuning, or the address of a comparison"
    )
    parser.add_argument("after", metavar="AFTER", nargs="?", help="another result, if BEFORE has only one")
    parser.add_argument("--memory-size", type=int, metavar="MB", help="a pinned size to check")
    add_arguments(parser, *POLICY, "--chart")


def run(arguments: argparse.Namespace) -> Answer:
    """Speed and cost of both at each size, where one becomes cheaper, and warnings about the size in use."""
    if arguments.memory_size is not None:
        check_memory_size("compare", arguments.memory_size)
    before, after = _recommendations(arguments)
    one, two = "before", "after"
    if arguments.after is None:
        one, two = before.measurement.title, after.measurement.title
    pairs = _pairs(before, after)
    size = before.choice.memory_size if arguments.memory_size is None else arguments.memory_size
    regret, advice = after.regret(size), after.against(size)
    cost = "was not measured" if regret is None else f"costs {change(regret)} compared with the cheapest size"
    breaks = _break_even(before, after, pairs)
    lines = [
        _table(before, after, pairs, (one, two)) if pairs else "The measurements have no size in common.",
        "",
        *(f"From about {at} MB, {two if later else one} costs less." for at, later in breaks),
        f"Recommended {one}: {before.choice.memory_size} MB.",
        f"Recommended {two}: {after.choice.memory_size} MB.",
        f"{size} MB {two} {cost}.",
        f"In nine of ten cases, two runs of the same code differ by up to {REPEATABILITY:.0%}.",
        *warnings(advice),
        "",
        *price_notes((before.price, after.price)),
        *draw(arguments, after, before),
    ]
    data: Data = {
        "names": [one, two],
        "sizes": {
            str(early.memory_size): {
                "ms": [early.duration_ms, late.duration_ms],
                "perMillion": [before.bill(early) * 1e6, after.bill(late) * 1e6],
            }
            for early, late in pairs
        },
        "cheaperFrom": [{"memorySize": at, "name": two if later else one} for at, later in breaks],
        "recommended": [before.choice.memory_size, after.choice.memory_size],
        "memorySize": size,
        "extraCost": regret,
        "warnings": warned(advice),
    }
    return Answer(text="\n".join(lines), data=data)


def _recommendations(arguments: argparse.Namespace) -> list[Recommendation]:
    """The recommendations of two measurements, which are in one file or in two."""
    profile = None if arguments.profile is None else read_profile(arguments.profile)
    files = [arguments.before, *([] if arguments.after is None else [arguments.after])]
    measurements = [each for file in files for each in read_measurements(file)]
    check(arguments.before, measurement_pair, len(measurements))
    return [recommend(each, profile, policy(arguments)) for each in measurements]


def _pairs(before: Recommendation, after: Recommendation) -> list[tuple[Point, Point]]:
    """The sizes that both measured."""
    later = {point.memory_size: point for point in after.measurement.points}
    return [
        (point, later[point.memory_size]) for point in before.measurement.points if point.memory_size in later
    ]


def _table(
    before: Recommendation, after: Recommendation, pairs: list[tuple[Point, Point]], names: tuple[str, str]
) -> str:
    one, two = names
    rows = [
        (
            f"{early.memory_size} MB",
            f"{early.duration_ms:,.0f} ms",
            f"{late.duration_ms:,.0f} ms",
            change(late.duration_ms / early.duration_ms - 1),
            before.price.money(before.bill(early) * 1e6),
            after.price.money(after.bill(late) * 1e6),
            change(after.bill(late) / before.bill(early) - 1),
        )
        for early, late in pairs
    ]
    return table(("memory", one, two, "change", f"{one}, per million", f"{two}, per million", "change"), rows)


def _break_even(
    before: Recommendation, after: Recommendation, pairs: list[tuple[Point, Point]]
) -> list[tuple[int, bool]]:
    """The sizes from which the other one costs less, and whether that is the later one.

    Costs are interpolated linearly on logarithmic scales, as between measured sizes.
    """
    gaps = [(early.memory_size, math.log(after.bill(late) / before.bill(early))) for early, late in pairs]
    found: list[tuple[int, bool]] = []
    for (low, start), (high, end) in pairwise(gaps):
        if start * end < 0:
            share = start / (start - end)
            found.append((round(low * (high / low) ** share), end < 0))
    return found
