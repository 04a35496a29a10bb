"""Reports of invocations in logs of every format."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing import profile
from lambda_constructs.sizing.profile import percentile, profile_of
from lambda_constructs.sizing.profile_file import read_profile
from lambda_constructs.sizing.reports import Report, reports
from tests.sizing.support import json_report, text_report

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
    "REPORT RequestId: 55bc566d\tDuration: 46",
    "platform.report {{{{",
    "\n",
]


def found(*lines: str) -> list[Report]:
    return list(reports(lines))


def save(folder: Path, text: str) -> Path:
    path = folder / "orders.log"
    path.write_text(text)
    return path


def test_report_in_text() -> None:
    (report,) = found(TEXT)

    assert report == Report(
        duration_ms=469.40,
        billed_ms=571,
        memory_size=1024,
        peak_memory=21,
        init_ms=100.99,
        restore_ms=None,
        timed_out=False,
    )


def test_report_of_a_restored_snapshot() -> None:
    (report,) = found(SNAP_START)

    assert (report.duration_ms, report.billed_ms) == (469.40, 545)
    assert (report.init_ms, report.restore_ms) == (None, 474.16)


def test_report_in_json() -> None:
    (report,) = found(JSON)

    assert (report.duration_ms, report.billed_ms, report.init_ms) == (2251.86, 3114, 861.71)
    assert (report.memory_size, report.peak_memory, report.timed_out) == (1024, 184, False)


def test_restored_snapshot_in_json() -> None:
    (report,) = found(json_report(12.5, restoreDurationMs=310.2, billedRestoreDurationMs=91))

    assert (report.init_ms, report.restore_ms) == (None, 310.2)


def test_reports_of_both_formats_contain_timeouts() -> None:
    assert [report.timed_out for report in found(TIMEOUT, json_report(3000, status="timeout"))] == [
        True,
        True,
    ]


def test_initialization_is_billed_since_august_2025() -> None:
    for report in found(TEXT, JSON):
        assert report.init_ms is not None
        assert report.billed_ms == math.ceil(report.duration_ms + report.init_ms)


def test_everything_else_in_a_log_is_skipped() -> None:
    assert found(*NOISE) == []
    assert found(*NOISE, TEXT, *NOISE, JSON) == found(TEXT, JSON)


def test_several_reports_may_be_in_one_line() -> None:
    assert found(TEXT.strip() + "\t" + SNAP_START) == found(TEXT, SNAP_START)
    assert found(JSON.strip() + "\t" + JSON) == found(JSON, JSON)


def test_reports_may_be_part_of_json_that_the_cli_prints() -> None:
    events = {"events": [{"timestamp": 1, "message": line} for line in (TEXT, JSON, TIMEOUT)]}
    printed = json.dumps(events, indent=4).splitlines(keepends=True)

    assert found(*printed) == found(TEXT, JSON, TIMEOUT)


def test_impossible_reports_are_skipped() -> None:
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
    ]

    for line in impossible:
        assert found(line) == [], line[:200]


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


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(JSON * 3, id="lines"),
        pytest.param(json.dumps({"events": [{"message": JSON}] * 3 + [1]}), id="compact filter-log-events"),
        pytest.param(json.dumps({"events": [{"message": JSON}] * 3}, indent=4), id="filter-log-events"),
        pytest.param(json.dumps([JSON] * 3, indent=4), id="filter-log-events --query events[].message"),
        pytest.param(f"2026-02-05T21:34:20 {JSON}" * 3, id="tail --format short"),
    ],
)
def test_profile_is_read_from_every_format_that_the_cli_prints(tmp_path: Path, text: str) -> None:
    found = read_profile(save(tmp_path, text))

    assert (found.samples, found.memory_size, found.maximum_ms) == (3, 1024, 2251.86)


def test_profile_of_a_log_that_is_larger_than_any_result(tmp_path: Path) -> None:
    found = read_profile(save(tmp_path, (JSON + "x" * 2000 + "\n") * 1000))

    assert found.samples == 1000


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

    assert profile_of([report] * 2, name="log").samples == 2
    with pytest.raises(ConfigurationError, match="more than 2 reports"):
        profile_of([report] * 3, name="log")


def test_percentile_is_one_of_the_values() -> None:
    for percent in (1, 50, 95, 99, 100):
        assert percentile(range(1, 101), percent) == percent
        assert percentile([7], percent) == 7
