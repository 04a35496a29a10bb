"""Reports of invocations in logs of every format."""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing import files, invocation_reports, profile
from lambda_constructs.sizing.invocation_report import Initialization, Report
from lambda_constructs.sizing.invocation_reports import reports
from lambda_constructs.sizing.profile import percentile, profile_of
from lambda_constructs.sizing.profile_file import read_profile
from tests.sizing.support import json_report, request_id, text_report

# An example of the developer guide of 2017, with the initialization billed as since August 2025.
TEXT = (
    "REPORT RequestId: 55bc566d-1e2c-11e7-93e6-6705ceb4c1cc\tDuration: 469.40 ms\tBilled Duration: 571 ms\t"
    "Memory Size: 1024 MB\tMax Memory Used: 21 MB\tInit Duration: 100.99 ms\t\n"
)
SNAP_START = (
    "REPORT RequestId: 55bc566d\tDuration: 469.40 ms\tBilled Duration: 545 ms\tMemory Size: 1024 MB\t"
    "Max Memory Used: 21 MB\tRestore Duration: 474.16 ms\tBilled Restore Duration: 75 ms\n"
)
# A published record of 2026-02-05.
JSON = (
    '{"time":"2026-02-05T21:34:20.458Z","type":"platform.report","record":{"requestId":"abc-123","status":'
    '"success","metrics":{"durationMs":2251.86,"billedDurationMs":3114,"memorySizeMB":1024,'
    '"maxMemoryUsedMB":184,"initDurationMs":861.71}}}\n'
)
TIMEOUT = (
    "2026-11-20T10:00:00Z REPORT RequestId: 55bc566d\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 60 MB\tStatus: timeout\n"
)
NOISE = [
    "START RequestId: 55bc566d Version: $LATEST\n",
    '{"type":"platform.start","record":{"requestId":"abc-123"}}\n',
    '{"level":"INFO","message":"platform.report is a type"}\n',
    "platform.report {{{{",
    "\n",
]


def everything(*lines: str) -> list[Report | Initialization | None]:
    return list(reports(lines))


def found(*lines: str) -> list[Report]:
    return [each for each in everything(*lines) if isinstance(each, Report)]


def again(text: str, times: int) -> list[str]:
    """Reports of other invocations that are the same otherwise."""
    return [text.replace("abc-123", request_id()) for _ in range(times)]


THREE = again(JSON, 3)
EVENTS: list[object] = [{"message": line} for line in THREE]


def save(folder: Path, text: str) -> Path:
    path = folder / "orders.log"
    path.write_text(text)
    return path


def test_report_in_text() -> None:
    (report,) = found(TEXT)

    assert report == Report(
        request_id="55bc566d-1e2c-11e7-93e6-6705ceb4c1cc",
        duration_ms=469.40,
        billed_ms=571,
        memory_size=1024,
        peak_memory=21,
        init_ms=100.99,
        restore_ms=None,
        ending="success",
    )


def test_report_of_a_restored_snapshot() -> None:
    (report,) = found(SNAP_START)

    assert (report.duration_ms, report.billed_ms) == (469.40, 545)
    assert (report.init_ms, report.restore_ms) == (None, 474.16)


def test_report_in_json() -> None:
    (report,) = found(JSON)

    assert (report.duration_ms, report.billed_ms, report.init_ms) == (2251.86, 3114, 861.71)
    assert (report.memory_size, report.peak_memory, report.ending) == (1024, 184, "success")


def test_restored_snapshot_in_json() -> None:
    (report,) = found(json_report(12.5, restoreDurationMs=310.2, billedRestoreDurationMs=91))

    assert (report.init_ms, report.restore_ms) == (None, 310.2)


