"""A handler with more than one source, and a job with more than one schedule."""

from __future__ import annotations

from typing import Any, Final, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns

from lambda_constructs import (
    Alarms,
    BucketNotification,
    ConfigurationError,
    EventHandler,
    EventRule,
    IotTopicRule,
    LogSubscription,
    ScheduledJob,
    TopicSubscription,
)
from tests.support import basics, new_stack, resources
from tests.workloads import build

PERMISSION: Final = "AWS::Lambda::Permission"
ALARM: Final = "AWS::CloudWatch::Alarm"
CREATED, REMOVED = s3.EventType.OBJECT_CREATED, s3.EventType.OBJECT_REMOVED


def rate(minutes: int) -> scheduler.ScheduleExpression:
    return scheduler.ScheduleExpression.rate(cdk.Duration.minutes(minutes))


def handler(stack: cdk.Stack, **options: Any) -> EventHandler:
    return cast(EventHandler, build(EventHandler, stack, **options))


def test_each_source_has_one_permission_and_the_failure_queue() -> None:
    stack = new_stack()
    orders = handler(stack)
    topic = sns.Topic(stack, "Topic")
    sources = {
        "Messages": TopicSubscription(topic=topic),
        "Objects": BucketNotification(bucket=s3.Bucket(stack, "Bucket"), prefix="in/"),
        "Lines": LogSubscription(log_group=logs.LogGroup(stack, "Logs")),
        "Tills": IotTopicRule(sql="SELECT * FROM 'shop/+/till'"),
        "Refunds": EventRule(pattern=events.EventPattern(source=["refunds"])),
    }
    for name, source in sources.items():
        orders.add_source(name, source=source)

    permissions = [
        (name, each)
        for name, each in resources(stack, PERMISSION).items()
        if each["Properties"]["FunctionName"] == stack.resolve(orders.alias.function_arn)
    ]
    config = next(iter(resources(stack, "AWS::Lambda::EventInvokeConfig")))
    assert len(permissions) == 1 + len(sources)
    for _, each in permissions:
        assert config in each["DependsOn"]
        assert "SourceArn" in each["Properties"]
    assert len(resources(stack, "AWS::SQS::Queue")) == 1
    (policy,) = resources(stack, "AWS::SQS::QueuePolicy").values()
    senders = [
        each["Principal"]["Service"]
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
        if each["Effect"] == "Allow"
    ]
    assert senders == ["events.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"]
    assert len([name for name in resources(stack, ALARM) if "DeadLetters" in name]) == 1


def test_a_failure_queue_that_only_the_added_source_needs_is_the_handlers_and_is_watched() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Bucket")
    orders = handler(stack, source=BucketNotification(bucket=bucket), on_failure=sns.Topic(stack, "Failures"))
    with pytest.raises(AttributeError):
        _ = orders.failure_queue
    with pytest.raises(ConfigurationError):
        orders.add_source(
            "Rule", source=EventRule(pattern=events.EventPattern(source=["x"]), bus=cast(Any, 1))
        )
    with pytest.raises(AttributeError):
        _ = orders.failure_queue
    for name in ("Refunds", "Returns"):
        orders.add_source(name, source=EventRule(pattern=events.EventPattern(source=[name])))

    assert orders.failure_queue.node.path == "Shop/Orders/FailureQueue"
    assert len(resources(stack, "AWS::SQS::Queue")) == 1
    assert len([name for name in resources(stack, ALARM) if "DeadLetters" in name]) == 1


