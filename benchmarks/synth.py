"""Measures the cost of one more workload, and compares two workloads with handwritten bundles.

Run with `make benchmark`. Prints tables. Times are those of this machine; ratios depend less on it.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import statistics
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from benchmarks import handwritten
from benchmarks.builds import BUILDS, Build
from benchmarks.crossings import FLAGS

SIZES: Final = (1, 10, 20)  # all fit into a stack of 500 resources
REPEATS: Final = 9
LINES_OF_OURS: Final = (
    8  # SqsWorker(...) or HttpFunction(...) with provisioned concurrency, one argument per line
)
HANDWRITTEN: Final = {
    "SqsWorker": handwritten.HandwrittenWorker,
    "HttpFunction": handwritten.HandwrittenHttpFunction,
}


class Cost(NamedTuple):
    """The cost of a stack, or of one more workload in it."""

    ms: float
    cpu_ms: float
    construct_ms: float
    resources: float
    bytes: float


def measure(build: Build, count: int, assets: str) -> Cost:
    """Build and synthesize a stack. Its size is that of the minified template."""
    with tempfile.TemporaryDirectory() as outdir:
        started, used = time.perf_counter(), cpu_ms()
        app = cdk.App(outdir=outdir, analytics_reporting=False, context=FLAGS)
        stack = cdk.Stack(app, "Stack")
        cdk.Annotations.of(stack).acknowledge_warning("lambda-constructs:provisioned-with-canary", "Measured")
        build(stack, count, lambda_.Code.from_asset(assets))
        constructed = (time.perf_counter() - started) * 1000
        template = app.synth().get_stack_by_name(stack.stack_name).template
        elapsed, used = (time.perf_counter() - started) * 1000, cpu_ms() - used
        size = len(json.dumps(template, separators=(",", ":")))
        return Cost(elapsed, used, constructed, len(template["Resources"]), size)


def cpu_ms() -> float:
    """CPU time of this process and of CDK's process, which is its child, in milliseconds. Linux only."""
    ticks = 0
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            fields = Path("/proc", child, "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # man 5 proc: utime and stime
    return time.process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


def medians(assets: str) -> dict[str, dict[int, Cost]]:
    """Measure all builds in turns, by name and number of workloads. Times are medians."""
    for build in BUILDS.values():
        measure(build, 2, assets)  # load classes and warm up the compilers
    found: dict[str, dict[int, Cost]] = {name: {} for name in BUILDS}
    for count in SIZES:
        samples: dict[str, list[Cost]] = {name: [] for name in BUILDS}
        for _ in range(REPEATS):
            for name, build in BUILDS.items():
                samples[name].append(measure(build, count, assets))
        for name, costs in samples.items():
            found[name][count] = Cost(*map(statistics.median, zip(*costs, strict=True)))
    return found


def one_more(costs: dict[int, Cost]) -> Cost:
    """The cost of one more workload in a stack, including its share of what every tenth workload adds."""
    _, few, many = SIZES
    return Cost(*((most - least) / (many - few) for least, most in zip(costs[few], costs[many], strict=True)))


def lines_of_code(function: Callable[..., None] | type) -> int:
    """Lines with code, without docstrings."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    used = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword)
        for line in (node.lineno, node.end_lineno or node.lineno)
    }
    return len(used - docstrings)


def main() -> None:
    """Measure, and print the tables."""
    with tempfile.TemporaryDirectory() as assets:
        Path(assets, "app.py").write_text("def handler(event, context): ...\n")
        found = medians(assets)
    for name in HANDWRITTEN:
        print_comparison(name, found[f"{name} by hand"], found[name])
    print_one_more(found)
    validator = "off" if os.environ.get("CDK_VALIDATION") == "false" else "on"
    print(f"\nMedians of {REPEATS} interleaved runs after a warm-up, CDK's validator {validator}.")


def print_comparison(name: str, hand: dict[int, Cost], own: dict[int, Cost]) -> None:
    """Print one workload: a row for each size and measure, then the lines that a user writes."""
    print(f"{'workloads':>22} {'':>10} {'by hand':>10} {name:>12} {'ratio':>6}")
    for title, by_hand, ours in (
        *((str(count), hand[count], own[count]) for count in SIZES),
        ("one more", one_more(hand), one_more(own)),
    ):
        for label in Cost._fields:
            row(title if label == "ms" else "", label, getattr(by_hand, label), getattr(ours, label))
    row(
        "a user writes",
        "lines",
        sum(map(lines_of_code, (handwritten.HandwrittenFunction, HANDWRITTEN[name]))),
        LINES_OF_OURS,
    )
    print()


def row(title: str, label: str, hand: float, own: float) -> None:
    """Print one line of the comparison."""
    print(f"{title:>22} {label:>10} {hand:>10,.1f} {own:>12,.1f} {own / hand:>6.2f}")


def print_one_more(found: dict[str, dict[int, Cost]]) -> None:
    """Print a row with the cost of one more workload of each kind."""
    print(f"{'one more':>22} {'ms':>10} {'resources':>10} {'bytes':>10}")
    for name, costs in found.items():
        cost = one_more(costs)
        print(f"{name:>22} {cost.ms:>10,.1f} {cost.resources:>10,.1f} {cost.bytes:>10,.0f}")


if __name__ == "__main__":
    main()