def test_reports_of_both_formats_say_how_invocations_ended() -> None:
    memory, exit_error = "Runtime.OutOfMemory", "Runtime.ExitError"
    endings = {
        TIMEOUT: "timed out",
        json_report(3000, status="timeout", error_type="Sandbox.Timedout"): "timed out",
        text_report(5, status=f"error\tError Type: {memory}", used=100): "out of memory",
        text_report(5, status=f"error\tError Type: {exit_error}", used=512): "out of memory",
        text_report(5, status=f"error\tError Type: {exit_error}", used=511): "failed",
        json_report(5, status="error", error_type=memory): "out of memory",
        json_report(5, status="error", error_type=exit_error, used=512): "out of memory",
        json_report(5, status="error", error_type=exit_error, used=511): "failed",
        json_report(5, status="failure"): "failed",
        json_report(5, used=512): "success",
        text_report(5): "success",
    }

    assert [report.ending for report in found(*endings)] == list(endings.values())


def test_initializations_that_took_too_long_are_found() -> None:
    text = "INIT_REPORT Init Duration: 10008.94 ms\tPhase: init\tStatus: timeout\n"
    metrics = {"metrics": {"durationMs": 9999.5}, "phase": "init", "status": "timeout"}
    record = json.dumps({"time": "now", "type": "platform.initReport", "record": metrics})

    for line in (text, json.dumps({"message": text})):
        assert everything(line) == [Initialization(duration_ms=10008.94)]
    assert everything(record) == [Initialization(duration_ms=9999.5)]
    assert everything(record.replace("9999.5", "-1")) == [None]
    assert profile_of(reports([text, JSON]), name="log").init_maximum_ms == 10008.94


def test_initialization_is_billed_since_august_2025() -> None:
    for report in found(TEXT, JSON):
        assert report.init_ms is not None
        assert report.billed_ms == math.ceil(report.duration_ms + report.init_ms)


def test_everything_else_in_a_log_is_skipped() -> None:
    assert everything(*NOISE) == []
    assert found(*NOISE, TEXT, *NOISE, JSON) == found(TEXT, JSON)


def test_several_reports_may_be_in_one_line() -> None:
    assert found(TEXT.strip() + "\t" + SNAP_START) == found(TEXT, SNAP_START)
    assert found(JSON.strip() + "\t" + JSON) == found(JSON, JSON)


def test_reports_may_be_part_of_json_that_the_cli_prints() -> None:
    events = {"events": [{"timestamp": 1, "message": line} for line in (TEXT, JSON, TIMEOUT)]}
    printed = json.dumps(events, indent=4).splitlines(keepends=True)

    assert set(found(*printed)) == set(found(json.dumps(TEXT), JSON, json.dumps(TIMEOUT)))


def test_other_objects_may_precede_the_type_of_a_report() -> None:
    record = json.loads(JSON)
    first = {"record": {**record["record"], "tracing": {"spans": {}}}, **record}

    assert found(json.dumps(first)) == found(JSON)
    assert everything(json.dumps({**{str(number): {} for number in range(30)}, **record})) == [None]


def test_impossible_reports_are_counted() -> None:
    impossible = [
        TEXT.replace("469.40", "9" * 40),
        TEXT.replace("1024 MB", "127 MB"),
        TEXT.replace("1024 MB", "10241 MB"),
        TEXT.replace("21 MB", "2049 MB"),
        TEXT.replace("571 ms", "timeout"),
        JSON.replace("2251.86", "-1"),
        JSON.replace("2251.86", "NaN"),
        JSON.replace("2251.86", "true"),
        JSON.replace("184", '"184"'),
        JSON.replace("2251.86", "1e999"),
        JSON.replace('"record":{', '"records":{'),
        '{"type":"platform.report","record":[]}',
        '{"type":"platform.report"' + '{"a":' * 100_000,
        '"type":"platform.report"',
        "REPORT RequestId: 55bc566d\tDuration: 46",
    ]

    for line in impossible:
        assert everything(line) == [None], line[:200]


