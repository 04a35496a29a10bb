"""Stacks with an event handler, one for each source."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from lambda_constructs import (
    BucketNotification,
    EventHandler,
    EventRule,
    IotTopicRule,
    LogSubscription,
    MailReceipt,
    TopicSubscription,
)
from tests.support import basics
from tests.variants.options import everything


def events_defaults(stack: cdk.Stack) -> None:
    """`EventHandler` of a rule on the default bus, as it comes."""
    source = EventRule(pattern=events.EventPattern(source=["shop"]))
    EventHandler(stack, "Orders", source=source, **basics())


def events_everything_on(stack: cdk.Stack) -> None:
    """`EventHandler` of a rule, with every option."""
    EventHandler(
        stack,
        "Orders",
        source=EventRule(
            pattern=events.EventPattern(source=["shop"]),
            bus=events.EventBus(stack, "Bus"),
            delivery_retry_attempts=10,
            max_delivery_age=cdk.Duration.hours(1),
            input=events.RuleTargetInput.from_event_path("$.detail"),
            rule_name="shop-orders",
            description="Orders of the shop",
        ),
        on_failure=s3.Bucket.from_bucket_name(stack, "Failed", "failed-orders"),
        on_success=sqs.Queue.from_queue_arn(stack, "Done", "arn:aws:sqs:eu-west-1:123456789012:done"),
        retry_attempts=1,
        max_event_age=cdk.Duration.hours(2),
        allow_recursion=True,
        **everything(stack),
    )


def events_topic(stack: cdk.Stack) -> None:
    """`EventHandler` of the messages of a topic."""
    kind = {"kind": sns.SubscriptionFilter.string_filter(allowlist=["order"])}
    topic = sns.Topic(stack, "Topic", enforce_ssl=True)
    source = TopicSubscription(topic=topic, filter_policy=kind)
    EventHandler(stack, "Orders", source=source, **basics())


def events_bucket(stack: cdk.Stack) -> None:
    """`EventHandler` of the objects of a bucket."""
    bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
    source = BucketNotification(bucket=bucket, prefix="in/", suffix=".png")
    EventHandler(stack, "Orders", source=source, **basics())


def events_logs(stack: cdk.Stack) -> None:
    """`EventHandler` of the lines of a log group."""
    lines = logs.LogGroup.from_log_group_name(stack, "Lines", "/shop/till")
    EventHandler(stack, "Orders", source=LogSubscription(log_group=lines), **basics())


def events_things(stack: cdk.Stack) -> None:
    """`EventHandler` of the messages of things."""
    EventHandler(stack, "Orders", source=IotTopicRule(sql="SELECT * FROM 'till'"), **basics())


def events_mail(stack: cdk.Stack) -> None:
    """`EventHandler` of received mail."""
    rule_set = ses.ReceiptRuleSet.from_receipt_rule_set_name(stack, "Mail", "mail")
    bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
    source = MailReceipt(rule_set=rule_set, recipients=["orders@shop.example"], bucket=bucket)
    EventHandler(stack, "Orders", source=source, **basics())


def events_several(stack: cdk.Stack) -> None:
    """`EventHandler` of a rule, and of one source of each other kind that needs no imported resource."""
    source = EventRule(pattern=events.EventPattern(source=["shop"]))
    handler = EventHandler(stack, "Orders", source=source, **basics())
    topic = sns.Topic(stack, "Topic", enforce_ssl=True)
    bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
    handler.add_source("Refunds", source=EventRule(pattern=events.EventPattern(source=["refunds"])))
    handler.add_source("Messages", source=TopicSubscription(topic=topic))
    handler.add_source("Objects", source=BucketNotification(bucket=bucket, prefix="in/"))
    handler.add_source("Tills", source=IotTopicRule(sql="SELECT * FROM 'till'"))


VARIANTS = (
    events_defaults,
    events_everything_on,
    events_topic,
    events_bucket,
    events_logs,
    events_things,
    events_mail,
    events_several,
)