def test_a_source_with_events_that_the_function_already_handles_is_refused() -> None:
    stack = new_stack()
    topic, bucket = sns.Topic(stack, "Topic"), s3.Bucket(stack, "Bucket")
    pattern = events.EventPattern(source=["shop"])
    orders = handler(stack, source=TopicSubscription(topic=topic))
    orders.add_source("Objects", source=BucketNotification(bucket=bucket, prefix="in/", suffix=".jpg"))
    orders.add_source("Rule", source=EventRule(pattern=pattern))
    again = (
        TopicSubscription(topic=topic, filter_policy={"kind": sns.SubscriptionFilter.exists_filter()}),
        BucketNotification(bucket=bucket),
        BucketNotification(bucket=bucket, prefix="in/a", events=[s3.EventType.OBJECT_CREATED_PUT]),
        BucketNotification(bucket=bucket, suffix=".jpg", events=[REMOVED, CREATED]),
        EventRule(pattern=pattern),
    )
    for source in again:
        with pytest.raises(ConfigurationError, match="source has events that") as refusal:
            orders.add_source("Again", source=source)
        assert refusal.value.code == "source-twice", source
    other = (
        TopicSubscription(topic=sns.Topic(stack, "Other")),
        BucketNotification(bucket=bucket, prefix="out/"),
        BucketNotification(bucket=bucket, prefix="in/", suffix=".png"),
        BucketNotification(bucket=bucket, events=[REMOVED]),
        BucketNotification(bucket=s3.Bucket(stack, "OtherBucket")),
    )
    for number, each in enumerate(other):
        orders.add_source(f"Other{number}", source=each)


def test_a_function_that_may_write_to_an_added_source_is_refused_at_synthesis() -> None:
    for allow in (False, True):
        stack = new_stack()
        topic = sns.Topic(stack, "Topic")
        orders = handler(stack, allow_recursion=allow)
        orders.add_source("Messages", source=TopicSubscription(topic=topic))
        topic.grant_publish(orders)
        if allow:
            resources(stack)
        else:
            with pytest.raises(RuntimeError, match="recursive-trigger"):
                resources(stack)


def job(stack: cdk.Stack, minutes: int, **options: Any) -> ScheduledJob:
    return ScheduledJob(stack, "Orders", schedule=rate(minutes), **{**basics(), **options})


def test_each_schedule_starts_the_job_with_the_same_role_and_failure_queue() -> None:
    stack = new_stack()
    orders = job(stack, 60)
    orders.add_schedule("Often", schedule=rate(5), input={"kind": "often"}, enabled=False)
    first, second = (each["Properties"] for each in resources(stack, "AWS::Scheduler::Schedule").values())

    assert second["State"] == "DISABLED"
    assert '"kind":"often"' in second["Target"]["Input"]
    for name in ("Arn", "RoleArn", "DeadLetterConfig"):
        assert first["Target"][name] == second["Target"][name]


def test_the_alarm_on_missed_runs_is_that_of_the_schedule_that_starts_most_often() -> None:
    cases: list[tuple[int, int, dict[str, Any], list[str]]] = [
        (60, 5, {}, ["Orders", "OrdersMore"]),
        (5, 60, {}, ["Orders"]),
        (60, 5, {"alarms": Alarms.NONE}, []),
        (60, 5, {"alarms": Alarms(missed_run_threshold=cdk.Duration.hours(3))}, ["Orders"]),
    ]
    for first, second, options, expected in cases:
        stack = new_stack()
        orders = job(stack, first, **options)
        orders.add_schedule("More", schedule=rate(second))
        found = [name for name in resources(stack, ALARM) if "MissedRun" in name]
        assert [name.partition("MissedRun")[0] for name in found] == expected, (first, second)
        assert len([each for each in orders.alarms if "MissedRun" in each.node.id]) == len(expected)


def test_an_added_schedule_is_checked_like_the_first() -> None:
    orders = job(new_stack(), 60, timeout=cdk.Duration.minutes(10))
    with pytest.raises(ConfigurationError, match="flexible_window"):
        orders.add_schedule("More", schedule=rate(30), flexible_window=cdk.Duration.days(2))
    with pytest.raises(ConfigurationError, match="secret"):
        orders.add_schedule("More", schedule=rate(30), input={"password": "hunter2hunter2"})
