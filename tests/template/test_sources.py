"""What event source mappings read and invoke."""

from __future__ import annotations

from typing import Any

from lambda_constructs.template.sources import consumers
from lambda_constructs.template.template import Template
from lambda_constructs.template.values import Unknown
from tests.audit.support import (
    Json,
    alias,
    arn,
    function,
    mapping,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each


@for_each(
    ("properties", "kind", "source"),
    [
        ({"EventSourceArn": arn("Queue")}, "queue", "Queue"),
        ({"EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders"}, "queue", "Queue"),
        ({"EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:elsewhere"}, "queue", None),
        ({"EventSourceArn": {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:1:a"}}, "queue", None),
        ({"EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]}}, "table", "Table"),
        ({"EventSourceArn": arn("Stream")}, "kinesis", "Stream"),
        ({"EventSourceArn": {"Fn::GetAtt": ["Fan", "ConsumerARN"]}}, "kinesis", "Fan"),
        ({"EventSourceArn": "arn:aws:kafka:eu-west-1:1:cluster/shop/1"}, "kafka", None),
        ({"EventSourceArn": "arn:aws:mq:eu-west-1:1:broker:shop:b-1"}, "broker", None),
        ({"EventSourceArn": "arn:aws:rds:eu-west-1:1:cluster:shop"}, "documentdb", None),
        ({"EventSourceArn": arn("Bucket"), "StartingPosition": "LATEST"}, "other", None),
        ({"EventSourceArn": "arn:aws:s3:::in", "StartingPosition": "LATEST"}, "other", None),
        ({"EventSourceArn": None, "SelfManagedEventSource": {}, "StartingPosition": "LATEST"}, "kafka", None),
        ({"EventSourceArn": ref("Stage"), "Topics": ["a"], "StartingPosition": "LATEST"}, "kafka", None),
        ({"EventSourceArn": ref("Stage"), "Queues": ["a"]}, "broker", None),
        ({"EventSourceArn": ref("Stage"), "DocumentDBEventSourceConfig": {}}, "documentdb", None),
        ({"EventSourceArn": ref("Stage"), "StartingPosition": "LATEST"}, "stream", None),
        ({"EventSourceArn": ref("Stage"), "ScalingConfig": {}}, "queue", None),
        ({"EventSourceArn": ref("Stage")}, "other", None),
    ]
)  # fmt: skip
def test_what_a_mapping_reads(properties: Json, kind: str, source: str | None) -> None:
    shop = template(
        {"Parameters": {"Stage": parameter("String")}},
        Function=function(),
        Version=version(),
        Alias=alias(),
        Queue=queue(QueueName="orders"),
        Table=resource("AWS::DynamoDB::Table"),
        Stream=resource("AWS::Kinesis::Stream"),
        Fan=resource("AWS::Kinesis::StreamConsumer", StreamARN=arn("Stream")),
        Bucket=resource("AWS::S3::Bucket"),
        Mapping=mapping(**properties),
    )

    (consumer,) = consumers(Template("shop", shop))

    assert (consumer.kind, consumer.source.id if consumer.source else None) == (kind, source)
    assert consumer.target is not None
    assert consumer.target.qualifier == "live"


@for_each(("enabled", "idle"), [(None, False), (True, False), (False, True), ("false", True)])
def test_idle_mapping(enabled: Any, *, idle: bool) -> None:
    (consumer,) = consumers(Template("shop", template(Mapping=mapping(Enabled=enabled))))

    assert consumer.idle is idle


def test_number_of_a_function_that_is_not_in_the_template_is_unknown() -> None:
    here, elsewhere = consumers(
        Template(
            "shop", template(Function=function(Timeout=7), One=mapping(to="Function"), Two=mapping(to={}))
        )
    )

    assert here.of_function("Timeout", default=3) == 7
    assert elsewhere.of_function("Timeout", default=3) == Unknown("the function")
