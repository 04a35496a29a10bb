"""`profile`: summarize a profile: durations, failures, cold starts, memory, timeout and cost."""

from __future__ import annotations

import argparse

from ...rules.ranges import timeout_range
from ...text_table import table
from ..advice import Advice, check
from ..floor import free_memory, required_memory
from ..margins import HEADROOM
from ..price_table import REGION
from ..prices import ARCHITECTURES, monthly_cost
from ..profile import Profile
from ..profile_file import read_profile
from ..rules.arguments import sizing_argument
from ..rules.timeout import timeout_above_bound, timeout_cut_off_percentile, timeout_unsupported_percentile
from ..timeout import Timeout
from .answer import Answer, Data, warned, warnings
from .options import add_arguments, price_from, price_note


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("profile", metavar="FILE", help="reports of invocations, or the result of a query")
    names = ("--requests", "--region", "--prices", "--architecture")
    add_arguments(parser, *names, region=REGION, architecture=ARCHITECTURES[0])
    parser.epilog = "Exit status: 0, or 1 if the file has no usable reports, 2 for wrong arguments."


def run(arguments: argparse.Namespace) -> Answer:
    """The summary, with warnings."""
    check("profile", sizing_argument, "requests", arguments.requests, 0, 1e13)
    profile = read_profile(arguments.profile)
    price = price_from(arguments)
    bill = monthly_cost(
        price,
        requests=arguments.requests,
        memory_size=profile.memory_size,
        billed_ms=profile.billed_ms,
        init_ms=min(profile.billed_ms, profile.cold_share * profile.init_mean_ms),
    )
    requests, duration, init = (bill.parts[name] for name in ("requests", "duration", "INIT"))
    parts = (
        f"requests {price.money(requests)}, duration {price.money(duration)}, "
        f"initializations {price.money(init)}"
    )
    lines = [
        *lines_of(profile),
        f"{arguments.requests:,.0f} invocations a month: {price.money(bill.total)}, of which {parts}.",
        *warnings(advice_of(profile)),
        "",
        price_note(price),
    ]
    cost: Data = {"perMonth": bill.total, "requests": requests, "initialization": init}
    return Answer(text="\n".join(lines), data={**data_of(profile), "cost": cost})


def advice_of(profile: Profile) -> tuple[Advice, ...]:
    """All warnings about a profile."""
    return (*free_memory(profile.memory_size, profile, HEADROOM), *profile.reliability())


def lines_of(profile: Profile) -> list[str]:
    """The summary of a profile for people."""
    share = {
        "failed": profile.failures,
        "ran out of memory": profile.out_of_memory,
        "timed out": profile.timeouts,
        "cold starts": profile.cold_starts,
    }
    rows = [(name, f"{number}", f"{number / profile.samples:.2%}") for name, number in share.items()]
    percentiles = {
        "median": profile.p50_ms,
        "95th percentile": profile.p95_ms,
        "99th percentile": profile.p99_ms,
        "longest": profile.maximum_ms,
        "mean": profile.mean_ms,
        "mean, billed": profile.billed_ms,
        "initialization, mean": profile.init_mean_ms,
        "initialization, longest": profile.init_maximum_ms,
    }
    at_least = "at least " if profile.exhausted else ""
    floor = required_memory(profile, HEADROOM)
    timeout = _timeout(profile)
    memory = (
        f"Memory: {at_least}{profile.peak_memory} of {profile.memory_size} MB are used, which with "
        f"{HEADROOM:.0%} free requires {at_least}{floor} MB."
    )
    return [
        _title(profile),
        "",
        table(("invocations", "number", "share"), [("all", f"{profile.samples}", "100.00%"), *rows]),
        "",
        table(("durations", "ms"), [(name, f"{ms:,.1f}") for name, ms in percentiles.items()]),
        "",
        memory,
        f"Timeout: {timeout}",
    ]


def data_of(profile: Profile) -> dict[str, Data]:
    """The summary of a profile for programs."""
    return {
        "samples": profile.samples,
        "failed": profile.failures,
        "outOfMemory": profile.out_of_memory,
        "timedOut": profile.timeouts,
        "coldStarts": profile.cold_starts,
        "unread": profile.unread,
        "memorySize": profile.memory_size,
        "peakMemory": profile.peak_memory,
        "peakIsAtLeast": bool(profile.exhausted),
        "p50Ms": profile.p50_ms,
        "p95Ms": profile.p95_ms,
        "p99Ms": profile.p99_ms,
        "maximumMs": profile.maximum_ms,
        "meanMs": profile.mean_ms,
        "billedMs": profile.billed_ms,
        "initMeanMs": profile.init_mean_ms,
        "initMaximumMs": profile.init_maximum_ms,
        "functions": list(profile.functions),
        "versions": list(profile.versions),
        "days": list(profile.days),
        "warnings": warned(advice_of(profile)),
    }


def _title(profile: Profile) -> str:
    """The function, its versions and the period, as far as the file says them."""
    read = profile.samples
    return "; ".join(
        [
            ", ".join(profile.functions) or profile.name,
            *([f"version {', '.join(profile.versions)}"] if profile.versions else []),
            *([f"{profile.days[0]} to {profile.days[-1]}"] if profile.days else []),
            f"read {read} of {read + profile.unread} reports",
        ]
    )


def _timeout(profile: Profile) -> str:
    """The timeout that the profile recommends, or why it recommends none."""
    problem = (
        timeout_unsupported_percentile(profile.durations)
        or timeout_cut_off_percentile(profile.timeouts, profile.durations)
        or timeout_above_bound(profile.p99_ms, timeout_range.high, trigger="Lambda")
    )
    return problem or f"{Timeout.of(profile).resolve().seconds} seconds"
