"""Destinations that Lambda does not deliver to, or that invoke the function again."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each
from tests.rules import streams

CODES = ("destination-kind", "destination-fifo", "destination-loop")
LOST = "target-without-dead-letter-queue"
OPTIONS = ("OnFailure", "OnSuccess", "DeadLetterConfig")


def shop(option: str, destination: Any, **resources: Json) -> Json:
    """A function that sends there what failed or succeeded."""
    dead_letters = option == "DeadLetterConfig"
    config = resource(
        "AWS::Lambda::EventInvokeConfig",
        FunctionName=ref("Function"),
        Qualifier="live",
        DestinationConfig={option: {"Destination": destination}},
    )
    made = {
        "Function": function(DeadLetterConfig={"TargetArn": destination} if dead_letters else None),
        "Version": version(),
        "Alias": alias(),
    }
    return template(**made, **resources) if dead_letters else template(**made, Config=config, **resources)


def where(option: str) -> str:
    return "Function" if option == "DeadLetterConfig" else "Config"


@for_each("option", OPTIONS)
@for_each(
    "destination",
    [
        arn("Queue"),
        ref("Topic"),
        {"Fn::ImportValue": "queue"},
        {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:failed"},
        "arn:aws:sns:eu-west-1:123456789012:failed",
        {"Fn::Sub": "arn:aws:${Service}:eu-west-1:123456789012:failed"},
        "none at all",
    ],
)
def test_standard_queues_and_topics_take_everything(option: str, destination: Any) -> None:
    source = shop(option, destination, Queue=queue(), Topic=resource("AWS::SNS::Topic"))

    assert found({**source, "Parameters": {"Service": parameter("String")}}, *CODES) == []


@for_each(
    "destination", [arn("Bucket"), {"Fn::Sub": "arn:${AWS::Partition}:s3:::failed"}, "arn:aws:s3:::failed"]
)
def test_buckets_take_failures_only(destination: Any) -> None:
    bucket = resource("AWS::S3::Bucket")

    assert found(shop("OnFailure", destination, Bucket=bucket), *CODES) == []
    for option in ("OnSuccess", "DeadLetterConfig"):
        source = shop(option, destination, Bucket=bucket)
        assert found(source, *CODES) == [("destination-kind", "error", where(option))]


@for_each("option", OPTIONS)
@for_each("destination", [arn("Stream"), "arn:aws:kinesis:eu-west-1:123456789012:stream/all"])
def test_streams_take_nothing(option: str, destination: Any) -> None:
    source = shop(option, destination, Stream=resource("AWS::Kinesis::Stream"))

    assert found(source, *CODES) == [("destination-kind", "error", where(option))]


@for_each("option", OPTIONS)
@for_each(
    "destination",
    [
        arn("Queue"),
        ref("Topic"),
        "arn:aws:sqs:eu-west-1:123456789012:failed.fifo",
        {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:failed.fifo"},
    ],
)
def test_fifo_queues_and_topics_take_nothing(option: str, destination: Any) -> None:
    topic = resource("AWS::SNS::Topic", FifoTopic=True)
    source = shop(option, destination, Queue=queue(FifoQueue="true"), Topic=topic)

    assert found(source, *CODES) == [("destination-fifo", "error", where(option))]


def test_a_queue_that_may_be_fifo_is_undecided() -> None:
    source = shop("OnFailure", arn("Queue"), Queue=queue(FifoQueue=ref("Fifo")))

    assert found({**source, "Parameters": {"Fifo": parameter("String")}}, *CODES) == [
        ("destination-fifo", "undecided", "Config")
    ]


@for_each("option", ["OnFailure", "OnSuccess"])
@for_each("destination", [arn("Function"), ref("Alias")])
def test_a_function_is_not_its_own_destination(option: str, destination: Any) -> None:
    assert found(shop(option, destination), *CODES) == [("destination-loop", "error", "Config")]


def test_another_function_is_one() -> None:
    assert found(shop("OnSuccess", arn("Other"), Other=function()), *CODES) == []


def subscription(**properties: Any) -> Json:
    return resource(
        "AWS::SNS::Subscription",
        Protocol="lambda",
        **{"TopicArn": ref("Topic"), "Endpoint": ref("Alias"), **properties},
    )


def test_a_function_has_one_subscription_to_a_topic() -> None:
    def twice(other: Json) -> list[tuple[str, str, str]]:
        topic = resource("AWS::SNS::Topic")
        common = {"Function": function(), "Version": version(), "Alias": alias(), "Topic": topic}
        return found(template(**common, First=subscription(), Second=other), "source-twice")

    assert twice(subscription()) == [("source-twice", "error", "Second")]
    for other in (
        subscription(TopicArn="arn:aws:sns:eu-west-1:123456789012:other"),
        subscription(Endpoint=arn("Function")),
        subscription(Endpoint="https://shop.example"),
        {**subscription(), "Condition": "Open"},
    ):
        assert twice(other) == [], other


@for_each("option", OPTIONS)
def test_a_topic_that_invokes_the_function_is_a_loop(option: str) -> None:
    topic = resource("AWS::SNS::Topic")
    source = shop(option, ref("Topic"), Topic=topic, Subscription=subscription())
    assert found(source, *CODES) == [("destination-loop", "error", where(option))]

    filtered = subscription(FilterPolicy={"kind": ["order"]})
    assert found(shop(option, ref("Topic"), Topic=topic, Subscription=filtered), *CODES) == []

    elsewhere = subscription(TopicArn="arn:aws:sns:eu-west-1:123456789012:orders")
    assert found(shop(option, ref("Topic"), Topic=topic, Subscription=elsewhere), *CODES) == []

    inline = resource("AWS::SNS::Topic", Subscription=[{"Protocol": "lambda", "Endpoint": ref("Alias")}])
    assert found(shop(option, ref("Topic"), Topic=inline), *CODES) == [
        ("destination-loop", "error", where(option))
    ]


def test_a_bucket_that_invokes_the_function_with_all_of_it_is_a_loop() -> None:
    notified = {"Event": "s3:ObjectCreated:*", "Function": ref("Alias")}

    def bucket(**more: Any) -> Json:
        configurations = [{**notified, **more}]
        return resource("AWS::S3::Bucket", NotificationConfiguration={"LambdaConfigurations": configurations})

    assert found(shop("OnFailure", arn("Bucket"), Bucket=bucket()), *CODES) == [
        ("destination-loop", "error", "Config")
    ]
    assert (
        found(shop("OnFailure", arn("Bucket"), Bucket=bucket(Filter={"S3Key": {"Rules": []}})), *CODES) == []
    )


def test_streams_send_failures_to_standard_queues() -> None:
    code = "destination-fifo"
    expected: list[tuple[Any, str | None]] = [
        (arn("Fifo"), "error"),
        (ref("Text"), "undecided"),
        (arn("Failures"), None),
        ("arn:aws:s3:::failures", None),
        (None, None),
    ]
    for destination, severity in expected:
        given = destination and {"OnFailure": {"Destination": destination}}
        assert streams.verdict(streams.shop({"DestinationConfig": given}), code) == severity, destination


def triggered(kind: str, **target: Any) -> Json:
    given = {"Arn": arn("Function"), **target}
    trigger = (
        resource("AWS::Events::Rule", Targets=[given])
        if kind == "rule"
        else resource("AWS::Scheduler::Schedule", Target=given)
    )
    dead_letters = {"TargetArn": arn("Failed")}
    return template(Function=function(DeadLetterConfig=dead_letters), Trigger=trigger)


def test_rules_and_schedules_keep_what_they_cannot_deliver() -> None:
    for kind, location in (("rule", "Properties/Targets/0"), ("schedule", "Properties/Target")):
        problems = findings(triggered(kind), LOST)

        assert [(each.severity, each.resource, each.location, each.about) for each in problems] == [
            ("warning", "Trigger", location, ("Function",))
        ]
        assert found(triggered(kind, DeadLetterConfig={"Arn": arn("Queue")}), LOST) == []


def test_rules_for_other_targets_and_other_triggers_are_not_asked() -> None:
    other = template(Rule=resource("AWS::Events::Rule", Targets=[{"Arn": arn("Queue")}]))
    address = resource("AWS::Lambda::Url", TargetFunctionArn=ref("Function"), AuthType="NONE")
    kept = function(DeadLetterConfig={"TargetArn": arn("Failed")})
    url = template(Function=kept, Url=address)

    assert found(other, LOST) == []
    assert found(url, LOST) == []


def test_an_output_of_a_nested_stack_is_not_judged() -> None:
    output = {"Fn::GetAtt": ["Nested", "Outputs.Queue"]}
    nested = resource("AWS::CloudFormation::Stack", TemplateURL="https://shop.example/nested.json")
    for option in OPTIONS:
        assert found(shop(option, output, Nested=nested), *CODES) == []
