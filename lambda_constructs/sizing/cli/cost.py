"""`cost`: print what the workloads of an app cost in a month, for low, expected and high traffic."""

from __future__ import annotations

import argparse
from pathlib import Path

from ...text_table import table
from ..assembly import Deployed, read_functions
from ..costs import PARTS, WorkloadCost, not_counted, workload_costs
from ..measured import Measured, read_measured
from ..prices import prices
from ..traffic import read_traffic
from .answer import Answer, Data
from .options import add_prices, price_lists, price_notes, region_of


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("assembly", metavar="CDK_OUT", help="the folder that `cdk synth` writes")
    parser.add_argument("--traffic", required=True, metavar="FILE", help="the traffic of each workload")
    parser.add_argument(
        "--measurements", type=Path, metavar="FOLDER", help="results and profiles, for the durations"
    )
    add_prices(parser, of="that of each stack, else us-east-1")
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
    costs = {
        function.path: workload_costs(
            function,
            traffic[function.path],
            billed_ms=_billed(function, measured),
            region=region_of(arguments, function),
            lists=lists,
        )
        for function in functions
        if function.path in traffic
    }
    missing = [function.path for function in functions if function.path not in traffic]
    strange = sorted(traffic.keys() - costs.keys())
    others = not_counted(functions)
    priced = dict.fromkeys((region_of(arguments, each), each.architecture) for each in functions)
    totals = [sum(each[number].total for each in costs.values()) for number in range(3)]
    rows = [(path, *(f"{each.total:,.2f}" for each in found)) for path, found in costs.items()]
    lines = [
        table(
            ("per month", "low", "expected", "high"), [*rows, ("total", *(f"{each:,.2f}" for each in totals))]
        ),
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
        *price_notes((prices(*each, lists) for each in priced), provisioned=True),
    ]
    data: Data = {
        "workloads": {
            path: {
                name: {"total": each.total, "parts": each.parts, "unknown": each.unknown}
                for name, each in zip(("low", "expected", "high"), found, strict=True)
            }
            for path, found in costs.items()
        },
        "withoutTraffic": missing,
        "notInApp": strange,
        "notCounted": others,
    }
    return Answer(text="\n".join(lines), data=data)


def _billed(function: Deployed, measured: Measured) -> float | None:
    """The mean billed duration: of the profile if it is of this size, else of the measurement; ms."""
    size, profile = function.memory_size, measured.profile(function)
    if profile is not None and profile.memory_size == size:
        return profile.billed_ms
    measurement = measured.measurement(function)
    return None if measurement is None or size is None else measurement.duration(size)


def _cells(cost: WorkloadCost) -> list[str]:
    """The cost of each part: `?` if it is not known, `-` if the workload does not have it."""
    lacking = {each.partition(":")[0] for each in cost.unknown}
    return [
        "?" if part in lacking else f"{cost.parts[part]:,.2f}" if part in cost.parts else "-"
        for part in PARTS
    ]
