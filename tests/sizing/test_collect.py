"""`collect` and `profile`: from CloudWatch to a file, and what the file says."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import NoRegionError

from lambda_constructs.sizing.cli import main
from lambda_constructs.sizing.collecting import QUERIES
from lambda_constructs.sizing.profile_file import read_profile
from tests.sizing.support import EXAMPLE, insights, json_report, text_report

ANSWER = {**insights(status="success"), "ResponseMetadata": {"RequestId": "a"}}


class Recorded:
    """A client of boto3 that returns recorded answers, and keeps what it was asked."""

    def __init__(self, configuration: dict[str, Any], answers: list[dict[str, Any]]) -> None:
        self.configuration, self.answers = configuration, iter(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str, **options: object) -> Recorded:
        self.asked.append((service, options))
        return self

    def get_function_configuration(self, **arguments: object) -> dict[str, Any]:
        self.asked.append(("get_function_configuration", arguments))
        return self.configuration

    def start_query(self, **arguments: object) -> dict[str, Any]:
        self.asked.append(("start_query", arguments))
        return {"queryId": "q-1"}

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=partial(self.pages, operation))

    def pages(self, operation: str, **arguments: object) -> Iterator[dict[str, Any]]:
        self.asked.append((operation, arguments))
        page: dict[str, Any] = {"nextToken": ""}
        while "nextToken" in page:
            yield (page := next(self.answers))

    def get_query_results(self, **arguments: object) -> dict[str, Any]:
        self.asked.append(("get_query_results", arguments))
        return next(self.answers)


def record(
    monkeypatch: pytest.MonkeyPatch, configuration: dict[str, Any], *answers: dict[str, Any]
) -> Recorded:
    recorded = Recorded(configuration, list(answers))
    module = ModuleType("boto3")
    module.__dict__["client"] = recorded.client
    monkeypatch.setitem(sys.modules, "boto3", module)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return recorded


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def test_collect_saves_the_profile_that_synthesis_reads(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    logging = {"LogFormat": "JSON", "LogGroup": "Shop-Orders-1A2B"}
    found = {"FunctionName": "orders", "LoggingConfig": logging}
    recorded = record(monkeypatch, found, {"status": "Running", "results": []}, ANSWER)
    status, printed = run(capsys, "collect", "orders", "--region", "eu-west-1")

    assert status == 0
    assert printed.startswith("orders.profile.json; 2026-11-18 to 2026-11-25; read 1250 of 1250 reports\n")
    assert printed.endswith("Saved as orders.profile.json.\n")
    profile = read_profile("orders.profile.json")
    assert (profile.samples, profile.p99_ms, profile.cold_starts) == (1250, 240.9, 12)
    assert "ResponseMetadata" not in Path("orders.profile.json").read_text()
    ((_, query),) = (each for each in recorded.asked if each[0] == "start_query")
    assert (query["logGroupName"], query["endTime"] - query["startTime"]) == ("Shop-Orders-1A2B", 14 * 86_400)
    assert query["queryString"] == " ".join(QUERIES["JSON"].split())
    assert recorded.asked[0] == ("logs", {"region_name": "eu-west-1", "endpoint_url": None})


def test_collect_asks_for_the_format_of_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for configuration, group, form in (
        ({"FunctionName": "orders"}, "/aws/lambda/orders", "Text"),
        ({"LoggingConfig": {"LogFormat": "Other"}}, "/aws/lambda/arn:aws:lambda:x:1:function:orders", "Text"),
    ):
        recorded = record(monkeypatch, configuration, ANSWER)
        arn, output = "arn:aws:lambda:x:1:function:orders", str(tmp_path / "a.json")
        status, printed = run(capsys, "collect", arn, "--output", output, "--days", "1", "--json")
        asked = dict(recorded.asked)["start_query"]

        assert (status, json.loads(printed)["file"]) == (0, output)
        assert (asked["logGroupName"], asked["queryString"]) == (group, " ".join(QUERIES[form].split()))
    recorded = record(monkeypatch, {}, ANSWER)
    arn = "arn:aws:lambda:sa-east-1:111122223333:function:orders:live"
    named = ("--log-group", "group", "--log-format", "Text")
    assert run(capsys, "collect", arn, "--output", str(tmp_path / "a.json"), *named)[0] == 0
    assert recorded.asked[0] == ("logs", {"region_name": "sa-east-1", "endpoint_url": None})
    assert "get_function_configuration" not in dict(recorded.asked)


def test_collect_saves_the_reports_themselves(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    output = str(tmp_path / "orders.log")
    stream = "2026/11/20/[12]0123456789abcdef"
    events = [
        {"logStreamName": stream, "timestamp": 1795168800000, "message": json_report(number)}
        for number in (100, 200)
    ]
    logging = {"LogFormat": "JSON", "LogGroup": "Shop-Orders-1A2B"}
    pages: tuple[dict[str, Any], ...] = ({"events": events[:1], "nextToken": "t"}, {"events": events[1:]})
    recorded = record(monkeypatch, {"FunctionName": "orders", "LoggingConfig": logging}, *pages)
    status, printed = run(capsys, "collect", "orders", "--reports", "--output", output)

    assert status == 0
    assert f"{output}; version 12; 2026-11-20; read 2 of 2 reports" in printed.replace(" to 2026-11-20", "")
    (asked,) = (asked for name, asked in recorded.asked if name == "filter_log_events")
    assert asked["filterPattern"] == '{ $.type = "platform.report" }'

    # Of an answer that breaks off, nothing replaces the file of the last time.
    saved = Path(output).read_text()
    record(monkeypatch, {"FunctionName": "orders", "LoggingConfig": logging}, pages[0])
    with pytest.raises(RuntimeError):
        run(capsys, "collect", "orders", "--reports", "--output", output)
    assert Path(output).read_text() == saved
    assert list(tmp_path.iterdir()) == [Path(output)]


def test_collect_says_why_there_is_no_profile(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    output = tmp_path / "a.json"
    command = ("collect", "orders", "--output", str(output))

    def answers(*found: dict[str, Any]) -> Callable[[], object]:
        return lambda: record(monkeypatch, {"FunctionName": "orders"}, *found)

    def without_region() -> None:
        recorded = record(monkeypatch, {})
        monkeypatch.setattr(recorded, "client", None)

        def client(*_: object, **__: object) -> None:
            raise NoRegionError

        sys.modules["boto3"].__dict__["client"] = client

    def without_scheme() -> None:
        def client(*_: object, **__: object) -> None:
            raise ValueError("Invalid endpoint: abc")

        record(monkeypatch, {})
        sys.modules["boto3"].__dict__["client"] = client

    def without_boto3() -> None:
        monkeypatch.setitem(sys.modules, "boto3", None)

    running = [{"status": "Running", "results": []}] * 3_600
    for arrange, message in (
        (answers({"status": "Failed", "results": []}), "the status of the query is 'Failed'"),
        (answers({"status": "Complete", "results": []}), "the query has no rows"),
        (answers(*running), "still runs after an hour"),
        (without_region, "You must specify a region."),
        (without_scheme, "Invalid endpoint: abc"),
        (without_boto3, "boto3 cannot be imported"),
    ):
        arrange()
        status, printed = run(capsys, *command)

        assert (status, message in printed, output.exists()) == (1, True, False), printed
    assert "days is 0; pass a whole number" in run(capsys, *command, "--days", "0")[1]


def test_collect_prints_the_query_for_the_cli_and_the_console(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    command = ("collect", "orders", "--print", "--log-group", "Shop's")
    status, printed = run(capsys, *command)
    answer = json.loads(run(capsys, *command, "--json")[1])

    assert status == 0
    assert "--log-group-name 'Shop'\"'\"'s' " in printed
    assert "$(($(date +%s) - 1209600))" in printed
    assert "> orders.profile.json" in printed
    assert answer["query"] in printed
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
    in_region = run(capsys, "collect", arn, "--print", "--log-group", "a")[1]
    assert in_region.count("aws logs --region eu-west-1 ") == 3
    assert "[collect-log-group]" in run(capsys, "collect", "orders", "--print")[1]


def test_profile_summarizes_production_without_a_tuning_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, printed = run(capsys, "profile", str(EXAMPLE / "orders.profile.json"), "--requests", "2000000")
    answer = json.loads(run(capsys, "profile", str(EXAMPLE / "orders.profile.json"), "--json")[1])

    assert status == 0
    assert "Timeout: 4 seconds" in printed
    assert "118 of 512 MB are used, which with 20% free requires 148 MB." in printed
    assert "2,000,000 invocations a month: $" in printed
    billed = read_profile(EXAMPLE / "orders.profile.json").billed_ms
    assert answer["cost"]["perMonth"] == pytest.approx(0.20 + 0.50 * billed * 1000 * 0.0000133334)


def test_profile_says_what_is_only_a_bound(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log = tmp_path / "orders.log"
    lines = [json_report(100 + number / 10) for number in range(300)]
    lines += [json_report(90, status="error", error_type="Runtime.OutOfMemory", used=512)]
    log.write_text("\n".join(lines))
    _, printed = run(capsys, "profile", str(log))
    assert "Memory: at least 512 of 512 MB are used, which with 20% free requires at least 640 MB." in printed
    assert "[memory-exhausted]" in printed

    log.write_text("\n".join([*lines[:300], *(text_report(3000, status="timeout") for _ in range(4))]))
    assert (
        "4 of 304 invocations timed out, so the 99th percentile is unknown"
        in run(capsys, "profile", str(log))[1]
    )
    log.write_text(text_report(5))
    assert "Timeout: 1 invocations are too few" in run(capsys, "profile", str(log))[1]
