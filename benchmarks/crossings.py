"""Counts the messages to CDK's process, which take most of the time: one for each access to a CDK object.

Run with `make benchmark`. Counts the messages of one more workload, and those of `SqsWorker` by the module
that sends them.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from jsii._kernel.providers import process

from benchmarks.builds import BUILDS, Build

PACKAGE = "lambda_constructs"


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count messages to CDK's process by the module of this repository that sends them."""
    counts: Counter[str] = Counter()
    node = process._NodeProcess  # jsii does not count messages
    original = node.send

    def send(self: object, *args: object) -> object:
        counts[sender()] += 1
        return original(self, *args)  # type: ignore[arg-type]

    node.send = send  # type: ignore[method-assign,assignment]
    try:
        yield counts
    finally:
        node.send = original  # type: ignore[method-assign]


def sender() -> str:
    """The innermost module of this repository on the call stack."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith((PACKAGE, "benchmarks")) and name != __name__:
            return str(name)
        frame = frame.f_back
    return "?"


def messages(build: Build, assets: str) -> Counter[str]:
    """Count the messages for the second workload of a stack."""
    counts = []
    for number in (1, 2):
        stack = cdk.Stack(cdk.App(analytics_reporting=False), "Stack")
        code = lambda_.Code.from_asset(assets)
        with counted() as found:
            build(stack, number, code)
        counts.append(found)
    return counts[1] - counts[0]


def main() -> None:
    """Print the messages of each workload, and those of `SqsWorker` by module."""
    with tempfile.TemporaryDirectory() as assets:
        Path(assets, "app.py").write_text("def handler(event, context): ...\n")
        found = {name: messages(build, assets) for name, build in BUILDS.items()}
    print(f"\n{'one more':>22} {'messages':>10}")
    for name, counts in found.items():
        print(f"{name:>22} {counts.total():>10}")
    print(f"\n{'of SqsWorker, by module':>42} {'messages':>10}")
    for module, count in found["SqsWorker"].most_common():
        print(f"{module:>42} {count:>10}")


if __name__ == "__main__":
    main()
