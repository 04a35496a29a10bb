"""Measures the cost of one more workload, and compares two workloads with handwritten bundles.

Run with `make benchmark`. Prints tables. Times are those of this machine; ratios depend less on it. Another
process disturbs CPU times less than elapsed ones.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from benchmarks import handwritten
from benchmarks.builds import BUILDS, Build
from benchmarks.crossings import FLAGS
from lambda_constructs.cdk_plugin import LambdaRules

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
    """The cost of a stack, or of one more workload in it.

    Attributes:
        ms: Elapsed time.
        construction_ms: Elapsed time before the synthesis.
        cpu_ms: CPU time of Python and of CDK's process.
        construction_cpu_ms: CPU time before the synthesis.
        synthesis_cpu_ms: CPU time of the synthesis, without the judgement of the templates.
        judgement_cpu_ms: CPU time in which the rules of this package judge the final templates.
        resources: The resources of the template.
        bytes: The size of the minified template.
    """

    ms: float
    construction_ms: float
    cpu_ms: float
    construction_cpu_ms: float
    synthesis_cpu_ms: float
    judgement_cpu_ms: float
    resources: float
    bytes: float


def measure(build: Build, count: int, assets: str) -> Cost:
    """Build and synthesize a stack."""
    with tempfile.TemporaryDirectory() as outdir, measured_judgement() as judgement:
        app = cdk.App(outdir=outdir, analytics_reporting=False, context=FLAGS)
        stack = cdk.Stack(app, "Stack")
        cdk.Annotations.of(stack).acknowledge_warning("lambda-constructs:provisioned-with-canary", "Measured")
        code = lambda_.Code.from_asset(assets)
        started, used = time.perf_counter(), cpu_ms()
        build(stack, count, code)
        constructed, used_to_construct = time.perf_counter(), cpu_ms()
        template = app.synth().get_stack_by_name(stack.stack_name).template
        ended, used_to_synthesize = time.perf_counter(), cpu_ms()
    return Cost(
        ms=(ended - started) * 1000,
        construction_ms=(constructed - started) * 1000,
        cpu_ms=used_to_synthesize - used,
        construction_cpu_ms=used_to_construct - used,
        synthesis_cpu_ms=used_to_synthesize - used_to_construct - sum(judgement),
        judgement_cpu_ms=sum(judgement),
        resources=len(template["Resources"]),
        bytes=len(json.dumps(template, separators=(",", ":"))),
    )


@contextmanager
def measured_judgement() -> Iterator[list[float]]:
    """Measure the CPU time of each judgement of templates."""
    times: list[float] = []
    validate = LambdaRules.validate

    def timed(self: LambdaRules, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        started = cpu_ms()
        try:
            return validate(self, context)
        finally:
            times.append(cpu_ms() - started)

    LambdaRules.validate = timed  # type: ignore[method-assign] # only while it is measured
    try:
        yield times
    finally:
        LambdaRules.validate = validate  # type: ignore[method-assign]


def cpu_ms() -> float:
    """CPU time of this process and of its children, of which CDK's process is one, in ms. Linux only."""
    return sum(map(process_cpu_ms, [os.getpid(), *children(os.getpid())]))


def children(process: int) -> Iterator[int]:
    """The processes that a process started, and those that they started."""
    for task in Path("/proc", str(process), "task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from children(child)


def process_cpu_ms(process: int) -> float:
    """CPU time of a process in ms; `man 2 clock_getres` tells how its clock is named."""
    return time.clock_gettime(~process << 3 | 2) * 1000


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
    print(f"{'workloads':>22} {'':>20} {'by hand':>10} {name:>12} {'ratio':>6}")
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
    ratio = f"{own / hand:.2f}" if hand else "-"
    print(f"{title:>22} {label:>20} {hand:>10,.1f} {own:>12,.1f} {ratio:>6}")


def print_one_more(found: dict[str, dict[int, Cost]]) -> None:
    """Print a row with the cost of one more workload of each kind."""
    print(f"{'one more':>22} {'ms':>10} {'resources':>10} {'bytes':>10}")
    for name, costs in found.items():
        cost = one_more(costs)
        print(f"{name:>22} {cost.ms:>10,.1f} {cost.resources:>10,.1f} {cost.bytes:>10,.0f}")


if __name__ == "__main__":
    main()
