"""Packages of `PythonCode` for Lambda are installed anew for this machine, or the stack is refused."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import ProductionFunction
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.preflight import PreflightError, rebuild, require
from lambda_constructs_emulator.preflight.binaries import runs_on, this_machine
from tests.packaging.projects import Projects, contents, elf, offline

MACHINES = {"arm64": ("aarch64", 183), "x86_64": ("x86_64", 62)}
OTHER = {"arm64": "x86_64", "x86_64": "arm64"}
HANDLER = "from pricer import machine\ndef handler(event, context):\n    return machine.FROM\n"


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Projects:
    found = Projects(tmp_path)
    for name, value in offline(found).items():
        monkeypatch.setenv(name, value)
    return found


def wheel(projects: Projects, architecture: str, python: str) -> Path:
    """A wheel with a compiled module; its code says for which machine it is."""
    machine, number = MACHINES[architecture]
    minor = python.rpartition(".")[2]
    files: dict[str, bytes | str] = {
        "pricer/machine.py": f"FROM = {architecture!r}\n",
        f"pricer/core.cpython-3{minor}-{machine}-linux-gnu.so": elf(number),
    }
    return projects.wheel("pricer", "1.0", f"cp3{minor}-cp3{minor}-manylinux2014_{machine}", **files)


def priced(projects: Projects, *wheels: Path) -> Path:
    """A project whose lock has the hashes of all these wheels of one package."""
    digests = [hashlib.sha256(each.read_bytes()).hexdigest() for each in wheels]
    line = " ".join(["pricer==1.0", *(f"--hash=sha256:{each}" for each in digests)])
    return projects.project("orders", **{"app.py": HANDLER, "requirements.txt": f"{line}\n"})


def synthesized(projects: Projects, project: Path, dependencies: str = "zip") -> cdk.Stack:
    """A stack with a function for the architecture that this machine does not have."""
    stack = cdk.Stack(cdk.App(analytics_reporting=False, outdir=str(projects.folder / "out")), "Prices")
    ProductionFunction(
        stack,
        "Prices",
        code=projects.code(project, dependencies=dependencies),
        handler="app.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.custom(OTHER[this_machine()]),
    )
    return stack


def assembled(stack: cdk.Stack) -> Path:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return Path(app.synth().directory)


def test_packages_are_those_of_this_machine_and_the_assembly_for_aws_stays(projects: Projects) -> None:
    here, there = this_machine(), OTHER[this_machine()]
    wheels = [wheel(projects, there, "3.13"), wheel(projects, here, runs_on("python3.13"))]
    project = priced(projects, *wheels)

    for dependencies, root in (("zip", ""), ("layer", "python/")):
        assembly = assembled(synthesized(projects, project, dependencies))
        before = contents(assembly)
        copy = projects.folder / f"copy-{dependencies}"
        shutil.copytree(assembly, copy)
        assert rebuild.is_needed(copy, "Prices")

        rebuild.rebuild(copy, "Prices")

        require(copy, "Prices")
        assert not rebuild.is_needed(copy, "Prices")
        assert contents(assembly) == before
        (module,) = copy.glob(f"asset.*/{root}pricer/machine.py")
        assert module.read_text() == f"FROM = {here!r}\n"
        assert len(list(module.parent.glob("core.*"))) == 1


def test_packages_without_a_wheel_for_this_machine_are_refused_by_name(projects: Projects) -> None:
    project = priced(projects, wheel(projects, OTHER[this_machine()], "3.13"))
    assembly = assembled(synthesized(projects, project))

    with pytest.raises(PreflightError) as error:
        rebuild.rebuild(assembly, "Prices")

    (finding,) = error.value.findings
    assert (finding.resource, finding.what) == ("Prices/Prices/Function", "packages of PythonCode")
    assert finding.why.startswith(f"cannot be installed for {runs_on('python3.13')} on this machine: ")
    assert "pricer" in finding.why


@pytest.mark.deploy
@pytest.mark.slow
def test_a_function_runs_with_packages_for_this_machine(aws: Aws, projects: Projects) -> None:
    here, there = this_machine(), OTHER[this_machine()]
    wheels = [wheel(projects, there, "3.13"), wheel(projects, here, runs_on("python3.13"))]
    project = priced(projects, *wheels)

    deployed = aws.deploy(synthesized(projects, project))

    assert deployed.function().invoke({}) == here
