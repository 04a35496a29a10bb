"""Every form of a profile, and which properties are read from it."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.profile import Profile
from lambda_constructs.sizing.profile_file import read_profile
from tests.sizing.support import insights

Invocation: TypeAlias = tuple[int, int, int, str, str | None]
# Six invocations: three that succeeded, the first of them a cold start; one that failed, one that ran out of
# memory, and one that timed out. For each: ms, billed ms, used memory, status, error.
INVOCATIONS: Final[tuple[Invocation, ...]] = (
    (100, 500, 90, "success", None),
    (200, 200, 95, "success", None),
    (300, 300, 99, "success", None),
    (2, 2, 90, "error", "Runtime.ExitError"),
    (50, 50, 512, "error", "Runtime.OutOfMemory"),
    (900, 900, 91, "timeout", None),
)
IDS: Final = [f"55bc566d-1e2c-11e7-93e6-{number:012}" for number in range(6)]


def text_line(id_: str, invocation: Invocation) -> str:
    ms, billed, used, status, error = invocation
    fields = [
        f"REPORT RequestId: {id_}",
        f"Duration: {ms}.00 ms",
        f"Billed Duration: {billed} ms",
        "Memory Size: 512 MB",
        f"Max Memory Used: {used} MB",
        *(["Init Duration: 399.50 ms"] if billed > ms else []),
        *([] if status == "success" else [f"Status: {status}"]),
        *([] if error is None else [f"Error Type: {error}"]),
    ]
    return "\t".join(fields)


def json_line(id_: str, invocation: Invocation) -> str:
    ms, billed, used, status, error = invocation
    metrics: dict[str, float] = {
        "durationMs": ms,
        "billedDurationMs": billed,
        "memorySizeMB": 512,
        "maxMemoryUsedMB": used,
    }
    if billed > ms:
        metrics["initDurationMs"] = 399.5
    record = {"requestId": id_, "metrics": metrics, "status": status}
    if error is not None:
        record["errorType"] = error
    return json.dumps({"time": "2026-11-20T10:00:00.000Z", "type": "platform.report", "record": record})


def insights_event(id_: str, invocation: Invocation) -> str:
    ms, billed, used, status, _ = invocation
    event = {
        "_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "a"}, {"Name": "b"}]}], "LambdaInsights": {}},
        "event_type": "performance",
        "function_name": "orders",
        "version": "12",
        "request_id": id_,
        "duration": ms,
        "billed_duration": billed,
        "total_memory": 512,
        "used_memory_max": used,
        **({"init_duration": 399.5, "cold_start": True} if billed > ms else {}),
        **({"timeout": True, "shutdown_reason": "Timeout"} if status == "timeout" else {}),
    }
    return json.dumps(event)


TEXT, JSON, EVENTS = (
    [line(id_, each) for id_, each in zip(IDS, INVOCATIONS, strict=True)]
    for line in (text_line, json_line, insights_event)
)
INIT: Final = "INIT_REPORT Init Duration: 10008.94 ms\tPhase: init\tStatus: timeout"
MOMENT: Final = "2026-11-20 10:00:00.000"
STREAM: Final = "2026/11/20/[12]0123456789abcdef0123456789abcdef"

JSON_INIT: Final = json.dumps(
    {
        "time": "2026-11-20T10:00:00.000Z",
        "type": "platform.initReport",
        "record": {"metrics": {"durationMs": 10008.94}, "phase": "init", "status": "timeout"},
    }
)
JSON_START: Final = json.dumps(
    {
        "time": "2026-11-20T09:59:00.000Z",
        "type": "platform.initStart",
        "record": {"functionName": "orders", "functionVersion": "12", "phase": "init"},
    }
)


def filtered(lines: Sequence[str], **json_options: Any) -> str:
    """The output of `filter-log-events`."""
    events = [
        {"logStreamName": STREAM, "timestamp": 1795168800000 + number, "message": f"{line}\n", "eventId": "1"}
        for number, line in enumerate(lines)
    ]
    return json.dumps({"events": events, "searchedLogStreams": []}, **json_options)


def queried(lines: Sequence[str]) -> str:
    """The output of `get-query-results` for a query of whole messages."""
    names = ("@timestamp", "@message", "@log")
    rows = [
        [
            {"field": name, "value": value}
            for name, value in zip(
                names, ("2026-11-20 10:00:00.000", line, "111122223333:/aws/lambda/orders"), strict=True
            )
        ]
        for line in lines
    ]
    return json.dumps({"results": rows, "status": "Complete"}, indent=4)


def saved_csv(lines: Sequence[str]) -> str:
    """The CSV that the console saves for a query of whole messages."""
    file = io.StringIO()
    csv.writer(file).writerows(
        [("@timestamp", "@message"), *(("2026-11-20 10:00:00.000", line) for line in lines)]
    )
    return file.getvalue()


def detailed(lines: Sequence[str]) -> str:
    """The output of `aws logs tail`."""
    return "".join(f"2026-11-20T10:00:00.123000+00:00 {STREAM} {line}\n" for line in lines)


Form: TypeAlias = Callable[[Sequence[str]], str]
# The form, and whether it says the function, the version and the day of a log in text.
FORMS: Final[dict[str, tuple[Form, bool, bool, bool]]] = {
    "plain lines": ("\n".join, False, False, False),
    "aws logs tail": (detailed, False, True, True),
    "filter-log-events": (lambda lines: filtered(lines, indent=4), False, True, True),
    "filter-log-events, one line": (filtered, False, True, True),
    "get-query-results": (queried, True, False, True),
    "console CSV": (saved_csv, False, False, True),
    "console JSON": (
        lambda lines: json.dumps(
            [{"@timestamp": "2026-11-20 10:00:00.000", "@message": line} for line in lines]
        ),
        False,
        False,
        True,
    ),
}


def read(folder: Path, text: str) -> Profile:
    path = folder / "orders.log"
    path.write_text(text)
    return read_profile(path)


def properties(found: Profile) -> tuple[object, ...]:
    return (
        (found.samples, found.durations, found.memory_size, found.unread),
        (found.failures, found.out_of_memory, found.timeouts, found.endings_known),
        (found.p50_ms, found.mean_ms, found.maximum_ms, round(found.billed_ms, 2)),
        (found.cold_starts, found.init_mean_ms, found.init_maximum_ms),
        (found.peak_memory, found.exhausted),
    )


READ: Final = (
    (6, 4, 512, 0),
    (1, 1, 1, True),
    (200, 375, 900, 325.33),
    (1, 399.5, 10008.94),
    (512, 1),
)


def test_every_form_of_both_log_formats_has_every_property(tmp_path: Path) -> None:
    for form, (write, function, version, day) in FORMS.items():
        text = read(tmp_path, write([*TEXT, INIT]))
        logged = read(tmp_path, write([JSON_START, *JSON, JSON_INIT]))

        assert (form, *properties(text)) == (form, *READ)
        assert (form, *properties(logged)) == (form, *READ)
        assert (form, bool(text.functions), bool(text.versions), bool(text.days)) == (
            form,
            function,
            version,
            day,
        )
        assert (form, logged.functions, logged.versions) == (form, ("orders",), ("12",))
        assert (form, logged.days[-1]) == (form, "2026-11-20")


def test_events_of_lambda_insights_do_not_say_how_invocations_ended(tmp_path: Path) -> None:
    others = '{"event_type": "performance", "page": "orders"}'
    for text in ("\n".join([*EVENTS * 2, others]), filtered(EVENTS), filtered(EVENTS, indent=4)):
        found = read(tmp_path, text)

        assert properties(found) == (
            (6, 6, 512, 0),
            (0, 0, 1, False),
            (100, pytest.approx(1552 / 6), 900, 325.33),
            (1, 399.5, 399.5),
            (512, 1),
        )
        assert (found.functions, found.versions) == (("orders",), ("12",))
    with pytest.raises(ConfigurationError, match="only 6 of 7 reports"):
        read(tmp_path, "\n".join([*EVENTS, '{"event_type": "performance"']))


def test_compressed_file_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "orders.gz"
    path.write_bytes(gzip.compress("\n".join([*TEXT, INIT]).encode()))

    assert properties(read_profile(path)) == READ


def test_summary_of_a_query_has_every_property_but_the_origin(tmp_path: Path) -> None:
    result = insights()
    cells = {cell["field"]: cell["value"] for cell in result["results"][0]}
    forms = [result, [cells]]
    found = [read(tmp_path, json.dumps(form)) for form in forms]
    header, row = ",".join(cells), ",".join(cells.values())

    assert found[0] == replace(read(tmp_path, f"{header}\n{row}\n"), name=found[0].name) == found[1]
    assert (found[0].init_mean_ms, found[0].days) == (400.5, ("2026-11-18", "2026-11-25"))
    assert (found[0].functions, found[0].versions) == ((), ())


def test_two_functions_are_refused_and_two_versions_named(tmp_path: Path) -> None:
    other = STREAM.replace("[12]", "[13]")
    both = read(tmp_path, detailed(TEXT[:3]) + detailed(TEXT[3:]).replace(STREAM, other))
    started = read(tmp_path, "\n".join([f"START RequestId: {IDS[0]} Version: $LATEST", *TEXT]))

    assert (both.versions, started.versions) == (("12", "13"), ("$LATEST",))
    assert "profile-mixed-versions" in [advice.code for advice in both.reliability()]
    for text in (
        detailed(TEXT).replace("[12]", "orders[12]", 3).replace("20/[12]", "20/bills[12]"),
        "\n".join([JSON_START, JSON_START.replace("orders", "bills"), *JSON]),
        queried(TEXT) + "\n" + queried(TEXT).replace("lambda/orders", "lambda/bills"),
    ):
        with pytest.raises(ConfigurationError, match="from the functions bills, orders") as refused:
            read(tmp_path, text)
        assert refused.value.code == "profile-mixed-functions"
