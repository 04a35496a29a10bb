"""Where the time of a workload goes: every access to a CDK object is a message to another process.

Run with `make benchmark`. Counts the messages and the Python calls of one more workload, and the messages of
`SqsWorker` by the module that sends them.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from jsii._kernel.providers import process

from benchmarks.builds import BUILDS, Build

Counting = Callable[[], AbstractContextManager[Counter[str]]]

PACKAGE: Final = "lambda_constructs"
MAKES: Final = f"{PACKAGE}.core.cdk_objects"
FLAGS: Final = json.loads((Path(__file__).parents[1] / "cdk.json").read_text())["context"]


class Crossings(NamedTuple):
    """The cost of the construction of one more workload.

    Attributes:
        messages: The messages to CDK's process, by the module of this repository that sends them.
        calls: The calls of Python functions.
    """

    messages: Counter[str]
    calls: int


@contextmanager
def counted_messages() -> Iterator[Counter[str]]:
    """Count messages to CDK's process by the module of this repository that sends them."""
    counts: Counter[str] = Counter()
    node = process._NodeProcess  # jsii offers no counter
    original = node.send

    def send(self: object, *args: object) -> object:
        counts[sender()] += 1
        return original(self, *args)  # type: ignore[arg-type]

    node.send = send  # type: ignore[method-assign,assignment]
    try:
        yield counts
    finally:
        node.send = original  # type: ignore[method-assign]


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Count calls of Python functions, all of them under the key `call`."""
    counts: Counter[str] = Counter()

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            counts[event] += 1

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield counts
    finally:
        sys.setprofile(before)


def sender() -> str:
    """The innermost module of this repository on the stack; `make` and `ask` count for their caller."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith((PACKAGE, "benchmarks")) and name not in (__name__, MAKES):
            return str(name)
        frame = frame.f_back
    return "?"


def crossings(build: Build, assets: str) -> Crossings:
    """The cost of the third workload of a stack, after a stack that loads and remembers what it needs."""
    _count(build, 2, assets, counted_messages)
    messages = [_count(build, number, assets, counted_messages) for number in (2, 3)]
    calls = [_count(build, number, assets, counted_calls).total() for number in (2, 3)]
    return Crossings(messages[1] - messages[0], calls[1] - calls[0])


def _count(build: Build, number: int, assets: str, counter: Counting) -> Counter[str]:
    """Count while a number of workloads are constructed in a new app."""
    stack = cdk.Stack(cdk.App(analytics_reporting=False, context=FLAGS), "Stack")
    code = lambda_.Code.from_asset(assets)
    with counter() as found:
        build(stack, number, code)
    return found


def synthesis_messages(build: Build, assets: str) -> int:
    """The messages that the third workload of a stack costs while the app is synthesized."""
    found = []
    for number in (2, 3):
        app = cdk.App(analytics_reporting=False, context=FLAGS)
        build(cdk.Stack(app, "Stack"), number, lambda_.Code.from_asset(assets))
        with counted_messages() as messages:
            app.synth()
        found.append(messages.total())
    return found[1] - found[0]


def main() -> None:
    """Print messages and calls of each workload, and the messages of `SqsWorker` by module."""
    with tempfile.TemporaryDirectory() as assets:
        Path(assets, "app.py").write_text("def handler(event, context): ...\n")
        found = {name: crossings(build, assets) for name, build in BUILDS.items()}
        late = {name: synthesis_messages(build, assets) for name, build in BUILDS.items()}
    validated = os.environ.get("CDK_VALIDATION", "true") != "false"
    print(f"\nThird workload of a stack, CDK's validator {'on' if validated else 'off'}")
    print(f"{'one more':>22} {'messages':>10} {'calls':>10} {'in synthesis':>14}")
    for name, (messages, calls) in found.items():
        print(f"{name:>22} {messages.total():>10} {calls:>10,} {late[name]:>14}")
    print(f"\n{'of SqsWorker, by module':>42} {'messages':>10}")
    for module, count in found["SqsWorker"].messages.most_common():
        print(f"{module:>42} {count:>10}")


if __name__ == "__main__":
    main()
