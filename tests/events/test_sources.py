"""What triggers an event handler: each source invokes the alias, by one permission for it alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_s3_notifications import SqsDestination

from lambda_constructs import (
    BucketNotification,
    EventHandler,
    EventRule,
    IotTopicRule,
    LogSubscription,
    MailReceipt,
    TopicSubscription,
)
from lambda_constructs.core.context import Context
from lambda_constructs.rules.notifications import events_overlap
from lambda_constructs.rules.patterns import overlap
from tests.support import Resource, basics, new_stack, only, resources

ACCOUNT = {"Ref": "AWS::AccountId"}


def handler(stack: cdk.Stack, source: Any, **options: Any) -> EventHandler:
    return EventHandler(stack, "Orders", source=source, **basics(), **options)


def alias(stack: cdk.Stack) -> Resource:
    (name,) = resources(stack, "AWS::Lambda::Alias")
    return {"Ref": name}


def queue_arn(stack: cdk.Stack) -> Resource:
    (name,) = resources(stack, "AWS::SQS::Queue")
    return {"Fn::GetAtt": [name, "Arn"]}


def may_send(stack: cdk.Stack) -> Resource:
    """The statement that lets a service write to the failure queue."""
    policy = only(stack, "AWS::SQS::QueuePolicy")["PolicyDocument"]
    (statement,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    found: Resource = statement
    return found


SOURCES: dict[str, tuple[Callable[[cdk.Stack], Any], str, str]] = {
    "rule": (
        lambda _: EventRule(pattern=events.EventPattern(source=["shop"])),
        "events.amazonaws.com",
        "Rule",
    ),
    "topic": (lambda stack: TopicSubscription(topic=sns.Topic(stack, "Topic")), "sns.amazonaws.com", "Topic"),
    "bucket": (
        lambda stack: BucketNotification(bucket=s3.Bucket(stack, "Bucket")),
        "s3.amazonaws.com",
        "Bucket",
    ),
    "logs": (
        lambda stack: LogSubscription(log_group=logs.LogGroup(stack, "Lines")),
        "logs.amazonaws.com",
        "Lines",
    ),
    "things": (lambda _: IotTopicRule(sql="SELECT * FROM 'till'"), "iot.amazonaws.com", "Rule"),
    "mail": (
        lambda stack: MailReceipt(rule_set=ses.ReceiptRuleSet(stack, "Mail")),
        "ses.amazonaws.com",
        "Mail",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_source_and_no_other_may_invoke_the_alias_and_nothing_else(name: str) -> None:
    make, service, source = SOURCES[name]
    stack = new_stack()

    handler(stack, make(stack))

    permission = only(stack, "AWS::Lambda::Permission")
    assert permission["Principal"] == service
    assert permission["FunctionName"] == alias(stack)
    # The ARN of every other source contains the account.
    assert permission.get("SourceAccount") == (ACCOUNT if service == "s3.amazonaws.com" else None)
    assert source in str(permission["SourceArn"])


@pytest.mark.parametrize("name", SOURCES)
def test_the_trigger_can_be_reached(name: str) -> None:
    make, _, _ = SOURCES[name]
    stack = new_stack()

    made = handler(stack, make(stack))

    assert made.trigger.node.path.startswith("Shop/")


def test_what_a_rule_cannot_hand_over_goes_to_the_failure_queue() -> None:
    stack = new_stack()
    source = EventRule(
        pattern=events.EventPattern(source=["shop"], detail_type=["ordered"]),
        bus=events.EventBus(stack, "Bus"),
        delivery_retry_attempts=10,
        max_delivery_age=cdk.Duration.hours(2),
    )

    handler(stack, source)

    rule = only(stack, "AWS::Events::Rule")
    assert rule["EventPattern"] == {"source": ["shop"], "detail-type": ["ordered"]}
    assert rule["EventBusName"] == {"Ref": next(iter(resources(stack, "AWS::Events::EventBus")))}
    (target,) = rule["Targets"]
    assert target["Arn"] == alias(stack)
    assert target["DeadLetterConfig"] == {"Arn": queue_arn(stack)}
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 7200, "MaximumRetryAttempts": 10}
    (rule_id,) = resources(stack, "AWS::Events::Rule")
    assert may_send(stack)["Principal"] == {"Service": "events.amazonaws.com"}
    assert may_send(stack)["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule_id, "Arn"]}}}


def test_a_rule_has_the_name_and_the_input_that_are_given() -> None:
    stack = new_stack()
    key = events.EventField.from_path("$.detail.object.key")
    source = EventRule(
        pattern=events.EventPattern(source=["shop"]),
        input=events.RuleTargetInput.from_object({"key": key, "size": 1}),
        rule_name="shop-orders",
        description="Orders of the shop",
    )

    handler(stack, source)

    rule = only(stack, "AWS::Events::Rule")
    assert (rule["Name"], rule["Description"]) == ("shop-orders", "Orders of the shop")
    (target,) = rule["Targets"]
    assert target["InputTransformer"] == {
        "InputPathsMap": {"detail-object-key": "$.detail.object.key"},
        "InputTemplate": '{"key":<detail-object-key>,"size":1}',
    }
    assert target["DeadLetterConfig"] == {"Arn": queue_arn(stack)}


def test_a_rule_can_be_off() -> None:
    stack = new_stack()

    handler(stack, EventRule(pattern=events.EventPattern(source=["shop"]), enabled=False))

    assert only(stack, "AWS::Events::Rule")["State"] == "DISABLED"


def test_what_a_topic_cannot_hand_over_goes_to_the_failure_queue() -> None:
    stack = new_stack()
    kind = {"kind": sns.SubscriptionFilter.string_filter(allowlist=["order"])}

    handler(stack, TopicSubscription(topic=sns.Topic(stack, "Topic"), filter_policy=kind))

    subscription = only(stack, "AWS::SNS::Subscription")
    (topic,) = resources(stack, "AWS::SNS::Topic")
    assert subscription["Endpoint"] == alias(stack)
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": queue_arn(stack)}
    assert subscription["FilterPolicy"] == {"kind": ["order"]}
    assert may_send(stack)["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": topic}}}


def test_a_topic_can_be_filtered_by_the_body_of_its_messages() -> None:
    stack = new_stack()
    kind = sns.FilterOrPolicy.filter(sns.SubscriptionFilter.string_filter(allowlist=["order"]))

    handler(
        stack,
        TopicSubscription(topic=sns.Topic(stack, "Topic"), filter_policy_with_message_body={"kind": kind}),
    )

    assert only(stack, "AWS::SNS::Subscription")["FilterPolicyScope"] == "MessageBody"


def test_a_bucket_notifies_of_the_objects_that_are_meant() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Bucket")
    removed = s3.EventType.OBJECT_REMOVED

    handler(stack, BucketNotification(bucket=bucket, events=[removed], prefix="in/", suffix=".png"))

    notifications = only(stack, "Custom::S3BucketNotifications")["NotificationConfiguration"]
    (configuration,) = notifications["LambdaFunctionConfigurations"]
    assert configuration["Events"] == ["s3:ObjectRemoved:*"]
    assert configuration["LambdaFunctionArn"] == alias(stack)
    assert configuration["Filter"]["Key"]["FilterRules"] == [
        {"Name": "suffix", "Value": ".png"},
        {"Name": "prefix", "Value": "in/"},
    ]


def test_a_bucket_is_told_when_the_alias_keeps_what_fails() -> None:
    """S3 sends a test event; without the permission it refuses the configuration."""
    stack = new_stack()

    handler(stack, BucketNotification(bucket=s3.Bucket(stack, "Bucket")))

    (notifications,) = resources(stack, "Custom::S3BucketNotifications").values()
    (permission,) = resources(stack, "AWS::Lambda::Permission")
    assert permission in notifications["DependsOn"]


def test_log_lines_are_filtered() -> None:
    stack = new_stack()
    pattern = logs.FilterPattern.string_value("$.level", "=", "ERROR")

    handler(stack, LogSubscription(log_group=logs.LogGroup(stack, "Lines"), filter_pattern=pattern))

    subscription = only(stack, "AWS::Logs::SubscriptionFilter")
    assert subscription["DestinationArn"] == alias(stack)
    assert subscription["FilterPattern"] == '{ $.level = "ERROR" }'


def test_what_a_rule_of_things_cannot_hand_over_goes_to_the_failure_queue() -> None:
    stack = new_stack()

    handler(stack, IotTopicRule(sql="SELECT * FROM 'till'"), encryption_key=kms.Key(stack, "Key"))

    payload = only(stack, "AWS::IoT::TopicRule")["TopicRulePayload"]
    assert payload["Actions"] == [{"Lambda": {"FunctionArn": alias(stack)}}]
    assert payload["ErrorAction"]["Sqs"]["QueueUrl"] == {"Ref": queue_arn(stack)["Fn::GetAtt"][0]}
    roles = resources(stack, "AWS::IAM::Role")
    (role,) = (each["Properties"] for name, each in roles.items() if "ErrorActionRole" in name)
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert [each["Action"] for each in statements] == [
        "sqs:SendMessage",
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ]
    assert statements[0]["Resource"] == queue_arn(stack)


def test_mail_is_stored_before_it_is_handled_by_the_rule_that_the_permission_names() -> None:
    stack = new_stack()
    source = MailReceipt(
        rule_set=ses.ReceiptRuleSet(stack, "Mail"),
        recipients=["orders@shop.example"],
        bucket=s3.Bucket(stack, "Bucket"),
        prefix="mail/",
    )

    handler(stack, source)

    rule = only(stack, "AWS::SES::ReceiptRule")["Rule"]
    assert rule["Recipients"] == ["orders@shop.example"]
    assert (rule["TlsPolicy"], rule["ScanEnabled"]) == ("Require", True)
    store, invoke = rule["Actions"]
    assert store["S3Action"]["ObjectKeyPrefix"] == "mail/"
    assert invoke == {"LambdaAction": {"FunctionArn": alias(stack), "InvocationType": "Event"}}
    assert rule["Name"] in str(only(stack, "AWS::Lambda::Permission")["SourceArn"])


def test_only_notifications_of_new_objects_loop_when_the_function_puts_objects() -> None:
    bucket = s3.Bucket(new_stack(), "Bucket")
    for event in s3.EventType:
        loop = BucketNotification(bucket=bucket, events=[event]).loop(cast(Context, None))
        assert (loop is not None) == event.name.startswith("OBJECT_CREATED")
    stack = new_stack()
    bucket = s3.Bucket(stack, "Bucket")
    source = BucketNotification(bucket=bucket, events=[s3.EventType.OBJECT_REMOVED], prefix="orders/")

    bucket.grant_put(handler(stack, source))

    assert only(stack, "AWS::Lambda::Alias")


def test_types_of_events_overlap_as_s3_names_them() -> None:
    stack = new_stack()
    bucket, queue = s3.Bucket(stack, "Bucket"), SqsDestination(sqs.Queue(stack, "Queue"))
    for event in s3.EventType:
        bucket.add_event_notification(event, queue)
    configuration = only(stack, "Custom::S3BucketNotifications")["NotificationConfiguration"]
    names = [each["Events"][0] for each in configuration["QueueConfigurations"]]
    aws = dict(zip([each.name for each in s3.EventType], names, strict=True))

    for one, other in itertools.product(aws, aws):
        assert events_overlap(one, other) == overlap(aws[one], aws[other]), (one, other)


def test_mail_that_an_earlier_rule_drops_does_not_reach_the_function() -> None:
    stack = new_stack()
    rule_set = ses.ReceiptRuleSet(stack, "Mail", drop_spam=True)

    orders = handler(stack, MailReceipt(rule_set=rule_set))
    rule_set.add_rule("Bounce", recipients=["old@shop.example"])
    orders.add_source("Returns", source=MailReceipt(rule_set=rule_set, recipients=["returns@shop.example"]))

    rules = resources(stack, "AWS::SES::ReceiptRule")
    spam, bounce = (next(name for name in rules if word in name) for word in ("DropSpam", "Bounce"))
    orders_rule, returns = (
        next(name for name in rules if word in name) for word in ("OrdersRule", "Returns")
    )
    assert {name: each["Properties"].get("After") for name, each in rules.items()} == {
        spam: None,
        bounce: {"Ref": spam},
        orders_rule: {"Ref": spam},
        returns: {"Ref": bounce},
    }
