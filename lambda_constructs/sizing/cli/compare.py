"""`compare`: compare measurements of a function before and after a change."""

from __future__ import annotations

import argparse

from ..margins import REPEATABILITY
from ..power_tuning import read_measurement
from ..profile_file import read_profile
from ..recommendation import recommend
from ..text_table import table
from .answer import Answer, Data, warned
from .options import add_policy, policy
from .table import change, warnings


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("before", metavar="BEFORE", help="a result of Lambda Power Tuning")
    parser.add_argument("after", metavar="AFTER", help="a later result")
    parser.add_argument("--memory-size", type=int, metavar="MB", help="a pinned size to check")
    add_policy(parser)


def run(arguments: argparse.Namespace) -> Answer:
    """The change at each size, and warnings about the size in use."""
    profile = None if arguments.profile is None else read_profile(arguments.profile)
    before, after = (
        recommend(read_measurement(path), profile, policy(arguments))
        for path in (arguments.before, arguments.after)
    )
    later = {point.memory_size: point for point in after.measurement.points}
    rows = [
        (
            f"{point.memory_size} MB",
            f"{point.duration_ms:,.0f} ms",
            f"{later[point.memory_size].duration_ms:,.0f} ms",
            change(later[point.memory_size].duration_ms / point.duration_ms - 1),
        )
        for point in before.measurement.points
        if point.memory_size in later
    ]
    header = ("memory", "before", "after", "change")
    size = arguments.memory_size or before.choice.memory_size
    regret = after.regret(size)
    cost = "was not measured" if regret is None else f"costs {change(regret)} compared with the cheapest size"
    advice = after.against(size)
    data: Data = {
        "sizes": {
            str(point.memory_size): {
                "beforeMs": point.duration_ms,
                "afterMs": later[point.memory_size].duration_ms,
            }
            for point in before.measurement.points
            if point.memory_size in later
        },
        "recommendedBefore": before.choice.memory_size,
        "recommendedNow": after.choice.memory_size,
        "memorySize": size,
        "extraCost": regret,
        "warnings": warned(advice),
    }
    lines = [
        table(header, rows) if rows else "The measurements have no size in common.",
        "",
        f"Recommended before: {before.choice.memory_size} MB. Now: {after.choice.memory_size} MB.",
        f"{size} MB now {cost}.",
        f"In nine of ten cases, two runs of the same code differ by up to {REPEATABILITY:.0%}.",
        *warnings(advice),
    ]
    return Answer(text="\n".join(lines), data=data)
