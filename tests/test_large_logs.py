"""Logs of production: millions of lines in seconds, with memory for the durations only."""

from __future__ import annotations

import time
import tracemalloc
import uuid
from pathlib import Path

import pytest

from lambda_constructs.sizing.profile_file import read_profile
from tests.sizing.support import json_report, text_report

INVOCATIONS = 500_000  # three lines each


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json"])
def test_one_and_a_half_million_lines_take_less_than_15_seconds(tmp_path: Path, form: str) -> None:
    path, line = tmp_path / "orders.log", text_report(1) if form == "text" else json_report(1)
    id_ = line.partition("REPORT RequestId: ")[2][:36] or line.partition('"requestId": "')[2][:36]
    with path.open("w") as file:
        for _ in range(INVOCATIONS):
            invocation = str(uuid.uuid4())
            file.write(f"START RequestId: {invocation} Version: 12\n")
            file.write(f'{{"level": "INFO", "requestId": "{invocation}"}}\n')
            file.write(line.replace(id_, invocation) + "\n")

    started = time.process_time()
    found = read_profile(path)

    assert time.process_time() - started < 15
    assert (found.samples, found.versions) == (INVOCATIONS, ("12",))


@pytest.mark.slow
def test_one_line_of_any_size_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    events = ", ".join(
        f'{{"message": "{text_report(number)}"}}'.replace("\t", "\\t") for number in range(200_000)
    )
    path.write_text(f'{{"events": [{events}]}}')
    del events

    tracemalloc.start()
    found = read_profile(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.samples == 200_000
    assert peak < path.stat().st_size
