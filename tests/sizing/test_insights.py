"""Results of the documented Logs Insights queries."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.insights import JSON_QUERY, TEXT_QUERY
from lambda_constructs.sizing.profile import Profile
from lambda_constructs.sizing.profile_file import read_profile
from tests.sizing.support import insights, json_report


def read(folder: Path, value: object) -> Profile:
    path = folder / "profile.json"
    path.write_text(json.dumps(value))
    return read_profile(path)


def test_result_becomes_a_profile(tmp_path: Path) -> None:
    found = read(tmp_path, insights())

    assert (found.samples, found.memory_size, found.peak_memory) == (1250, 512, 118)
    assert (found.p50_ms, found.p95_ms, found.p99_ms, found.maximum_ms) == (95.1, 180.2, 240.9, 1100.5)
    assert (found.cold_starts, found.init_maximum_ms, found.timeouts) == (12, 640.2, 0)


def test_columns_without_a_cold_start_are_missing(tmp_path: Path) -> None:
    found = read(tmp_path, insights(coldStarts=0, initMax=None, minMemoryMB=None))

    assert (found.cold_starts, found.init_maximum_ms) == (0, 0)


def test_memory_is_rounded_up(tmp_path: Path) -> None:
    assert read(tmp_path, insights(maxUsedMB="117.2")).peak_memory == 118


def test_refuses_results_of_other_queries(tmp_path: Path) -> None:
    refused: list[tuple[Any, str, str]] = [
        ({**insights(), "status": "Running"}, "measurement-failed", "the status of the query is 'Running'"),
        ({"results": []}, "profile-form", "the query has no rows"),
        ({"results": "none"}, "profile-form", "results is 'none'"),
        ({"results": [{}]}, "profile-form", "a row is an object"),
        ({"results": [[{"field": "p50"}]]}, "profile-form", "does not consist of fields and values"),
        (insights(p99=None), "profile-form", "the query has no column p99"),
        (insights(p99="fast"), "measurement-value", "p99 is 'fast', but must be 0 to 1.8e\\+06"),
        (insights(p99="nan"), "measurement-value", "p99 is 'nan'"),
        (insights(invocations="0"), "measurement-value", "invocations is '0'"),
        (insights(memoryMB="64"), "measurement-value", "memoryMB is '64', but must be 128 to 10240"),
        (insights(minMemoryMB="256"), "profile-mixed-sizes", "sizes of 256, 512 MB"),
    ]

    for result, code, message in refused:
        with pytest.raises(ConfigurationError, match=message) as error:
            read(tmp_path, result)

        assert error.value.code == code


def test_both_queries_have_the_columns_that_are_read() -> None:
    columns = {cell["field"] for cell in insights()["results"][0]}

    for query in (TEXT_QUERY, JSON_QUERY):
        assert set(re.findall(r" as (\w+)", query)) - {"status", "errorType"} == columns
        assert query.endswith(" by status, errorType\n")


def endings(**groups: int) -> dict[str, Any]:
    """The result of a query that has a row for each way in which invocations ended."""
    fast = {"p50": "1.2", "p95": "1.4", "p99": "1.5", "maxMs": "2.0", "billedMs": "2.0"}
    rows = {
        "success": insights(status="success"),
        "error": insights(status="error", errorType="Runtime.ExitError", **fast),
        "timeout": insights(status="timeout", p50="3000", p95="3000", p99="3000", maxMs="3000"),
        "memory": insights(status="error", errorType="Runtime.OutOfMemory", maxUsedMB="513", **fast),
        "full": insights(status="error", errorType="Runtime.ExitError", maxUsedMB="512", **fast),
    }
    found: list[Any] = []
    for name, count in groups.items():
        row = rows[name]["results"][0]
        found.append(
            [{**cell, "value": str(count)} if cell["field"] == "invocations" else cell for cell in row]
        )
    return {"results": found, "status": "Complete"}


def test_rows_are_counted_by_how_invocations_ended(tmp_path: Path) -> None:
    found = read(tmp_path, endings(success=600, error=300, timeout=5, memory=10, full=20))

    assert (found.samples, found.failures, found.timeouts, found.out_of_memory) == (935, 300, 5, 30)
    assert (found.p50_ms, found.p99_ms, found.maximum_ms) == (95.1, 240.9, 3000)
    assert (found.peak_memory, found.memory_size, found.durations) == (513, 512, 605)
    assert found.billed_ms == pytest.approx((605 * 121.5 + 330 * 2) / 935)
    assert found.endings_known


def test_refuses_results_of_which_most_failed(tmp_path: Path) -> None:
    for result in (endings(success=5, error=995), endings(error=9), endings(success=1, memory=2)):
        with pytest.raises(ConfigurationError) as refused:
            read(tmp_path, result)

        assert refused.value.code == "profile-mostly-failed"
    with pytest.raises(ConfigurationError, match="no row for invocations that succeeded"):
        read(tmp_path, endings(timeout=1))


def test_the_older_query_does_not_say_how_invocations_ended(tmp_path: Path) -> None:
    (advice,) = read(tmp_path, insights(statuses=None)).reliability()

    assert advice.code == "profile-endings-unknown"


def test_reads_what_the_console_saves(tmp_path: Path) -> None:
    expected = read(tmp_path, insights())
    cells = {cell["field"]: cell["value"] for cell in insights()["results"][0]}
    text = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
    (tmp_path / "orders.csv").write_text(text)

    assert replace(read(tmp_path, [cells]), name="") == replace(expected, name="")
    assert replace(read_profile(tmp_path / "orders.csv"), name="") == replace(expected, name="")


def test_reads_the_fields_of_reports_that_another_query_picked(tmp_path: Path) -> None:
    text = {
        "@timestamp": "2026-11-20 10:00:00.000",
        "@duration": "20.5",
        "@billedDuration": "21.0",
        "@memorySize": "5.12E8",
        "@maxMemoryUsed": "117500000",
        "@initDuration": "300.5",
        "@logStream": "2026/11/20/[7]0123456789abcdef",
    }
    metrics = {"durationMs": 20.5, "billedDurationMs": 21, "memorySizeMB": 512, "maxMemoryUsedMB": 118}
    record = {f"record.metrics.{key}": value for key, value in metrics.items()}
    cold, timed_out = {"record.metrics.initDurationMs": 300.5}, {"record.status": "timeout"}

    cases: tuple[tuple[list[dict[str, Any]], bool], ...] = (
        # Rows without an id are different reports, and a row of another event has no field of a report.
        ([text, {**text, "@initDuration": ""}, {"@timestamp": text["@timestamp"]}], False),
        ([record, {**record, **cold, **timed_out, "record.requestId": "a"}], True),
    )
    for number, (rows, known) in enumerate(cases):
        columns = list({key: None for row in rows for key in row})
        lines = [",".join(str(row.get(key, "")) for key in columns) for row in rows]
        path = tmp_path / f"{number}.csv"
        path.write_text("\ufeff" + "\r\n".join([",".join(f'"{each}"' for each in columns), *lines]))
        results = [[{"field": key, "value": str(value)} for key, value in row.items()] for row in rows]
        for found in (read_profile(path), read(tmp_path, {"results": results}), read(tmp_path, rows)):
            assert (found.samples, found.memory_size, found.peak_memory, found.unread) == (2, 512, 118, 0)
            assert (found.p99_ms, found.billed_ms, found.cold_starts) == (20.5, 21, 1)
            assert (found.init_maximum_ms, found.timeouts, found.endings_known) == (300.5, int(known), known)
            assert (found.versions, bool(found.days)) == (() if known else ("7",), not known)


def test_reads_as_many_rows_as_an_answer_can_have(tmp_path: Path) -> None:
    row = {"@duration": "20", "@billedDuration": "20", "@memorySize": "5.12E8", "@maxMemoryUsed": "1E8"}
    cells = json.dumps([{"field": key, "value": value} for key, value in row.items()], indent=8)
    path = tmp_path / "profile.json"
    path.write_text(f'{{"results": [{", ".join([cells] * 10_000)}]}}')

    assert path.stat().st_size > 3_000_000
    assert read_profile(path).samples == 10_000


def test_names_the_fields_that_a_query_lacks(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    for header, missing in (
        ("@timestamp,@requestId,@billedDuration", "@duration, @memorySize, @maxMemoryUsed;"),
        (
            "record.requestId,record.metrics.durationMs,record.metrics.memorySizeMB",
            "record.metrics.billedDurationMs, record.metrics.maxMemoryUsedMB;",
        ),
    ):
        path.write_text(f"{header}\n1,2,3\n")
        with pytest.raises(ConfigurationError, match=f"the query has no {missing}"):
            read_profile(path)
    path.write_text(f'@duration\n"{"x" * 140_000}\n')
    with pytest.raises(ConfigurationError, match="its CSV is damaged"):
        read_profile(path)
    path.write_text("@duration,@billedDuration,@memorySize,@maxMemoryUsed\nfast,1,1,1\n")
    with pytest.raises(ConfigurationError) as refused:
        read_profile(path)
    assert refused.value.code == "profile-unread"


def test_reads_log_lines_that_another_query_found(tmp_path: Path) -> None:
    lines = [json_report(ms) for ms in (10, 20)]
    found = read(tmp_path, {"results": [[{"field": "@message", "value": line}] for line in lines]})

    assert (found.samples, found.maximum_ms) == (2, 20)
