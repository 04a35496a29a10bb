"""`compare`: two measurements of one function, before and after a change."""

from __future__ import annotations

import argparse

from .. import defaults
from ..power_tuning import read_measurement
from ..profile_file import read_profile
from ..recommendation import recommend
from .options import add_policy, policy
from .table import change, table, warnings


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("before", metavar="BEFORE", help="a result of Lambda Power Tuning")
    parser.add_argument("after", metavar="AFTER", help="a later one")
    parser.add_argument("--memory-size", type=int, metavar="MB", help="a size that is pinned, to be judged")
    add_policy(parser)


def run(arguments: argparse.Namespace) -> str:
    """What has changed at each size, and whether the choice still holds."""
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
    lines = (
        [table(("memory", "before", "after", "change"), rows)] if rows else ["No size is in both of them."]
    )
    size = arguments.memory_size or before.choice.memory_size
    regret = after.regret(size)
    cost = "was not measured" if regret is None else f"costs {change(regret)} against the cheapest"
    lines += [
        "",
        f"Recommended before: {before.choice.memory_size} MB. Now: {after.choice.memory_size} MB.",
        f"{size} MB now {cost}.",
        f"Two runs of the same code differ by up to {defaults.REPEATABILITY:.0%}, nine times in ten.",
        *warnings(after.against(size)),
    ]
    return "\n".join(lines)
