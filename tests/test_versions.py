"""The oldest and the newest CDK, and every Python, give the same templates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from lambda_constructs.packaging.bytecode import interpreter
from tests.support import ROOT

UV: Final = Path(sys.prefix) / "bin" / "uv"
PYTHONS: Final = (11, 12, 13, 14)
# An older CDK writes this ARN with the wildcard that CloudFormation puts there, which a flag removes.
ARN_OF_ACCESS_LOG: Final = "DestinationArn"


def uv(*arguments: str) -> str:
    found = subprocess.run([UV, "--no-config", *arguments], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def interpreters() -> Iterator[str]:
    """The other interpreters of this machine; none is downloaded."""
    others = (f"3.{minor}" for minor in PYTHONS if minor != sys.version_info.minor)
    return filter(None, map(interpreter, others))


def templates(folder: Path, python: str, cdk: str, *options: str) -> Any:
    """The templates that a Python with a version of CDK writes."""
    uv("venv", "--quiet", "--clear", "--python", python, str(folder))
    interpreter = str(folder / "bin" / "python")
    uv("pip", "install", "--quiet", "--python", interpreter, f"aws-cdk-lib{cdk}", "pytest")
    file = folder / "templates.json"
    # JSII_NODE is the Node.js of this environment.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"}
    subprocess.run(
        [interpreter, *options, "-m", "tests.versions", file],
        env=environment,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return json.loads(file.read_text())


def without_access_log(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_access_log(each) for name, each in value.items() if name != ARN_OF_ACCESS_LOG}
    return [*map(without_access_log, value)] if isinstance(value, list) else value


@pytest.mark.slow
def test_every_python_and_the_oldest_cdk_give_the_same_templates(tmp_path: Path) -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (supported,) = (each.removeprefix("aws-cdk-lib") for each in dependencies if "aws-cdk-lib" in each)
    oldest = supported.partition(",")[0].replace(">=", "==")
    newest = templates(tmp_path / "newest", sys.executable, supported)

    for number, python in enumerate(interpreters()):
        assert templates(tmp_path / f"python{number}", python, supported) == newest, python
    assert templates(tmp_path / "optimized", sys.executable, supported, "-OO") == newest
    found = templates(tmp_path / "oldest", sys.executable, oldest)
    assert without_access_log(found) == without_access_log(newest)
