"""The command line: a command that reaches the emulator only, and variables for another shell."""

import json
import os
import signal
import subprocess
import sys

import pytest

from emulator.tests.support import ended, printed_until
from lambda_constructs_emulator.paths import PACKAGE, ROOT

pytestmark = pytest.mark.deploy

ELSEWHERE = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAPRODUCTION",
    "AWS_SESSION_TOKEN": "production",
    "AWS_ENDPOINT_URL_SQS": "https://localhost:1",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "HTTPS_PROXY": "http://localhost:1",
    "https_proxy": "http://localhost:1",
}
QUEUES = """
import boto3, json, os
answer = boto3.client("sqs").list_queues()["ResponseMetadata"]
print(json.dumps([answer["HTTPStatusCode"], os.environ["KEPT"]]))
"""


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", PACKAGE.name, *words]


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "KEPT": "yes", **variables}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        cwd=ROOT,
        env=environment(**ELSEWHERE),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_reaches_the_emulator_and_nothing_else() -> None:
    result = run("run", "--", sys.executable, "-c", QUEUES)

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [200, "yes"]


def test_the_status_of_the_command_is_the_status() -> None:
    assert run("run", "--", sys.executable, "-c", "raise SystemExit(3)").returncode == 3
    missing = run("run", "--", "no-command-of-this-name")
    assert missing.returncode == 127
    assert missing.stderr.endswith("cannot run 'no-command-of-this-name': No such file or directory\n")


def test_a_wrong_time_scale_is_refused() -> None:
    result = run("start", "--time-scale", "2")

    assert result.returncode == 2
    assert result.stderr == "lambda-emulator: time_scale must be above 0 and at most 1, not 2.0\n"


def test_another_shell_gets_all_that_it_needs() -> None:
    server = subprocess.Popen(
        command("start", "--time-scale", "0.01"),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with ended(server):
        script = printed_until(server, "export CDK_HOME=") + '\nexec "$0" -c "$1"'
        result = subprocess.run(
            ["/bin/sh", "-c", script, sys.executable, QUEUES],
            env=environment(**ELSEWHERE),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        server.send_signal(signal.SIGINT)

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [200, "yes"]
    assert server.returncode == 0
