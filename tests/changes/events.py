"""Changes of the options of event handlers and of scheduled jobs."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns

from lambda_constructs import (
    BucketNotification,
    EventHandler,
    EventRule,
    IotTopicRule,
    LogSubscription,
    MailReceipt,
    ScheduledJob,
    TopicSubscription,
)
from tests.changes import given
from tests.changes.transitions import Transition, field, option

HOUR: Final = cdk.Duration.hours(1)
SHOP, RETURNS = (events.EventPattern(source=[name]) for name in ("shop", "returns"))
BY_KIND: Final = {"kind": sns.SubscriptionFilter.string_filter(allowlist=["order"])}
BY_BODY: Final = {
    "kind": sns.FilterOrPolicy.filter(sns.SubscriptionFilter.string_filter(allowlist=["order"]))
}


def source(of: type, changed: str, before: object, after: object, **also: Any) -> Transition:
    """A change of a source of events."""
    return field(EventHandler, "source", of, changed, before, after, **also)


EVENT_HANDLER: Final[tuple[Transition, ...]] = (
    option(EventHandler, "source", None, lambda scope: TopicSubscription(topic=given.topic(scope))),
    source(EventRule, "pattern", SHOP, RETURNS),
    source(EventRule, "bus", None, lambda scope: events.EventBus(scope, "MyBus"), pattern=SHOP),
    source(EventRule, "delivery_retry_attempts", None, 5, pattern=SHOP),
    source(EventRule, "max_delivery_age", None, HOUR, pattern=SHOP),
    source(EventRule, "input", None, events.RuleTargetInput.from_event_path("$.detail"), pattern=SHOP),
    source(EventRule, "rule_name", None, "shop-orders", pattern=SHOP),
    source(EventRule, "description", None, "Orders of the shop", pattern=SHOP),
    source(EventRule, "enabled", None, False, pattern=SHOP),
    source(BucketNotification, "bucket", given.bucket, given.other_bucket),
    source(BucketNotification, "events", None, [s3.EventType.OBJECT_REMOVED], bucket=given.bucket),
    source(BucketNotification, "prefix", None, "in/", bucket=given.bucket),
    source(BucketNotification, "suffix", None, ".png", bucket=given.bucket),
    source(TopicSubscription, "topic", given.topic, given.other_topic),
    source(TopicSubscription, "filter_policy", None, BY_KIND, topic=given.topic),
    source(TopicSubscription, "filter_policy_with_message_body", None, BY_BODY, topic=given.topic),
    source(LogSubscription, "log_group", given.lines, given.other_lines),
    source(
        LogSubscription,
        "filter_pattern",
        None,
        lambda _: logs.FilterPattern.any_term("ERROR"),
        log_group=given.lines,
    ),
    source(IotTopicRule, "sql", "SELECT * FROM 'till'", "SELECT * FROM 'tills'"),
    source(IotTopicRule, "enabled", None, False, sql="SELECT * FROM 'till'"),
    source(
        MailReceipt,
        "rule_set",
        *(lambda scope, name=name: ses.ReceiptRuleSet(scope, name) for name in ("MyMail", "MyOtherMail")),
    ),
    *(
        source(
            MailReceipt, name, None, value, rule_set=lambda scope: ses.ReceiptRuleSet(scope, "MyMail"), **also
        )
        for name, value, also in (
            ("recipients", ["orders@shop.example"], {}),
            ("bucket", given.bucket, {}),
            ("prefix", "in/", {"bucket": given.bucket}),
        )
    ),
    option(EventHandler, "on_failure", None, given.destination),
    option(EventHandler, "on_success", None, given.destination),
    option(EventHandler, "retry_attempts", None, 1),
    option(EventHandler, "max_event_age", None, HOUR),
    option(EventHandler, "allow_recursion", None, True),
)
SCHEDULED_JOB: Final[tuple[Transition, ...]] = (
    option(
        ScheduledJob, "schedule", None, lambda _: scheduler.ScheduleExpression.rate(cdk.Duration.hours(2))
    ),
    option(ScheduledJob, "input", None, {"kind": "report"}),
    option(ScheduledJob, "flexible_window", None, cdk.Duration.minutes(5)),
    option(ScheduledJob, "group", None, lambda scope: scheduler.ScheduleGroup(scope, "MyGroup")),
    option(ScheduledJob, "schedule_name", None, "hourly"),
    option(ScheduledJob, "enabled", None, False),
    option(ScheduledJob, "no_overlap", None, True),
    option(ScheduledJob, "retry_attempts", None, 1),
    option(ScheduledJob, "max_event_age", None, HOUR),
    option(ScheduledJob, "delivery_retry_attempts", None, 5),
    option(ScheduledJob, "max_delivery_age", None, HOUR),
    option(ScheduledJob, "on_failure", None, given.destination),
    option(ScheduledJob, "on_success", None, given.destination),
)
TRANSITIONS: Final = (*EVENT_HANDLER, *SCHEDULED_JOB)
