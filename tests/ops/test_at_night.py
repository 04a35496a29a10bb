"""What the commands say when AWS, the stack or the terminal is not as it should be."""

from __future__ import annotations

import json
import os
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from lambda_constructs.ops import clients, status
from lambda_constructs.ops.command import COMMANDS, main
from lambda_constructs.ops.console import fitted
from lambda_constructs.ops.last_errors import first_line, last_errors
from lambda_constructs.ops.workloads import all_workloads
from lambda_constructs.template.workloads import FORMAT, KEY
from tests.ops.test_commands import Aws, deployment

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetTemplate")


@pytest.fixture
def night(monkeypatch: Patch) -> Aws:
    found = Aws()
    monkeypatch.setattr(clients, "clients", lambda *_: found)
    return found


def test_an_error_says_what_to_do(night: Aws, monkeypatch: Patch, capsys: Captured) -> None:
    network = exceptions.EndpointConnectionError(endpoint_url="https://cloudformation")
    for error, advice in (
        (refused("AccessDenied"), "`lambda-constructs ops policy logs` prints the permissions"),
        (refused("ExpiredTokenException"), "pass --profile"),
        (exceptions.NoCredentialsError(), "pass --profile"),
        (exceptions.NoRegionError(), "pass --region"),
        (network, "check the network"),
        (exceptions.ConnectTimeoutError(endpoint_url="https://"), "check the network"),
        (ResponseParserError("Unable to parse response"), "check the network"),
        (refused("ValidationError", "Stack with id Shop does not exist"), "check the name of the stack"),
    ):

        def fail(error: Exception = error, **_: object) -> None:
            raise error

        monkeypatch.setattr(night, "get_template", fail, raising=False)
        assert main(["logs", "Orders", "--stack", "Shop"]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"error: {str(error).rstrip('.')}; ")
        assert advice in said
    assert clients.advice(refused("Throttling"), "logs") == ""


def test_one_unreadable_workload_does_not_hide_the_others(
    night: Aws, monkeypatch: Patch, capsys: Captured
) -> None:
    entries = [
        {"class": "X", "path": f"Shop/{name}", "function": "Function", "alias": "Live"} for name in "AB"
    ]
    template = {"Metadata": {KEY: {"format": FORMAT, "workloads": entries}}}
    monkeypatch.setattr(night, "get_template", lambda **_: {"TemplateBody": template}, raising=False)
    read = status._facts

    def facts(_: Any, workload: Any) -> dict[str, Any]:
        if workload.path == "Shop/A":
            raise refused("QueueDoesNotExist")
        return read(night, workload)

    monkeypatch.setattr(status, "_facts", facts)
    night.stack = "UPDATE_ROLLBACK_FAILED"
    arn = "arn:aws:sqs:eu-west-1:123456789012:imported"
    problem = {"EventSourceArn": arn, "State": "Disabled", "LastProcessingResult": "PROBLEM: no"}
    night.mappings = [problem]

    assert main(["status", "Shop"]) == 2
    shown = capsys.readouterr()
    assert [line.split()[:2] for line in shown.out.splitlines()[1:3]] == [["Shop/A", "?"], ["Shop/B", "8"]]
    assert "stack Shop: UPDATE_ROLLBACK_FAILED; `ops unwedge` continues its rollback" in shown.out
    assert f"Shop/B: the mapping of {arn} is Disabled: PROBLEM: no" in shown.out
    assert "error: Shop/A: An error occurred (QueueDoesNotExist)" in shown.err
    main(["status", "Shop", "--json"])
    broken, found = json.loads(capsys.readouterr().out)["workloads"]
    assert (broken["problem"][:8], found["problem"]) == ("An error", None)
    assert [(each["role"], each["name"]) for each in found["queues"]] == [("queue", "imported")]