def test_profile_summarizes_reports(tmp_path: Path) -> None:
    lines = [text_report(number, used=60 + number % 40) for number in range(1, 1001)]
    lines += [text_report(5000, used=120, init=640.5, status="timeout"), *NOISE]
    found = read_profile(save(tmp_path, "\n".join(lines)))

    assert (found.samples, found.memory_size, found.peak_memory) == (1001, 512, 120)
    assert (found.p50_ms, found.p95_ms, found.p99_ms, found.maximum_ms) == (501, 951, 991, 5000)
    assert (found.cold_starts, found.init_maximum_ms, found.timeouts) == (1, 640.5, 1)
    assert found.billed_ms == pytest.approx((500_500 + 5641) / 1001)


def test_profile_counts_restored_snapshots_as_cold_starts(tmp_path: Path) -> None:
    found = read_profile(save(tmp_path, SNAP_START + SNAP_START.replace("Restore Duration: 474.16 ms", "")))

    assert (found.cold_starts, found.init_maximum_ms) == (1, 0)


def test_profile_is_read_from_every_format_that_the_cli_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats = {
        "lines": "".join(THREE),
        "compact filter-log-events": json.dumps({"events": [*EVENTS, 1]}),
        "filter-log-events": json.dumps({"events": EVENTS}, indent=4),
        "filter-log-events --query events[].message": json.dumps(THREE, indent=4),
        "tail --format short": "".join(f"2026-02-05T21:34:20 {line}" for line in THREE),
        "tail --format json": "".join(
            f"2026-02-05T21:34:20 {json.dumps(json.loads(line), indent=4)}\n" for line in THREE
        ),
        "one list": json.dumps([json.loads(line) for line in THREE], indent=2),
        "each twice": "".join(THREE) * 2,
        "larger than any result": " " * 3_000_000 + "".join(THREE),
    }
    # Read as a whole, and in pieces because each is larger than any result.
    for maximum in (files._RESULT_BYTES_MAXIMUM, 10):
        monkeypatch.setattr(files, "_RESULT_BYTES_MAXIMUM", maximum)
        for name, text in formats.items():
            found = read_profile(save(tmp_path, text))

            assert (found.samples, found.memory_size, found.maximum_ms) == (3, 1024, 2251.86), name


def test_profile_of_a_log_that_is_larger_than_any_result(tmp_path: Path) -> None:
    found = read_profile(save(tmp_path, "".join(line + "x" * 2000 + "\n" for line in again(JSON, 1000))))

    assert found.samples == 1000


def test_profile_of_what_is_larger_than_a_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # One line is read in pieces, what is printed on several lines is cut into blocks: no report is lost.
    monkeypatch.setattr(files, "_RESULT_BYTES_MAXIMUM", 10)
    lines = again(JSON, 20) + [each() for _ in range(20) for each in (text_line, insights_event)]
    records = [json.loads(line) for line in lines if line.startswith("{")]
    one_line = json.dumps({"events": [{"message": line} for line in lines]})
    texts = {
        one_line: 60,
        json.dumps({"events": records}): 40,
        json.dumps({"events": records}, indent=4): 40,
        json.dumps({"events": records}, indent="\t"): 40,
        # The brace of an application, which opens no block.
        "it is {\n" + "\n".join(lines): 60,
    }
    monkeypatch.setattr(invocation_reports, "_REPORT_CHARACTERS", 6_000)
    for length in (6_001, 9_999, 20_000):
        monkeypatch.setattr(files, "_LINE_CHARACTERS_MAXIMUM", length)
        monkeypatch.setattr(invocation_reports, "_BLOCK_CHARACTERS", length)
        for text, samples in texts.items():
            found = read_profile(save(tmp_path, text))
            read = (found.samples, found.maximum_ms, found.unread)

            assert read == (samples, 2251.86, 0), (length, text[:90])


def text_line() -> str:
    return text_report(5, size=1024)


