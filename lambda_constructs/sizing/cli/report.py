"""`report`: compare the memory sizes and timeouts of a whole app with its measurements."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ...errors import ConfigurationError
from ...text_table import table
from ..advice import Advice, advise, check
from ..assembly import Deployed, read_functions
from ..days import days_between
from ..matching import Measured, read_measured
from ..price_list import PriceList
from ..prices import prices
from ..recommendation import Policy, Recommendation, recommend
from ..rules.arguments import sizing_argument
from ..rules.timeout import PERCENTILE_SAMPLES_MINIMUM, timeout_below_percentile
from ..timeout import Timeout
from ..traffic import read_traffic
from .answer import Answer, Data, change, warned, warnings
from .options import add_arguments, day, price_lists, price_notes, region_of


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_arguments(parser, "assembly")
    parser.add_argument(
        "--measurements", type=Path, required=True, metavar="FOLDER", help="results and profiles"
    )
    add_arguments(parser, "--requests")
    parser.add_argument(
        "--traffic", metavar="FILE", help="the traffic of each workload, instead of --requests"
    )
    add_arguments(parser, "--region", "--prices", region="that of each stack, else us-east-1")
    parser.add_argument(
        "--date", type=day, default=None, metavar="YYYY-MM-DD", help="the day of the report (default: today)"
    )
    parser.epilog = (
        "Exit status: 0 if every measured function has a suitable memory size and timeout, 1 if one has not "
        "or a file cannot be read, 2 for wrong arguments."
    )


@dataclass(frozen=True, kw_only=True)
class _Row:
    """The row of a function in the report."""

    function: Deployed
    found: Recommendation | None = None  # the recommendation; None without a measurement
    advice: tuple[Advice, ...] = ()  # what is wrong
    # How much more it costs than the cheapest suitable size, as a share; None if it is unknown
    regret: float | None = None
    monthly: float | None = None  # the same a month; in the currency of the prices, None if it is unknown
    # The timeout that the profile recommends; seconds, None without enough invocations
    timeout: int | None = None
    age: int | None = None  # days since the measurement; None if they are unknown
    problem: str | None = None  # why the files of the function cannot be used; None if they can

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        size, timeout = self.function.memory_size, self.function.timeout
        return (
            self.function.path,
            "at deployment" if size is None else f"{size} MB",
            "" if self.found is None else f"{self.found.choice.memory_size} MB",
            "" if self.regret is None else change(self.regret),
            "" if self.monthly is None else f"{self.monthly:,.2f}",
            "at deployment" if timeout is None else f"{timeout} s",
            "" if self.timeout is None else f"{self.timeout} s",
            "" if self.age is None else f"{self.age} days",
        )

    def data(self) -> dict[str, Data]:
        """The row for programs."""
        return {
            "path": self.function.path,
            "memorySize": self.function.memory_size,
            "recommended": None if self.found is None else self.found.choice.memory_size,
            "extraCost": self.regret,
            "extraPerMonth": self.monthly,
            "timeout": self.function.timeout,
            "recommendedTimeout": self.timeout,
            "ageDays": self.age,
            "problem": self.problem,
            "warnings": warned(self.advice),
        }


def run(arguments: argparse.Namespace) -> Answer:
    """A row for each function, with warnings."""
    check("report", sizing_argument, "requests", arguments.requests, 0, 1e13)
    functions, measured = read_functions(arguments.assembly), read_measured(arguments.measurements)
    traffic = {} if arguments.traffic is None else read_traffic(arguments.traffic)
    lists = price_lists(arguments)
    today = arguments.date or datetime.now(tz=UTC).date().isoformat()
    rows = [
        _row(
            function,
            measured,
            traffic[function.path].requests[1] if function.path in traffic else arguments.requests,
            (region_of(arguments, function), lists, today),
        )
        for function in functions
    ]
    without = [row.function.path for row in rows if row.found is None and row.problem is None]
    header = ("function", "memory", "recommended", "extra", "per month", "timeout", "recommended", "measured")
    lines = [table(header, [row.cells() for row in rows]), ""]
    lines += [f"{row.function.path}: {line}" for row in rows for line in warnings(row.advice)]
    lines += [f"error: {row.problem}" for row in rows if row.problem is not None]
    lines += [f"error: {problem}" for problem in measured.unread.values()]
    lines += [f"Without a measurement: {', '.join(without)}."] if without else []
    lines += price_notes(row.found.price for row in rows if row.found is not None)
    data: Data = {
        "functions": [row.data() for row in rows],
        "withoutMeasurement": without,
        "unread": measured.unread,
        "date": today,
    }
    wrong = any(row.advice or row.problem for row in rows) or bool(measured.unread)
    return Answer(text="\n".join(lines), data=data, status=int(wrong))


def _row(
    function: Deployed, measured: Measured, requests: float, context: tuple[str, list[PriceList], str]
) -> _Row:
    region, lists, today = context
    measurement, profile = measured.measurement(function), measured.profile(function)
    try:
        timeout, size = None, function.memory_size
        advice: tuple[Advice, ...] = ()
        if profile is not None and function.timeout is not None:
            advice = advise(timeout_below_percentile, function.timeout, profile.p99_ms)
        if profile is not None and profile.durations >= PERCENTILE_SAMPLES_MINIMUM:
            timeout = Timeout.of(profile).resolve().seconds
        if measurement is None or size is None:
            return _Row(function=function, timeout=timeout, advice=advice)
        price = prices(region, function.architecture, lists)
        found = recommend(measurement, profile, Policy(), price)
        regret, duration = found.regret(size), measurement.duration(size)
        monthly = None
        if duration is not None:
            now, best = (
                requests * price.invocation(memory, ms)
                for memory, ms in ((size, duration), (found.cheapest.memory_size, found.cheapest.duration_ms))
            )
            monthly = now - best
        return _Row(
            function=function,
            found=found,
            advice=(*advice, *found.against(size), *found.reliability(function.architecture)),
            regret=regret,
            monthly=monthly,
            timeout=timeout,
            age=None if measurement.day is None else days_between(measurement.day, today),
        )
    except ConfigurationError as error:
        return _Row(function=function, problem=str(error))
