"""The hook's own code: whatever happens, CodeDeploy hears of it."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambda_constructs.function.handlers.smoke_test import app

EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
VERSION = "arn:aws:lambda:eu-west-1:123456789012:function:orders:7"


class Context:
    """What Lambda hands to a handler."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 40_000


class Aws:
    """CodeDeploy and Lambda as the hook sees them."""

    def __init__(self, answer: Callable[[], dict[str, Any]], group: str = "Orders") -> None:
        self.reported: list[dict[str, str]] = []
        self.invoked: list[dict[str, Any]] = []
        self.read_timeout: float = 0
        self._answer, self._group = answer, group

    def client(self, service: str, config: Any = None) -> Aws:
        if service == "lambda":
            self.read_timeout = config.read_timeout
            assert config.retries == {"total_max_attempts": 1}
        return self

    def get_deployment(self, deploymentId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        assert deploymentId == "d-1"
        return {"deploymentInfo": {"deploymentGroupName": self._group}}

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.invoked.append(call)
        return self._answer()

    def put_lifecycle_event_hook_execution_status(self, **status: str) -> None:
        self.reported.append(status)


def answering(value: object, **more: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"Payload": io.BytesIO(json.dumps(value).encode()), **more}


def run(monkeypatch: pytest.MonkeyPatch, aws: Aws, expect: object) -> str:
    """Run the hook; returns what it reported."""
    test = {"function": VERSION, "payload": {"ping": 1}, "expect": expect}
    monkeypatch.setenv("TESTS", json.dumps({"Orders": test}))
    monkeypatch.setattr(boto3, "client", aws.client)
    app.handler(EVENT, Context())
    (report,) = aws.reported
    assert report["deploymentId"] == "d-1"
    assert report["lifecycleEventHookExecutionId"] == "e-1"
    return report["status"]


@pytest.mark.parametrize(
    ("answer", "expect", "verdict"),
    [
        ({"ok": True}, None, "Succeeded"),
        (None, None, "Succeeded"),
        ({"ok": True, "took": 3}, {"ok": True}, "Succeeded"),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, "Succeeded"),
        ({"batchItemFailures": []}, {"batchItemFailures": []}, "Succeeded"),
        ({"ok": False}, {"ok": True}, "Failed"),
        ({}, {"ok": True}, "Failed"),
        (None, {"ok": True}, "Failed"),
        ("ok", {"ok": True}, "Failed"),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, {"batchItemFailures": []}, "Failed"),
    ],
)
def test_the_answer_decides(
    monkeypatch: pytest.MonkeyPatch, answer: object, expect: object, verdict: str
) -> None:
    aws = Aws(answering(answer))

    assert run(monkeypatch, aws, expect) == verdict
    assert aws.invoked == [{"FunctionName": VERSION, "Payload": b'{"ping": 1}'}]


def test_a_version_that_raises_fails_whatever_is_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(answering({"errorMessage": "no table"}, FunctionError="Unhandled"))

    assert run(monkeypatch, aws, None) == "Failed"


def test_a_call_that_fails_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> dict[str, Any]:
        raise TimeoutError("read timeout")

    assert run(monkeypatch, Aws(refuse), None) == "Failed"


def test_a_throttled_call_is_repeated_until_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    for code, throttles, verdict, calls in (
        ("TooManyRequestsException", 3, "Succeeded", 4),
        ("TooManyRequestsException", 100, "Failed", 30),
        ("ResourceNotFoundException", 1, "Failed", 1),
    ):
        refusals = iter([code] * throttles)

        def answer(refusals: Iterator[str] = refusals) -> dict[str, Any]:
            if refusal := next(refusals, None):
                raise ClientError({"Error": {"Code": refusal}}, "Invoke")
            return answering({})()

        aws = Aws(answer)
        assert (run(monkeypatch, aws, None), len(aws.invoked)) == (verdict, calls)
        assert aws.read_timeout == 31 - calls


def test_an_answer_that_is_no_json_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(lambda: {"Payload": io.BytesIO(b"<html>")})

    assert run(monkeypatch, aws, {"ok": True}) == "Failed"


def test_a_group_without_a_test_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, Aws(answering({}), group="Other"), None) == "Failed"


def test_time_is_kept_back_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(answering({}))

    run(monkeypatch, aws, None)

    assert aws.read_timeout == 30


def test_what_differs_is_logged_without_values(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    run(monkeypatch, Aws(answering({"user": {"name": "Ada", "ok": False}})), {"user": {"ok": True}})
    run(monkeypatch, Aws(answering({"name": "Ada"})), None)
    run(
        monkeypatch,
        Aws(answering({"errorMessage": "no Ada", "errorType": "KeyError"}, FunctionError="Unhandled")),
        None,
    )

    assert [record.getMessage() for record in caplog.records] == [
        "smoke test of deployment d-1 failed: the answer.user.ok is not as expected",
        "smoke test of deployment d-1 succeeded: answer of 15 characters",
        "smoke test of deployment d-1 failed: Unhandled error KeyError",
    ]
