"""`sizing collect --reports` against the emulator's CloudWatch Logs, whose queries have no statistics."""

import time
from pathlib import Path

import pytest

from lambda_constructs.sizing.collecting import Query, log_lines
from lambda_constructs.sizing.profile_file import read_profile
from lambda_constructs_emulator.process import Emulator
from tests.sizing.support import json_report

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


def test_profile_of_a_log_group(emulator: Emulator, tmp_path: Path) -> None:
    logs = emulator.client("logs")
    group, now = "Shop-Orders-1A2B", int(time.time())
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="2026/11/20/[12]0123")
    lines = [json_report(number, used=60 + number % 40) for number in range(1, 301)]
    lines += [json_report(2, status="error", error_type="Runtime.ExitError") for _ in range(3)]
    lines += ["START", '{"level": "INFO", "message": "order"}']
    events = [{"timestamp": now * 1000 - 60_000, "message": line} for line in lines]
    logs.put_log_events(logGroupName=group, logStreamName="2026/11/20/[12]0123", logEvents=events)
    query = Query(log_group=group, log_format="JSON", days=14)

    path = tmp_path / "orders.log"
    path.write_text("".join(log_lines(logs, query, now=now + 60)))
    profile = read_profile(path)

    assert (profile.samples, profile.failures, profile.memory_size, profile.peak_memory) == (303, 3, 512, 100)
    assert (profile.p50_ms, profile.p99_ms, profile.versions) == (150, 297, ("12",))
