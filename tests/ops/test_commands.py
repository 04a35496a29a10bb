"""`status`, `logs`, `rollback`, `unwedge`, `smoke` and `policy`, with recorded answers of AWS."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final

import aws_cdk as cdk
import pytest

from lambda_constructs.ops import clients
from lambda_constructs.ops.command import COMMANDS, main
from lambda_constructs.ops.policy import ACTIONS
from lambda_constructs.template.workloads import FORMAT, KEY
from tests.support import new_stack, resources

ARN: Final = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"
NOW: Final = datetime(2026, 11, 29, 10, 2, 17, tzinfo=UTC)
RESOURCES: Final = {
    "Function": ("AWS::Lambda::Function", "orders"),
    "Live": ("AWS::Lambda::Alias", ARN),
    "Group": ("AWS::CodeDeploy::DeploymentGroup", "Shop-Group"),
    "App": ("AWS::CodeDeploy::Application", "Shop-App"),
    "Queue": ("AWS::SQS::Queue", "https://sqs/123456789012/orders"),
    "Dead": ("AWS::SQS::Queue", "https://sqs/123456789012/dead"),
    "Alarm": ("AWS::CloudWatch::Alarm", "Shop-Alarm"),
}
ENTRY: Final = {
    "class": "SqsWorker",
    "path": "Shop/Orders",
    "function": "Function",
    "alias": "Live",
    "deploymentGroup": "Group",
    "queue": "Queue",
    "deadLetterQueue": "Dead",
}


def deployment(number: int, old: str, new: str, status: str = "Succeeded", **more: object) -> dict[str, Any]:
    content = json.dumps({"Properties": {"CurrentVersion": old, "TargetVersion": new}})
    return {
        "deploymentId": f"d-{number}",
        "status": status,
        "deploymentConfigName": "Canary",
        "startTime": NOW,
        "revision": {"appSpecContent": {"content": content}},
        **more,
    }


class Aws:
    """All services; it records what is changed."""

    exceptions = SimpleNamespace(
        ResourceNotFoundException=LookupError, ProvisionedConcurrencyConfigNotFoundException=KeyError
    )
    meta = SimpleNamespace(region_name="eu-west-1")

    def __init__(self) -> None:
        self.logged = int(time.time() - 100) * 1000  # more than the first minute that `logs` asks for
        self.changes = list[tuple[str, dict[str, Any]]]()
        self.alias: dict[str, Any] = {"FunctionVersion": "8"}
        self.deployments = [deployment(2, "7", "8"), deployment(1, "6", "7")]
        self.versions = {"6": "Active", "7": "Inactive", "8": "Active", "9": "Failed"}
        self.stack = "UPDATE_COMPLETE"
        self.answer: dict[str, Any] = {}
        self.messages = list[str]()
        self.patterns = list[str | None]()
        self.mappings = list[dict[str, str]]()

    def __call__(self, _: str) -> Aws:
        return self

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        """An operation that changes something."""
        if operation not in ("update_alias", "stop_deployment", "continue_update_rollback"):
            raise AttributeError(operation)

        def change(**request: Any) -> dict[str, Any]:
            self.changes.append((operation, request))
            return {}

        return change

    def get_paginator(self, operation: str) -> Any:
        def paginate(**request: Any) -> Iterator[dict[str, Any]]:
            if operation == "list_stack_resources":
                names = ("LogicalResourceId", "ResourceType", "PhysicalResourceId")
                rows = [(name, *each) for name, each in RESOURCES.items()]
                yield {"StackResourceSummaries": [dict(zip(names, row, strict=True)) for row in rows]}
            elif operation == "list_deployments":
                wanted = request.get("includeOnlyStatuses")
                found = [each for each in self.deployments if not wanted or each["status"] in wanted]
                yield {"deployments": [each["deploymentId"] for each in found]}
            elif operation == "filter_log_events":
                self.patterns.append(request.get("filterPattern"))
                assert request["logGroupName"] == "orders-logs"
                stream = "2026/11/29/[{}]1"
                found = [
                    {
                        "message": text,
                        "timestamp": self.logged + number,
                        "logStreamName": stream.format(7 + number % 2),
                    }
                    for number, text in enumerate(self.messages)
                ]
                first, last = request["startTime"], request.get("endTime", math.inf)
                yield {"events": [each for each in found if first <= each["timestamp"] <= last]}
            elif operation == "list_event_source_mappings":
                yield {"EventSourceMappings": self.mappings}
            else:
                yield {"Stacks": [{"StackName": "Shop"}]}

        return SimpleNamespace(paginate=paginate)

    def get_template(self, **_: str) -> dict[str, Any]:
        return {"TemplateBody": {"Metadata": {KEY: {"format": FORMAT, "workloads": [ENTRY]}}}}

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        return {"Stacks": [{"StackName": "Shop", "StackStatus": self.stack}]}

    def get_deployment(self, deploymentId: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        (found,) = [each for each in self.deployments if each["deploymentId"] == deploymentId]
        return {"deploymentInfo": found}

    def list_deployment_targets(self, deploymentId: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        return {"targetIds": [] if deploymentId == "d-1" else ["orders"]}

    def batch_get_deployment_targets(self, deploymentId: str, targetIds: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert (deploymentId, targetIds) == ("d-3", ["orders"])
        events = [
            {
                "lifecycleEventName": "BeforeAllowTraffic",
                "status": "Succeeded",
                "startTime": NOW,
                "endTime": NOW,
            },
            {"lifecycleEventName": "AllowTraffic", "status": "InProgress", "startTime": NOW},
            {"lifecycleEventName": "AfterAllowTraffic", "status": "Pending"},
        ]
        return {"deploymentTargets": [{"lambdaTarget": {"lifecycleEvents": events}}]}

    def get_alias(self, FunctionName: str, Name: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert (FunctionName, Name) == ("orders", "live")
        return self.alias

    def get_function_configuration(self, FunctionName: str, Qualifier: str = "8") -> dict[str, Any]:  # noqa: N803 - boto3's
        assert FunctionName == "orders"
        state = self.versions[Qualifier]
        return {"State": state, "LoggingConfig": {"LogGroup": "orders-logs", "LogFormat": "JSON"}}

    def get_function_concurrency(self, **_: str) -> dict[str, Any]:
        return {"ReservedConcurrentExecutions": 5}

    def get_function_event_invoke_config(self, **_: str) -> dict[str, Any]:
        raise LookupError

    def get_queue_url(self, QueueName: str, **_: str) -> dict[str, str]:  # noqa: N803 - boto3's
        return {"QueueUrl": f"https://sqs/123456789012/{QueueName}"}

    def get_provisioned_concurrency_config(self, **_: str) -> dict[str, Any]:
        if self.alias["FunctionVersion"] == "8":
            raise KeyError
        return {
            "RequestedProvisionedConcurrentExecutions": 4,
            "AvailableProvisionedConcurrentExecutions": 3,
            "Status": "IN_PROGRESS",
        }

    def describe_alarms(self, AlarmNames: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert AlarmNames == ["Shop-Alarm"]
        alarm = {"AlarmName": "Shop-Alarm", "StateValue": "ALARM"}
        texts = ("Shop/Orders: it fails", "Shop/Orders/Clicks: it fails", "Shop/Others: it fails")
        return {"MetricAlarms": [{**alarm, "AlarmDescription": text} for text in texts]}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's
        count = "2" if QueueUrl.endswith("dead") else "4"
        counts = dict.fromkeys(filter(lambda each: each.startswith("Approximate"), AttributeNames), count)
        return {"Attributes": counts}

    def get_metric_statistics(self, MetricName: str, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's
        value = 95.4 if MetricName.startswith("ApproximateAge") else 3.0
        return {
            "Datapoints": [
                {"Timestamp": NOW, "Maximum": value},
                {"Timestamp": datetime.min.replace(tzinfo=UTC), "Maximum": 1},
            ]
        }

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.changes.append(("invoke", request))
        return {"Payload": BytesIO(b'{"ok": 1}'), "ExecutedVersion": "8", **self.answer}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    found = Aws()
    monkeypatch.setattr(clients, "clients", lambda *_: found)
    return found


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main([*arguments])
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def test_status_shows_traffic_deployment_alarms_queues_concurrency_and_errors(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.alias = {"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {"8": 0.1}}}
    aws.deployments.insert(0, deployment(3, "7", "8", "InProgress"))
    aws.messages = ['{"level": "ERROR", "message": "no amount"}', "{}"]

    status, text = run(capsys, "status", "Shop")

    assert status == 1
    row = text.splitlines()[1].split()
    assert row[:3] == ["Shop/Orders", "7", "+10%"]
    assert "InProgress 2026-11-29 10:02:17Z  2 of 2     12       6  0:01:35" in text
    assert "3 of 5 reserved, 3 of 4 provisioned" in text
    assert "deployment d-3 InProgress, version 7 to 8, Canary" in text
    assert "  BeforeAllowTraffic Succeeded 2026-11-29 10:02:17Z to 2026-11-29 10:02:17Z\n" in text
    assert "  AllowTraffic InProgress 2026-11-29 10:02:17Z\n  AfterAllowTraffic Pending\n" in text
    assert "alarm Shop-Alarm: Shop/Orders: it fails" in text
    assert "version 7: no amount" in text

    aws.deployments = [deployment(1, "6", "7")]
    _, text = run(capsys, "status", "--json")
    assert json.loads(text)["workloads"][0]["deployment"]["events"] == []

    aws.deployments, aws.alias, aws.messages = [], {"FunctionVersion": "8"}, ["[ERROR] plain", ""]
    status, text = run(capsys, "status", "--json")
    (found,) = json.loads(text)["workloads"]
    assert (found["version"], found["deployment"], found["concurrency"]["provisioned"]) == ("8", None, None)
    assert [each["message"] for each in found["errors"]] == ["[ERROR] plain"]


def test_logs_are_filtered_by_version_and_errors(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.messages = [
        '{"level": "INFO", "message": "fine"}',
        '{"level": "error", "message": "bad"}',
        '{"type": "platform.report", "record": {"status": "success"}}',
        '{"type": "platform.report", "record": {"status": "timeout"}}',
        '{"errorType": "KeyError"}',
        "Task timed out after 3.00 seconds",
        "just text \x1b[2J",
    ]
    status, text = run(capsys, "logs", "Orders")
    assert (status, len(text.splitlines())) == (0, 7)
    assert "\x1b" not in text
    _, text = run(capsys, "logs", "Orders", "--errors")
    assert [line.split("  ")[2][:9] for line in text.splitlines()] == [
        '{"level":',
        '{"type": ',
        '{"errorTy',
        "Task time",
    ]
    _, text = run(capsys, "logs", "Orders", "--errors", "--version", "7", "--since", "2d", "--json")
    assert [each["version"] for each in json.loads(text)["events"]] == ["7"]
    assert "no log events" in run(capsys, "logs", "Orders", "--version", "1")[1]
    assert aws.patterns[0] is None
    assert any("$.level" in str(each) for each in aws.patterns)
    with pytest.raises(SystemExit):
        main(["logs", "Orders", "--since", "soon"])


def test_rollback_returns_to_the_version_that_had_all_traffic(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    # Version 8 was stopped, rolled back and then deployed; the rollback names it as the version before 7.
    aws.deployments.insert(1, deployment(4, "8", "7", rollbackInfo={"rollbackTriggeringDeploymentId": "d-5"}))
    aws.deployments.insert(2, deployment(5, "7", "8", "Stopped"))

    status, text = run(capsys, "rollback", "Orders", "--dry-run")
    assert (status, aws.changes) == (0, [])
    assert "from version 8 to version 7\n" in text
    assert "emergency-deployment=true" in text

    assert run(capsys, "rollback", "Orders", "--yes")[0] == 0
    weights: dict[str, Any] = {"AdditionalVersionWeights": {}}
    names = {"FunctionName": "orders", "Name": "live"}
    assert aws.changes == [("update_alias", {**names, "FunctionVersion": "7", "RoutingConfig": weights})]

    aws.alias = {"FunctionVersion": "7"}
    _, text = run(capsys, "rollback", "Orders", "--dry-run")
    assert "from version 7 to version 6" in text


def test_rollback_stops_a_deployment_in_flight(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.deployments.insert(0, deployment(3, "8", "9", "InProgress"))
    assert run(capsys, "rollback", "Orders", "--yes", "--json")[0] == 0
    assert aws.changes == [("stop_deployment", {"deploymentId": "d-3", "autoRollbackEnabled": True})]
    assert "run the command without --to" in run(capsys, "rollback", "Orders", "--to", "7")[1]
    assert "`ops rollback` stops it" in run(capsys, "unwedge", "Orders", "--yes")[1]


def test_a_version_that_cannot_serve_is_refused(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.deployments = []
    for arguments, reason in (
        ([], "CodeDeploy does not know the version before version 8"),
        (["--to", "9"], "version 9 has the state Failed"),
        (["--to", "5"], "orders has no version 5"),
    ):
        status, text = run(capsys, "rollback", "Orders", "--yes", *arguments)
        assert status == 2
        assert reason in text
    assert aws.changes == []


def test_unwedge_removes_weights_and_continues_the_rollback(
    aws: Aws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, text = run(capsys, "unwedge", "Orders")
    assert (status, aws.changes) == (0, [])
    assert "has no weights, and the stack is not stuck" in text

    aws.alias = {"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {"8": 0.1}}}
    aws.stack = "UPDATE_ROLLBACK_FAILED"
    monkeypatch.setattr("sys.stdin.readline", lambda: "no\n")
    assert run(capsys, "unwedge", "Orders")[0] == 1
    assert aws.changes == []
    monkeypatch.setattr("sys.stdin.readline", lambda: "y\n")
    status, text = run(capsys, "unwedge", "Orders")
    assert status == 0
    assert "point the alias to version 7 without weights (now: 10% to version 8)" in text
    assert [name for name, _ in aws.changes] == ["update_alias", "continue_update_rollback"]


def test_smoke_invokes_once_and_compares(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "smoke", "Orders", "--dry-run")[0] == 0
    assert aws.changes == []
    assert run(capsys, "smoke", "Orders", "--yes", "--expect", '{"ok": 1}')[0] == 0
    status, text = run(capsys, "smoke", "Orders", "--yes", "--expect", "2", "--version", "7")
    assert (status, aws.changes[-1][1]["Qualifier"]) == (1, "7")
    assert "is not the expected one: 2" in text
    aws.answer = {"FunctionError": "Unhandled", "LogResult": "Ym9vbQ=="}
    status, text = run(capsys, "smoke", "Orders", "--yes")
    assert status == 1
    assert "the function failed: Unhandled\n  boom" in text
    assert run(capsys, "smoke", "Orders", "--payload", "{")[0] == 2
    assert run(capsys, "smoke", "Orders", "--payload", "@missing")[0] == 2


def synthesized_nested_stack() -> str:
    """The logical id that CDK gives a nested stack."""
    stack = new_stack()
    cdk.NestedStack(stack, "Inner")
    (found,) = resources(stack, "AWS::CloudFormation::Stack")
    return found


@pytest.mark.usefixtures("aws")
def test_each_command_has_a_policy_limited_to_the_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert ACTIONS.keys() == COMMANDS.keys() - {"policy"}
    _, text = run(capsys, "policy", "smoke", "--stack", "Shop", "--region", "eu-west-1", "--account", "1")
    found = {action: each["Resource"] for each in json.loads(text)["Statement"] for action in each["Action"]}
    names = ("Shop", "Shop-*NestedStack*")
    stacks = [f"arn:aws:cloudformation:eu-west-1:1:stack/{name}/*" for name in names]
    assert found == {
        "cloudformation:GetTemplate": stacks,
        "cloudformation:ListStackResources": stacks,
        "lambda:InvokeFunction": ["arn:aws:lambda:eu-west-1:1:function:Shop-*"],
    }
    nested = synthesized_nested_stack()
    for name, permitted in {"Shop": True, f"Shop-{nested}-1ABCD2EFGH3I": True, "Shop-Test": False}.items():
        arn = f"arn:aws:cloudformation:eu-west-1:1:stack/{name}/0a1b2c3d"
        assert any(fnmatchcase(arn, each) for each in stacks) == permitted
    _, text = run(capsys, "policy")
    assert "sqs:SendMessage" in text
    assert "arn:aws:sqs:*:*:*" in text
    with pytest.raises(SystemExit):
        main(["policy", "nothing"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prune", "Api", "--keep", "0"], "0 is not a number of at least 1"),
        (["redrive", "Api", "--limit", "0"], "0 is not a number of at least 1"),
        (["redrive", "Api", "--rate", "-1"], "-1 is not a number above 0"),
        (["redrive", "Api", "--filter", "("], "'(' is not a regular expression: "),
        (["logs", "Api", "--limit", "-5"], "-5 is not a number of at least 1"),
        (["status", "--watch", "nan"], "nan is not a number above 0"),
        (["logs", "Api", "--since", "5x"], "5x is not a time such as 30m, 6h or 2d"),
        (["policy", "nothing"], "nothing is not one of logs, prune, "),
    ],
)
def test_arguments_out_of_range_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)

    assert said in capsys.readouterr().err
