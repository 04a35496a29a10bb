"""A newcomer's first hour: an empty environment, both wheels, a project of plain CDK, a red and a green test.

Nothing of this repository is on the paths: the server and the CDK CLI are installed on first use, from PyPI
and npm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import uv

from lambda_constructs_emulator.paths import python_of

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
ENOUGH = 300.0  # seconds, from `pip install` to the green test

STACK = """
import os

import aws_cdk as cdk
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs


def shop(code: str) -> cdk.Stack:
    stack = cdk.Stack(cdk.App(), "Shop")
    function = lambda_.Function(
        stack,
        "Worker",
        code=lambda_.Code.from_inline(code),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    alias = lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
    queue = sqs.Queue(stack, "Orders", visibility_timeout=cdk.Duration.minutes(1))
    alias.add_event_source(sources.SqsEventSource(queue))
    errors = alias.metric_errors(period=cdk.Duration.minutes(1))
    alarm = errors.create_alarm(stack, "Errors", evaluation_periods=1, threshold=1)
    codedeploy.LambdaDeploymentGroup(
        stack,
        "Rollout",
        alias=alias,
        deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_10_MINUTES,
        alarms=[] if "FORGOTTEN" in os.environ else [alarm],
    )
    return stack
"""
TEST = """
from stack import shop

GOOD = "def handler(event, context): print(event)"
BAD = "def handler(event, context): raise ValueError"


def test_a_bad_release_is_rolled_back(aws) -> None:
    deployed = aws.deploy(shop(GOOD))
    orders = deployed.queue("Orders")
    orders.send("one")
    deployed.until_settled()

    release = deployed.release(shop(BAD), traffic=lambda: orders.send("two"))

    release.assert_rolled_back(by="Errors")
"""


def test_a_project_of_its_own_sees_its_release_roll_back(tmp_path: Path) -> None:
    wheels, environment, project = tmp_path / "wheels", tmp_path / "environment", tmp_path / "my project"
    for folder in (ROOT, ROOT / "emulator"):
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
        subprocess.run(build, cwd=folder, check=True, capture_output=True)
    project.mkdir()
    (project / "stack.py").write_text(STACK)
    (project / "test_shop.py").write_text(TEST)
    (project / "conftest.py").write_text('pytest_plugins = ["lambda_constructs_emulator.pytest_plugin"]\n')
    start = time.monotonic()
    program, python = uv.find_uv_bin(), str(python_of(environment))
    subprocess.run([program, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    install = [
        program,
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "pytest",
        *map(str, wheels.iterdir()),
    ]
    subprocess.run(install, check=True)
    installed = time.monotonic() - start

    def run(**variables: str) -> tuple[int, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JSII"))}
        done = subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=project,
            env={**kept, "LAMBDA_EMULATOR_CACHE": str(tmp_path / "my cache"), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    red, output = run(FORGOTTEN="1")
    assert red == 1, output
    assert "expected the alarm Errors to stop the release, but:" in output, output
    assert "deployment succeeded" in output, output
    failed = time.monotonic() - start
    green, output = run()
    assert green == 0, output
    passed = time.monotonic() - start
    print(f"installed after {installed:.0f} s, red after {failed:.0f} s, green after {passed:.0f} s")
    assert passed < ENOUGH
