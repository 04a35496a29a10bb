"""Event handlers that do not synthesize."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    BucketNotification,
    ConfigurationError,
    EventHandler,
    EventRule,
    IotTopicRule,
    LogSubscription,
    MailReceipt,
    TopicSubscription,
)
from tests.support import assert_refused, basics, new_stack, warnings

PATTERN = events.EventPattern(source=["shop"])
EVERY_EVENT = events.EventPattern(account=["123456789012"], version=["0"])
RULE_SET = ses.ReceiptRuleSet(new_stack(), "Mail")


def handler(scope: Construct, **options: Any) -> EventHandler:
    return EventHandler(scope, "Orders", **{"source": EventRule(pattern=PATTERN), **basics(), **options})


def wrong(value: object) -> Any:
    """A value of another type than the option takes."""
    return value


LITERALS: list[tuple[str, dict[str, Any], str]] = [
    ("retry-attempts-range", {"retry_attempts": 3}, "retry_attempts is 3"),
    ("retry-attempts-range", {"retry_attempts": -1}, "retry_attempts is -1"),
    ("event-age-range", {"max_event_age": cdk.Duration.seconds(59)}, "59 seconds"),
    ("event-age-range", {"max_event_age": cdk.Duration.hours(7)}, "25200 seconds"),
    ("option-type", {"source": "arn:aws:sns:eu-west-1:123456789012:topic"}, "source"),
    ("option-type", {"source": EventRule(pattern=wrong({"source": ["shop"]}))}, "source.pattern"),
    ("event-pattern-empty", {"source": EventRule(pattern=events.EventPattern())}, "is empty"),
    (
        "target-retries-range",
        {"source": EventRule(pattern=PATTERN, delivery_retry_attempts=186)},
        "source.delivery_retry_attempts is 186",
    ),
    (
        "target-event-age-range",
        {"source": EventRule(pattern=PATTERN, max_delivery_age=cdk.Duration.days(2))},
        "172800 seconds",
    ),
    ("trigger-name", {"source": EventRule(pattern=PATTERN, rule_name="a b")}, "source.rule_name is 'a b'"),
    (
        "rule-description-length",
        {"source": EventRule(pattern=PATTERN, description="x" * 513)},
        "source.description has 513",
    ),
    ("option-type", {"source": EventRule(pattern=PATTERN, input=wrong({"a": 1}))}, "source.input"),
    ("option-type", {"source": TopicSubscription(topic=wrong("topic"))}, "source.topic"),
    ("option-type", {"source": BucketNotification(bucket=wrong("bucket"))}, "source.bucket"),
    ("option-type", {"source": LogSubscription(log_group=wrong("lines"))}, "source.log_group"),
    ("option-type", {"source": IotTopicRule(sql=wrong(3))}, "source.sql"),
    ("option-type", {"source": MailReceipt(rule_set=wrong("default"))}, "source.rule_set"),
    ("option-type", {"source": MailReceipt(rule_set=RULE_SET, prefix=wrong(b"mail/"))}, "source.prefix"),
    ("option-type", {"on_failure": "arn:aws:sqs:eu-west-1:123456789012:failed"}, "on_failure"),
    ("option-type", {"on_success": 3}, "on_success"),
]


@pytest.mark.parametrize(("rule", "options", "fragment"), LITERALS)
def test_refuses(rule: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(handler, rule, fragment, **options)


RESOURCES: list[tuple[str, Callable[[cdk.Stack], dict[str, Any]], str]] = [
    (
        "destination-kind",
        lambda stack: {"on_success": s3.Bucket(stack, "Done")},
        "on_success is a bucket, Lambda delivers to a queue or topic or function or event bus",
    ),
    ("destination-fifo", lambda stack: {"on_failure": sqs.Queue(stack, "Q", fifo=True)}, "on_failure"),
    ("destination-fifo", lambda stack: {"on_success": sns.Topic(stack, "T", fifo=True)}, "on_success"),
    (
        "topic-fifo",
        lambda stack: {"source": TopicSubscription(topic=sns.Topic(stack, "T", fifo=True))},
        "SqsWorker",
    ),
    (
        "topic-filters-two",
        lambda stack: {
            "source": TopicSubscription(
                topic=sns.Topic(stack, "T"), filter_policy={}, filter_policy_with_message_body={}
            )
        },
        "keep one of them",
    ),
    (
        "notification-events-empty",
        lambda stack: {"source": BucketNotification(bucket=s3.Bucket(stack, "B"), events=[])},
        "EventType",
    ),
    (
        "option-type",
        lambda stack: {"source": BucketNotification(bucket=s3.Bucket(stack, "B"), events=[wrong("s3:*")])},
        "source.events",
    ),
    (
        "option-type",
        lambda stack: {
            "source": LogSubscription(log_group=logs.LogGroup(stack, "L"), filter_pattern=wrong("ERROR"))
        },
        "source.filter_pattern",
    ),
    (
        "queue-managed-key",
        lambda stack: {
            "on_failure": sqs.Queue(stack, "Q", encryption=sqs.QueueEncryption.KMS_MANAGED),
        },
        "EventBridge cannot use",
    ),
    (
        "queue-managed-key",
        lambda stack: {
            "source": TopicSubscription(topic=sns.Topic(stack, "T")),
            "on_failure": sqs.Queue(stack, "Q", encryption=sqs.QueueEncryption.KMS_MANAGED),
        },
        "SNS cannot use",
    ),
]


@pytest.mark.parametrize(("rule", "options", "fragment"), RESOURCES)
def test_refuses_what_other_resources_tell(
    rule: str, options: Callable[[cdk.Stack], dict[str, Any]], fragment: str
) -> None:
    stack = new_stack()

    with pytest.raises(ConfigurationError, match=fragment) as refusal:
        handler(stack, **options(stack))

    assert refusal.value.code == rule
    assert stack.node.try_find_child("Orders") is None


def test_a_bucket_may_use_the_key_of_aws_because_nothing_but_lambda_writes_to_the_queue() -> None:
    stack = new_stack()
    queue = sqs.Queue(stack, "Q", encryption=sqs.QueueEncryption.KMS_MANAGED)

    handler(stack, source=BucketNotification(bucket=s3.Bucket(stack, "B")), on_failure=queue)


def test_an_age_too_short_for_the_retries_is_a_warning() -> None:
    stack = new_stack()

    handler(stack, max_event_age=cdk.Duration.seconds(100))

    assert warnings(stack) == ["lambda-constructs:event-age-below-retries"]


def test_tokens_are_warnings_and_no_errors() -> None:
    stack = new_stack()
    number: Any = cdk.CfnParameter(stack, "Number", type="Number").value_as_number

    handler(
        stack,
        retry_attempts=number,
        max_event_age=cdk.Duration.seconds(number),
        source=EventRule(
            pattern=PATTERN, delivery_retry_attempts=number, max_delivery_age=cdk.Duration.seconds(number)
        ),
    )

    assert warnings(stack) == [
        "lambda-constructs:event-age-below-retries",
        "lambda-constructs:event-age-range",
        "lambda-constructs:retry-attempts-range",
        "lambda-constructs:target-event-age-range",
        "lambda-constructs:target-retries-range",
    ]


def bus(stack: cdk.Stack) -> None:
    bus = events.EventBus(stack, "Bus")
    bus.grant_put_events_to(handler(stack, source=EventRule(pattern=EVERY_EVENT, bus=bus)))


def default_bus(stack: cdk.Stack) -> None:
    events.EventBus.grant_all_put_events(handler(stack, source=EventRule(pattern=EVERY_EVENT)))


def topic(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    topic.grant_publish(handler(stack, source=TopicSubscription(topic=topic)))


def bucket(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    bucket.grant_write(handler(stack, source=BucketNotification(bucket=bucket)))


def prefix(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    bucket.grant_put(handler(stack, source=BucketNotification(bucket=bucket, prefix="in/")), "in/thumbs/*")


def own_lines(stack: cdk.Stack) -> None:
    lines = logs.LogGroup(stack, "Lines")
    handler(stack, source=LogSubscription(log_group=lines), log_group=lines)


def everything(stack: cdk.Stack) -> None:
    made = handler(stack, source=BucketNotification(bucket=s3.Bucket(stack, "Bucket")))
    made.grant_principal.add_to_principal_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))


@pytest.mark.parametrize(
    ("build", "action"),
    [
        (bus, "events:PutEvents"),
        (default_bus, "events:PutEvents"),
        (topic, "sns:Publish"),
        (bucket, "s3:PutObject"),
        (prefix, "s3:PutObject"),
        (own_lines, "logs:PutLogEvents"),
        (everything, "s3:PutObject"),
    ],
)
def test_a_function_that_may_write_to_its_trigger_does_not_synthesize(
    build: Callable[[cdk.Stack], None], action: str
) -> None:
    stack = new_stack()
    build(stack)

    with pytest.raises(RuntimeError, match=rf"may call {action} on .*\[recursive-trigger\]"):
        assertions.Template.from_stack(stack)


def other_prefix(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    bucket.grant_put(handler(stack, source=BucketNotification(bucket=bucket, prefix="in/")), "out/*")


def other_suffix(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    bucket.grant_put(handler(stack, source=BucketNotification(bucket=bucket, suffix=".png")), "*.json")


def other_bucket(stack: cdk.Stack) -> None:
    made = handler(stack, source=BucketNotification(bucket=s3.Bucket(stack, "Bucket")))
    s3.Bucket(stack, "Out").grant_write(made)


def reading(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    bucket.grant_read(handler(stack, source=BucketNotification(bucket=bucket)))


def other_events(stack: cdk.Stack) -> None:
    bus = events.EventBus(stack, "Bus")
    bus.grant_put_events_to(handler(stack, source=EventRule(pattern=PATTERN, bus=bus)))


def other_messages(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    orders = {"kind": sns.SubscriptionFilter.string_filter(allowlist=["order"])}
    topic.grant_publish(handler(stack, source=TopicSubscription(topic=topic, filter_policy=orders)))


def by_condition(stack: cdk.Stack) -> None:
    bus = events.EventBus(stack, "Bus")
    made = handler(stack, source=EventRule(pattern=EVERY_EVENT, bus=bus))
    made.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["events:PutEvents"],
            resources=[bus.event_bus_arn],
            conditions={"StringEquals": {"events:source": "invoices"}},
        )
    )


@pytest.mark.parametrize(
    "build",
    [other_prefix, other_suffix, other_bucket, other_events, other_messages, reading, by_condition],
)
def test_a_function_that_cannot_trigger_itself_synthesizes(build: Callable[[cdk.Stack], None]) -> None:
    stack = new_stack()
    build(stack)

    assertions.Template.from_stack(stack).resource_count_is("AWS::Lambda::EventInvokeConfig", 1)
