"""What a test module shows of AWS, for docs/reference/emulator.md.

Each module that tests behavior of AWS declares the service and the page that says how it behaves. Its tests
say what it does, by their names; a test of a table says it by the lines of the table. A module without a
declaration tests the emulator itself.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

NAMES = {
    "activemq": "ActiveMQ",
    "api": "API",
    "apis": "APIs",
    "arn": "ARN",
    "aws": "AWS",
    "cloudformation": "CloudFormation",
    "codedeploy": "CodeDeploy",
    "fifo": "FIFO",
    "http": "HTTP",
    "iam": "IAM",
    "json": "JSON",
    "lambda": "Lambda",
    "node": "Node.js",
    "rabbitmq": "RabbitMQ",
    "rest": "REST",
    "scheduler": "Scheduler",
    "url": "URL",
    "vpc": "VPC",
}


class Fidelity(NamedTuple):
    """What a test module shows.

    Attributes:
        service: the service of AWS.
        source: the page of AWS that says how it behaves.
        tables: for the test of a table, the behavior in each line and its page.
    """

    service: str
    source: str
    tables: Mapping[str, Sequence[tuple[str, str]]] = {}


class Row(NamedTuple):
    """A row of the page."""

    service: str
    behavior: str
    source: str
    test: str


def rows() -> list[Row]:
    """All rows, by service."""
    found = [row for path in sorted(Path(__file__).parent.glob("test_*.py")) for row in _of_module(path.stem)]
    return sorted(found, key=lambda row: row.service)


def page() -> str:
    """The text of docs/reference/emulator.md."""
    lines = [_HEAD]
    service = ""
    for row in rows():
        if row.service != service:
            service = row.service
            lines += [f"\n## {service}\n", "| behavior | AWS documentation | test |", "|---|---|---|"]
        name = row.source.rsplit("/", 1)[-1].partition(".html")[0]
        module, _, test = row.test.partition("::")
        lines.append(f"| {row.behavior} | [{name}]({row.source}) | `{module}`: `{test}` |")
    return "\n".join(lines) + "\n"


def _of_module(name: str) -> Iterator[Row]:
    module = importlib.import_module(f"emulator.tests.{name}")
    shown: Fidelity | None = getattr(module, "FIDELITY", None)
    if shown is None:
        return
    for test in _tests(module):
        for behavior, source in shown.tables.get(test, [(_sentence(test), shown.source)]):
            yield Row(shown.service, behavior, source, f"{name}::{test}")


def _tests(module: ModuleType) -> list[str]:
    functions = inspect.getmembers(module, inspect.isfunction)
    named = [found for found in functions if found[0].startswith("test_") and "plain_" not in found[0]]
    return [name for name, each in sorted(named, key=lambda found: found[1].__code__.co_firstlineno)]


def _sentence(test: str) -> str:
    """What a test says by its name."""
    words = [NAMES.get(word, word) for word in test.removeprefix("test_").split("_")]
    text = re.sub(r"\b([A-Za-z]+) s\b", r"\1's", " ".join(words))
    return text[0].upper() + text[1:]


_HEAD = """# The emulator: each behavior of AWS that it models

This page lists each behavior of AWS that the [emulator](../explanation/emulator.md) models, AWS's page about
it, and the test that shows it. A test writes this page and fails if it is not current. The tests are in
`emulator/tests`.

The tests compare the emulator with AWS's documentation and with [Powertools' models of AWS's
events](https://docs.aws.amazon.com/powertools/python/latest/utilities/parser/), not with AWS itself. Behavior
that is not listed is not tested. The emulator's README says
[what is not emulated](../../emulator/README.md#what-a-run-shows-and-what-it-does-not)."""
