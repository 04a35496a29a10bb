"""`cost`: print what the workloads of an app cost in a month, for low, expected and high traffic."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ...text_table import table
from ..assembly import Deployed, read_functions
from ..costs import PARTS, not_counted, workload_costs
from ..matching import Measured, read_measured
from ..prices import MonthlyCost, Prices, prices
from ..traffic import read_traffic
from .answer import Answer, Data
from .options import PROVISIONED, add_arguments, price_lists, price_notes, region_of

_TRAFFIC: Final = ("low", "expected", "high")
_DATED: Final = {
    **PROVISIONED,
    "storage": "storage",
    "cached": "SnapStart",
    "queue": "queues",
    "fifo queue": "queues",
    "log ingestion": "logs",
    "alarm": "alarms",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_arguments(parser, "assembly")
    parser.add_argument("--traffic", required=True, metavar="FILE", help="the traffic of each workload")
    parser.add_argument(
        "--measurements", type=Path, metavar="FOLDER", help="results and profiles, for the durations"
    )
    add_arguments(parser, "--region", "--prices", region="that of each stack, else us-east-1")
    parser.epilog = (
        "Exit status: 0, or 1 if a file cannot be read or the prices of a region are not known, 2 for wrong "
        "arguments."
    )


def run(arguments: argparse.Namespace) -> Answer:
    """The cost of each workload, split by its parts; what is not known is named."""
    functions = read_functions(arguments.assembly)
    traffic, lists = read_traffic(arguments.traffic), price_lists(arguments)
    empty = Measured(measurements={}, profiles={}, unread={})
    measured = empty if arguments.measurements is None else read_measured(arguments.measurements)
    billed = {each.path: each for each in functions if each.path in traffic}
    used = {
        path: prices(region_of(arguments, each), each.architecture, lists) for path, each in billed.items()
    }
    costs = {
        path: workload_costs(each, traffic[path], used[path], billed_ms=_billed(each, measured))
        for path, each in billed.items()
    }
    missing = [function.path for function in functions if function.path not in traffic]
    strange = sorted(traffic.keys() - costs.keys())
    others = not_counted(functions)
    lines = [
        table(("per month", *_TRAFFIC), _totals(costs, used)),
        "",
        table(("expected", *PARTS), [(path, *_cells(found[1])) for path, found in costs.items()]),
        "",
        *(f"unknown: {path}: {each}" for path, found in costs.items() for each in found[2].unknown),
        *(f"unknown: {path} has no traffic in {arguments.traffic}" for path in missing),
        *(f"unknown: {path} is in {arguments.traffic}, but not in the app" for path in strange),
    ]
    if others:
        lines.append("Not counted: " + ", ".join(f"{count} {type_}" for type_, count in others.items()) + ".")
    lines += [
        "Not counted: data transfer, storage of logs and messages, traces, keys and what the code calls.",
        *price_notes(used.values(), _DATED),
    ]
    data: Data = {
        "workloads": {path: _bills(found, used[path]) for path, found in costs.items()},
        "withoutTraffic": missing,
        "notInApp": strange,
        "notCounted": others,
    }
    return Answer(text="\n".join(lines), data=data)


def _totals(costs: Mapping[str, Sequence[MonthlyCost]], used: Mapping[str, Prices]) -> list[tuple[str, ...]]:
    """The bill of each workload, and the sum in each currency."""
    rows = [(path, *(f"{each.total:,.2f}" for each in found)) for path, found in costs.items()]
    currencies = list(dict.fromkeys(price.currency for price in used.values()))
    for currency in currencies:
        bills = [costs[path] for path, price in used.items() if price.currency == currency]
        totals = (sum(each[number].total for each in bills) for number in range(len(_TRAFFIC)))
        name = "total" if len(currencies) == 1 else f"total in {currency}"
        rows.append((name, *(f"{each:,.2f}" for each in totals)))
    return rows


def _bills(found: Sequence[MonthlyCost], price: Prices) -> Data:
    """The bills of a workload for each traffic."""
    bills: dict[str, Data] = {
        name: {"total": each.total, "parts": each.parts, "unknown": each.unknown}
        for name, each in zip(_TRAFFIC, found, strict=True)
    }
    return {"currency": price.currency, **bills}


def _billed(function: Deployed, measured: Measured) -> float | None:
    """The mean billed duration: of the profile if it is of this size, else of the measurement; ms."""
    size, profile = function.memory_size, measured.profile(function)
    if profile is not None and profile.memory_size == size:
        return profile.billed_ms
    measurement = measured.measurement(function)
    return None if measurement is None or size is None else measurement.duration(size)


def _cells(cost: MonthlyCost) -> list[str]:
    """The cost of each part: `?` if it is not known, `-` if the workload does not have it."""
    lacking = {each.partition(":")[0] for each in cost.unknown}
    return [
        "?" if part in lacking else f"{cost.parts[part]:,.2f}" if part in cost.parts else "-"
        for part in PARTS
    ]
