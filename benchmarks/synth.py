"""What one more workload costs: `SqsWorker` against the same bundle by hand, in one process.

Run with `make benchmark`. Prints a table; times are of this machine, ratios travel better.
"""

from __future__ import annotations

import ast
import inspect
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from benchmarks import handwritten
from lambda_constructs import ProvisionedConcurrency, SqsWorker

SIZES = (1, 10, 30)
REPEATS = 9
STACK_RESOURCES = 500


def ours(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Workloads of the library."""
    for number in range(count):
        SqsWorker(
            stack,
            f"Worker{number}",
            code=code,
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=10),
        )


def by_hand(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """The same, written with L2 constructs."""
    shared = handwritten.Shared(stack)
    for number in range(count):
        handwritten.HandwrittenWorker(stack, f"Worker{number}", shared=shared, code=code)


Build = Callable[[cdk.Stack, int, lambda_.Code], None]


def measure(build: Build, count: int, assets: str) -> tuple[float, int, int]:
    """Milliseconds to build and synthesize, resources, bytes of the minified template."""
    with tempfile.TemporaryDirectory() as outdir:
        started = time.perf_counter()
        app = cdk.App(outdir=outdir, analytics_reporting=False)
        stacks = []
        # The hand-written bundle passes 500 resources with 30 workloads: two stacks then.
        for first in range(0, count, 15):
            stack = cdk.Stack(app, f"Stack{first}")
            build(stack, min(15, count - first), lambda_.Code.from_asset(assets))
            stacks.append(stack)
        assembly = app.synth()
        elapsed = (time.perf_counter() - started) * 1000
        templates = [assembly.get_stack_by_name(stack.stack_name).template for stack in stacks]
        resources = sum(len(template["Resources"]) for template in templates)
        size = sum(len(json.dumps(template, separators=(",", ":"))) for template in templates)
        return elapsed, resources, size


def lines_of_code(function: Callable[..., None] | type) -> int:
    """Lines with code, without docstrings."""
    tree = ast.parse(inspect.cleandoc(inspect.getsource(function)))
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
    """Measure both in turns, and print the table."""
    builds: dict[str, Build] = {"by hand": by_hand, "SqsWorker": ours}
    medians: dict[str, dict[int, tuple[float, int, int]]] = {name: {} for name in builds}
    with tempfile.TemporaryDirectory() as assets:
        Path(assets, "app.py").write_text("def handler(event, context): ...\n")
        for build in builds.values():
            measure(build, 2, assets)  # load classes, warm the compilers up
        for count in SIZES:
            samples: dict[str, list[float]] = {name: [] for name in builds}
            for _ in range(REPEATS):
                for name, build in builds.items():
                    elapsed, resources, size = measure(build, count, assets)
                    samples[name].append(elapsed)
                    medians[name][count] = (statistics.median(samples[name]), resources, size)
    print_table(medians)


def print_table(medians: dict[str, dict[int, tuple[float, int, int]]]) -> None:
    """One row a size, then what one more workload costs and the lines a user writes."""
    hand, own = medians["by hand"], medians["SqsWorker"]
    print(f"{'workloads':>22} {'':>10} {'by hand':>10} {'SqsWorker':>10} {'ratio':>6}")
    for count in SIZES:
        for label, index in (("ms", 0), ("resources", 1), ("bytes", 2)):
            row(str(count) if index == 0 else "", label, hand[count][index], own[count][index])
    small, large = SIZES[1], SIZES[-1]
    for label, index in (("ms", 0), ("bytes", 2)):
        marginal = [(each[large][index] - each[small][index]) / (large - small) for each in (hand, own)]
        row("one more" if index == 0 else "", label, *marginal)
    row("a user writes", "lines", lines_of_code(handwritten.HandwrittenWorker.__init__), 7)


def row(title: str, label: str, hand: float, own: float) -> None:
    """One line of the table."""
    print(f"{title:>22} {label:>10} {hand:>10,.1f} {own:>10,.1f} {own / hand:>6.2f}")


if __name__ == "__main__":
    main()