def test_watch_survives_an_error_and_ends_with_ctrl_c(
    night: Aws, monkeypatch: Patch, capsys: Captured
) -> None:
    night.deployments = [deployment(1, "6", "7")]
    rounds = []

    def sleep(_: float) -> None:
        rounds.append(1)
        if len(rounds) == 2:
            monkeypatch.setattr(night, "get_template", lambda **_: throw(), raising=False)
        if len(rounds) == 3:
            raise KeyboardInterrupt

    def throw() -> None:
        raise refused("Throttling")

    monkeypatch.setattr("time.sleep", sleep)
    assert main(["status", "Shop", "--watch"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("workload ") == 2
    assert "(Throttling)" in shown.err


def test_the_last_errors_have_one_line_for_each_invocation() -> None:
    report = {"requestId": "1", "status": "error", "metrics": {"durationMs": 2.5}}
    messages = [
        {"errorMessage": "no amount", "requestId": "1"},
        {"type": "platform.report", "record": report},
        {"type": "platform.report", "record": {**report, "requestId": "2", "status": "timeout"}},
        {"level": "ERROR", "message": "bad", "function_request_id": "3"},
        {"type": "platform.report", "record": {**report, "requestId": "3"}},
    ]
    events = [{"message": json.dumps(each)} for each in messages] + [{"message": "[ERROR] text"}]
    assert [first_line(each["message"]) for each in last_errors(events, 9)] == [
        "no amount",
        "timeout after 2 ms",
        "bad",
        "[ERROR] text",
    ]
    assert len(last_errors(events, 2)) == 2
    assert first_line("[]") == "[]"


def test_nested_stacks_are_read_with_the_stack_that_has_them(night: Aws, monkeypatch: Patch) -> None:
    nested = "arn:aws:cloudformation:eu-west-1:1:stack/Shop-Nested/1"
    read, listed = night.get_template, night.get_paginator
    row = {
        "LogicalResourceId": "N",
        "ResourceType": "AWS::CloudFormation::Stack",
        "PhysicalResourceId": nested,
    }

    def template(StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        outer = {"TemplateBody": {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack"}}}}
        return outer if StackName == "Shop" else read()

    def resources(operation: str) -> Any:
        def paginate(StackName: str) -> Any:  # noqa: N803 - boto3's
            outer = [{"StackResourceSummaries": [row]}]
            return outer if StackName == "Shop" else listed(operation).paginate()

        return SimpleNamespace(paginate=paginate)

    monkeypatch.setattr(night, "get_template", template, raising=False)
    monkeypatch.setattr(night, "get_paginator", resources, raising=False)
    found = [(each.stack, each.path) for each in all_workloads(night, "Shop")]
    assert found == [("Shop-Nested", "Shop/Orders")]


def test_a_region_with_many_stacks_is_read_in_order(night: Aws, monkeypatch: Patch) -> None:
    stacks = [{"StackName": f"Shop{number}", "StackStatus": "CREATE_COMPLETE"} for number in range(250)]
    stacks[3]["StackStatus"] = "REVIEW_IN_PROGRESS"
    read, listed = night.get_template, night.get_paginator

    def template(StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        if StackName in ("Shop3", "Shop4"):
            raise refused("ValidationError", f"Stack with id {StackName} does not exist")
        return {"TemplateBody": "Resources: {}"} if StackName == "Shop5" else read()

    def pages(operation: str) -> Any:
        if operation != "describe_stacks":
            return listed(operation)
        found = [{"Stacks": stacks[start : start + 100]} for start in range(0, 250, 100)]
        return SimpleNamespace(paginate=lambda: found)

    monkeypatch.setattr(night, "get_template", template, raising=False)
    monkeypatch.setattr(night, "get_paginator", pages, raising=False)
    monkeypatch.setattr(night.exceptions, "ClientError", ClientError, raising=False)
    found = [each.stack for each in all_workloads(night, None)]
    assert found == [f"Shop{number}" for number in range(250) if number not in (3, 4, 5)]


def test_a_rollback_of_leftover_weights_is_refused(night: Aws, capsys: Captured) -> None:
    night.alias = {"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {"8": 0.1}}}
    assert main(["rollback", "Orders", "--yes"]) == 2
    assert "`ops unwedge` removes them" in capsys.readouterr().err
    assert main(["rollback", "Orders", "--yes", "--to", "7"]) == 0


def test_what_was_not_agreed_is_said(night: Aws, monkeypatch: Patch, capsys: Captured) -> None:
    monkeypatch.setattr("sys.stdin.readline", lambda: "")
    for arguments, status_ in ((["rollback", "Orders"], 1), (["rollback", "Orders", "--dry-run"], 0)):
        assert main(arguments) == status_
        said = capsys.readouterr().err
        assert said.endswith("nothing was changed\n")
        assert ("pass --yes" in said) is (status_ == 1)
    assert night.changes == []


def test_a_narrow_terminal_gets_a_line_for_each_cell(monkeypatch: Patch) -> None:
    rows = [("Shop/Orders", "7", "x" * 60)]
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((40, 20)))
    assert len(fitted(("workload", "version", "deployment"), rows).splitlines()) == 2
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert fitted(("workload", "version", "deployment"), rows).splitlines()[:2] == [
        "Shop/Orders",
        "  version: 7",
    ]


def test_each_command_has_a_help(capsys: Captured) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            main([name, "--help"])
        assert "usage: lambda-constructs ops" in capsys.readouterr().out
