"""What only one owner can have, in templates."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    found,
    function,
    mapping,
    parameter,
    queue,
    redrive,
    ref,
    resource,
    template,
    version,
)

SECTIONS = {
    "Parameters": {"Text": parameter("String")},
    "Conditions": {
        "Maybe": {"Fn::Equals": [ref("Text"), "a"]},
        "Other": {"Fn::Equals": [ref("Text"), "b"]},
        "Imported": {"Fn::Equals": [{"Fn::ImportValue": "stage"}, "a"]},
        "Exported": {"Fn::Equals": [{"Fn::ImportValue": "stage"}, "b"]},
    },
}
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/0a1b/2c3d"


def given(**resources: Json) -> list[tuple[str, str, str]]:
    codes = (
        "name-taken",
        "listener-priority-taken",
        "subscription-filters-maximum",
        "table-readers",
        "dead-letters-not-allowed",
        "notification-overlap",
        "queue-policies",
    )
    return found(template(SECTIONS, **resources), *codes)


def test_a_name_has_one_owner_of_each_type() -> None:
    one, other = queue(QueueName="orders"), queue(QueueName="orders")
    maybe = {**queue(QueueName="orders"), "Condition": "Maybe"}
    or_else = {**queue(QueueName="orders"), "Condition": "Other"}

    assert given(One=one, Other=other) == [("name-taken", "error", "Other")]
    assert given(One=one, Other=function(FunctionName="orders")) == []
    assert given(One=maybe, Other=or_else) == []
    assert given(One={**one, "Condition": "Imported"}, Other={**other, "Condition": "Exported"}) == []
    assert given(One=queue(), Other=queue(), Third=queue(QueueName=ref("Text"))) == []
    domains = {
        "One": resource("AWS::ApiGatewayV2::DomainName", DomainName="api.shop.example"),
        "Other": resource("AWS::ApiGatewayV2::DomainName", DomainName="api.shop.example"),
    }
    assert given(**domains) == [("name-taken", "error", "Other")]


def test_a_rule_has_a_name_of_its_bus() -> None:
    def rule(bus: str | None) -> Json:
        return resource("AWS::Events::Rule", Name="orders", EventBusName=bus)

    assert given(One=rule("shop"), Other=rule("shop")) == [("name-taken", "error", "Other")]
    assert given(One=rule("shop"), Other=rule(None)) == []


def test_a_listener_has_a_priority_once() -> None:
    def rule(priority: Any, listener: Any = LISTENER) -> Json:
        return resource("AWS::ElasticLoadBalancingV2::ListenerRule", ListenerArn=listener, Priority=priority)

    twice = [("listener-priority-taken", "error", "Other")]
    assert given(One=rule(1), Other=rule("1")) == twice
    assert given(One=rule(1, ref("Listener")), Other=rule(1, ref("Listener")), Listener=queue()) == twice
    assert given(One=rule(1), Other=rule(2)) == []
    assert given(One=rule(ref("Text")), Other=rule(ref("Text"))) == []
    assert given(One=rule(1, ref("Text")), Other=rule(1, ref("Text"))) == []


def test_a_log_group_has_two_subscription_filters() -> None:
    each = resource("AWS::Logs::SubscriptionFilter", LogGroupName="shop")
    other = resource("AWS::Logs::SubscriptionFilter", LogGroupName="other")

    assert given(One=each, Two=each, Other=other) == []
    assert given(One=each, Two=each, Three=each) == [("subscription-filters-maximum", "error", "Three")]


def test_the_stream_of_a_table_has_two_readers() -> None:
    stream = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
    common = {"Function": function(), "Version": version(), "Alias": alias()}
    reader, idle = mapping(stream), mapping(stream, Enabled=False)

    assert given(**common, One=reader, Two=reader, Idle=idle) == []
    assert given(**common, One=reader, Two=reader, Three=reader) == [("table-readers", "warning", "Three")]


def test_a_dead_letter_queue_allows_its_source() -> None:
    def severity(policy: Json | None, target: str = "Letters") -> str | None:
        letters = queue(RedriveAllowPolicy=policy)
        verdicts = given(Queue=queue(RedrivePolicy=redrive(target)), Letters=letters, Other=queue())
        return next((each[1] for each in verdicts), None)

    def by(*sources: Any) -> Json:
        return {"redrivePermission": "byQueue", "sourceQueueArns": list(sources)}

    assert severity(None) is None
    assert severity({"redrivePermission": "allowAll"}) is None
    assert severity({"redrivePermission": "denyAll"}) == "error"
    assert severity(by(arn("Other"), arn("Queue"))) is None
    assert severity(by(arn("Other"))) == "error"
    assert severity(by(ref("Text"))) == "undecided"
    assert severity({**by(), "sourceQueueArns": ref("Text")}) == "undecided"
    assert severity({"redrivePermission": "denyAll"}, "Queue") is None


def test_the_policies_of_a_queue_say_the_same() -> None:
    def policy(*statements: Json, queues: Any = ("Queue",)) -> Json:
        document = {"Statement": [*statements]}
        return resource("AWS::SQS::QueuePolicy", PolicyDocument=document, Queues=[*map(ref, queues)])

    def tls(resource: Any) -> Json:
        condition = {"Bool": {"aws:SecureTransport": "false"}}
        return {"Effect": "Deny", "Action": "sqs:*", "Condition": condition, "Resource": resource}

    allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": {"Service": "sns.amazonaws.com"}}
    both = {"Queue": queue(), "Other": queue()}

    twice = [("queue-policies", "error", "Two")]
    assert given(**both, One=policy(tls("*")), Two=policy(allow)) == twice
    assert given(**both, One=policy(tls("*")), Two=policy(allow, tls("*"))) == twice
    assert given(**both, One=policy(tls("*")), Two=policy(tls(arn("Queue")), queues=["Other", "Queue"])) == []
    assert given(**both, One=policy(allow), Two=policy(tls("*"), queues=["Other"])) == []
    assert given(One=policy(allow, queues=["Text"]), Two=policy(tls("*"), queues=["Text"])) == []

    unknown = {"Fn::ImportValue": "elsewhere"}
    for may_be in (
        unknown,
        {**allow, "Condition": unknown},
        {**allow, "Action": ["sqs:SendMessage", unknown]},
    ):
        assert given(**both, One=policy(may_be), Two=policy(allow)) == []
        assert given(**both, One=policy(may_be, allow), Two=policy(allow)) == twice
    whole = {**policy(), "Properties": {**policy()["Properties"], "PolicyDocument": unknown}}
    assert given(**both, One=whole, Two=policy(allow)) == []


def notified(*notifications: tuple[str, str, str]) -> Json:
    """The notifications of a bucket as CDK writes them: event, prefix, suffix."""
    return resource(
        "Custom::S3BucketNotifications",
        BucketName="shop",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "Events": [event],
                    "Filter": {
                        "Key": {
                            "FilterRules": [
                                {"Name": "prefix", "Value": prefix},
                                {"Name": "suffix", "Value": suffix},
                            ]
                        }
                    },
                }
                for event, prefix, suffix in notifications
            ]
        },
    )


def test_notifications_of_a_bucket_overlap_if_an_event_can_match_both() -> None:
    created, put, removed = "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectRemoved:*"
    twice = [("notification-overlap", "error", "Bucket")]

    for one, other in (
        ((created, "in/", ""), (put, "in/old/", "")),
        ((created, "", ".jpg"), (created, "in/", "")),
        ((created, "in/", "g"), (created, "in/", ".jpg")),
    ):
        assert given(Bucket=notified(one, other)) == twice
        assert given(Bucket=notified(one), Second=notified(other))[0][2] == "Second"
    apart: list[tuple[Any, Any]] = [
        ((created, "in/", ""), (created, "out/", "")),
        ((created, "in/", ".jpg"), (created, "in/", ".png")),
        ((created, "in/", ""), (removed, "in/", "")),
        ((ref("Text"), "in/", ""), (created, "in/", "")),
        ((created, ref("Text"), ""), (created, "in/", "")),
    ]
    for one, other in apart:
        assert given(Bucket=notified(one, other)) == []


def test_notifications_of_plain_cloudformation_overlap_too() -> None:
    bucket = resource(
        "AWS::S3::Bucket",
        NotificationConfiguration={
            "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*"}],
            "QueueConfigurations": [
                {
                    "Event": "s3:ObjectCreated:Put",
                    "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
                },
                {"Event": "s3:ObjectCreated:Put", "Filter": {"S3Key": {"Rules": ref("Text")}}},
            ],
        },
    )

    assert given(Bucket=bucket) == [("notification-overlap", "error", "Bucket")]
