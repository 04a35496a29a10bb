"""What the fixtures promise: a test finds nothing of another one, and a failing one shows the log."""

import subprocess
import sys
from pathlib import Path

import pytest

from emulator.tests.support import create_function
from lambda_constructs_emulator.paths import ROOT
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_finds_nothing_of_the_one_before(emulator: Emulator, plain: Emulator, turn: str) -> None:
    for server in (emulator, plain):
        assert server.client("lambda").list_functions()["Functions"] == []
        create_function(server, turn, "def handler(event, context): return {}")
    assert emulator.journal() == []
    emulator.client("cloudwatch").put_metric_alarm(
        AlarmName=turn,
        Namespace="Test",
        MetricName="any",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    emulator.client("cloudwatch").set_alarm_state(AlarmName=turn, StateValue="ALARM", StateReason="a test")
    assert {entry["name"] for entry in emulator.journal()} == {turn}


FAILS = """
def test_fails(emulator):
    emulator.client("sqs").create_queue(QueueName="named-in-the-log")
    assert False
"""


CHOOSES = """
import pytest
@pytest.fixture(scope="session")
def emulator_options():
    return {"account": "123456789012", "region": "eu-west-1"}
def test_chosen(aws):
    identity = aws.client("sts").get_caller_identity()
    assert (identity["Account"], aws.account, aws.region) == ("123456789012", "123456789012", "eu-west-1")
"""


@pytest.mark.slow
def test_account_and_region_are_chosen_by_a_fixture(tmp_path: Path) -> None:
    done = run(tmp_path, CHOOSES)

    assert done.returncode == 0, done.stdout


def test_a_failing_test_shows_the_log(tmp_path: Path) -> None:
    done = run(tmp_path, FAILS)

    assert done.returncode == 1, done.stdout
    _before, _title, log = done.stdout.partition("log of server")
    assert "named-in-the-log" in log


def run(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Run a test in another process of pytest."""
    (folder / "pytest.ini").write_text("[pytest]\n")  # instead of this repository's
    (folder / "test_it.py").write_text(source)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "lambda_constructs_emulator.pytest_plugin",
            "-p",
            "no:cacheprovider",
            str(folder),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
