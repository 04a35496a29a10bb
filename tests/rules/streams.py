"""A template with a correct mapping of a stream, and the verdict of a rule if properties change."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    arn,
    findings,
    function,
    mapping,
    parameter,
    queue,
    ref,
    resource,
    template,
)

SOURCE, POSITION = "EventSourceArn", "StartingPosition"
RETRIES, AGE, BISECT = "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError"
SECTIONS = {
    "Parameters": {"Open": parameter(), "Text": parameter("String")},
    "Conditions": {"Maybe": {"Fn::Equals": [ref("Text"), ref("Open")]}},
}
GOOD: Json = {
    POSITION: "TRIM_HORIZON",
    RETRIES: 3,
    AGE: 3_600,
    BISECT: True,
    "DestinationConfig": {"OnFailure": {"Destination": arn("Failures")}},
}
TABLE = {"Fn::GetAtt": ["Table", "StreamArn"]}
KAFKA = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1"
BROKER = "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1"


def shop(properties: Json, of_function: Json | None = None, **of_stream: Any) -> Json:
    return template(
        SECTIONS,
        Function=function(**(of_function or {})),
        Table=resource("AWS::DynamoDB::Table"),
        Stream=resource("AWS::Kinesis::Stream", **of_stream),
        Fan=resource("AWS::Kinesis::StreamConsumer", StreamARN=arn("Stream")),
        Failures=queue(),
        Fifo=queue(FifoQueue=True),
        Mapping=mapping("Stream", "Function", **{**GOOD, **properties}),
    )


def verdict(source: Json, code: str) -> str | None:
    severities = [each.severity for each in findings(source, code) if each.resource == "Mapping"]
    assert len(severities) < 2
    return severities[0] if severities else None
