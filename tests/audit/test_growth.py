"""The audit of twice as many resources takes twice as long, whether they refer to each other or by names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from lambda_constructs.audit import audit

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"


def named(number: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A function that reads a queue and a rule invokes, with an alarm: all of them know names only."""
    name, queue = f"orders-{number}", f"incoming-{number}"
    failed = {"deadLetterTargetArn": ARN.format("sqs", f"failed-{number}"), "maxReceiveCount": 5}
    target = {"Id": "orders", "Arn": ARN.format("lambda", f"function:{name}")}
    dimensions = [{"Name": "FunctionName", "Value": name}]
    yield "Function", "AWS::Lambda::Function", {"FunctionName": name, "Timeout": 30}
    yield "Queue", "AWS::SQS::Queue", {"QueueName": queue, "RedrivePolicy": failed}
    yield "Failed", "AWS::SQS::Queue", {"QueueName": f"failed-{number}"}
    mapping = {"FunctionName": name, "EventSourceArn": ARN.format("sqs", queue)}
    yield "Mapping", "AWS::Lambda::EventSourceMapping", mapping
    yield "Rule", "AWS::Events::Rule", {"ScheduleExpression": "rate(1 hour)", "Targets": [target]}
    yield "Alarm", "AWS::CloudWatch::Alarm", {"Namespace": "AWS/Lambda", "Dimensions": dimensions}


def permitted(number: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A function with provisioned concurrency, and a permission for itself and for its alias."""
    scaled = {"ProvisionedConcurrentExecutions": 1}
    yield "Invoked", "AWS::Lambda::Function", {"Timeout": 30}
    function = {"Ref": f"Invoked{number}"}
    alias = {"Name": "live", "FunctionName": function, "ProvisionedConcurrencyConfig": scaled}
    yield "Alias", "AWS::Lambda::Alias", alias
    for kind, of in {"Own": function, "OfAlias": {"Ref": f"Alias{number}"}}.items():
        yield kind, "AWS::Lambda::Permission", {"FunctionName": of, "Principal": "events.amazonaws.com"}


def calls(count: int) -> int:
    """The Python calls of an audit."""
    resources = {
        f"{name}{number}": {"Type": kind, "Properties": properties}
        for number in range(count)
        for name, kind, properties in (*named(number), *permitted(number))
    }
    found = 0

    def count_call(_frame: object, event: str, _argument: object) -> None:
        nonlocal found
        found += event == "call"

    sys.setprofile(count_call)
    try:
        audit("template.json", {"Resources": resources})
    finally:
        sys.setprofile(None)
    return found


def test_twice_as_many_resources_take_twice_as_many_calls() -> None:
    assert calls(60) < 2.2 * calls(30)