def insights_event() -> str:
    """An event of Lambda Insights, with smaller objects in front of its type."""
    metrics = [{"Name": f"metric_{number}", "Unit": "Milliseconds"} for number in range(12)]
    event = {
        "_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Namespace": "LambdaInsights", "Metrics": metrics}]},
        "event_type": "performance",
        "request_id": request_id(),
        "duration": 7.5,
        "billed_duration": 8,
        "total_memory": 1024,
        "used_memory_max": 90,
    }
    return json.dumps(event)


def test_profile_is_read_from_compressed_files_standard_input_and_pipes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read_profile(save(tmp_path, "".join(THREE)))
    compressed = tmp_path / "orders.log.gz"
    compressed.write_bytes(gzip.compress("".join(THREE).encode()))

    assert replace(read_profile(compressed), name=expected.name) == expected
    for content in (compressed.read_bytes(), "".join(THREE).encode()):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert replace(read_profile("-"), name=expected.name) == expected

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        written = pool.submit(pipe.write_bytes, compressed.read_bytes())
        assert replace(read_profile(pipe), name=expected.name) == expected
        written.result()

    compressed.write_bytes(compressed.read_bytes()[:-20])
    with pytest.raises(ConfigurationError) as refused:
        read_profile(compressed)
    assert refused.value.code == "measurement-unreadable"


def test_durations_are_those_of_invocations_that_did_their_work(tmp_path: Path) -> None:
    slow = [json_report(2000 + number) for number in range(400)]
    fast = [json_report(1.5, status="error", error_type="Runtime.ExitError") for _ in range(300)]
    full = [json_report(90, status="error", error_type="Runtime.OutOfMemory", used=512) for _ in range(3)]
    found = read_profile(save(tmp_path, "\n".join([*slow, *fast, *full])))

    assert (found.samples, found.failures, found.out_of_memory, found.timeouts) == (703, 300, 3, 0)
    assert (found.durations, found.p50_ms, found.maximum_ms) == (400, 2199, 2399)
    assert [advice.code for advice in found.reliability()] == ["profile-failures"]


def test_profile_refuses_a_log_in_which_most_failed(tmp_path: Path) -> None:
    failed = [json_report(1.5, status="error") for _ in range(2)]
    with pytest.raises(ConfigurationError, match="2 of 3 invocations failed or ran out of memory") as refused:
        read_profile(save(tmp_path, "\n".join([json_report(2000), *failed])))

    assert refused.value.code == "profile-mostly-failed"


def test_profile_refuses_a_log_that_is_read_in_part(tmp_path: Path) -> None:
    cut = [text_report(5)[:70] for _ in range(2)]
    with pytest.raises(ConfigurationError, match="only 100 of 102 reports can be read") as refused:
        read_profile(save(tmp_path, "\n".join([*(text_report(5) for _ in range(100)), *cut])))

    assert refused.value.code == "profile-unread"
    assert (
        read_profile(save(tmp_path, "\n".join([text_report(5) for _ in range(99)] + cut[:1]))).samples == 99
    )


def test_profile_refuses_reports_of_several_sizes(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="are from memory sizes of 128, 1024 MB") as refused:
        read_profile(save(tmp_path, TEXT + TIMEOUT))

    assert refused.value.code == "profile-mixed-sizes"


def test_profile_refuses_a_log_without_reports(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", "null", "\n".join(NOISE), "\x80\x00"):
        path = save(tmp_path, text)
        with pytest.raises(ConfigurationError, match="it does not contain reports of invocations") as refused:
            read_profile(path)

        assert (refused.value.code, refused.value.construct_path) == ("profile-form", str(path))


def test_profile_refuses_more_reports_than_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "REPORTS_MAXIMUM", 2)
    (report,) = found(TEXT)

    more = [replace(report, request_id=str(number)) for number in range(3)]
    assert profile_of(more[:2], name="log").samples == 2
    with pytest.raises(ConfigurationError, match="more than 2 reports"):
        profile_of(more, name="log")


def test_percentile_is_one_of_the_values() -> None:
    for percent in (1, 50, 95, 99, 100):
        assert percentile(range(1, 101), percent) == percent
        assert percentile([7], percent) == 7
