"""A schedule of EventBridge Scheduler: when a job starts, and how a start reaches the alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core.guard import Guard, Unknown, is_json
from ..rules import defaults, derive
from ..rules.ranges import timeout_range
from ..rules.ranges_events import delivery_age_range, delivery_retries_range
from ..rules.recurrence import gaps
from ..rules.schedule import (
    SCHEDULED_TIME,
    flexible_window_range,
    job_timeout,
    no_overlap_reserved,
    runs_overlap,
    schedule_expression,
)

_UTC: Final = ("Etc/UTC", "UTC")


@dataclass(frozen=True, kw_only=True)
class ScheduleOptions:
    """What a user says of a schedule, as it was said; None is the default."""

    schedule: scheduler.ScheduleExpression
    input: Mapping[str, object] | None
    flexible_window: cdk.Duration | None
    group: scheduler.IScheduleGroup | None
    enabled: bool
    no_overlap: bool
    delivery_retry_attempts: int | None
    max_delivery_age: cdk.Duration | None


@dataclass(frozen=True, kw_only=True)
class ScheduleFacts:
    """A schedule in plain values.

    Attributes:
        expression: When it starts, as Scheduler writes it.
        time_zone: The time zone of the expression.
        flexible_minutes: Minutes over which starts are spread; 0 if they are not.
        recurring: Whether it starts more than once, and is not paused.
        longest_gap: Seconds that the job rests at most; None if that is not known.
        timeout: Seconds that a run may take.
    """

    expression: str | Unknown
    time_zone: str
    flexible_minutes: int
    recurring: bool
    longest_gap: int | None
    timeout: int


def check_schedule(
    guard: Guard,
    options: ScheduleOptions,
    *,
    timeout: cdk.Duration | None,
    reserved_concurrency: int | None,
) -> ScheduleFacts:
    """Check the schedule, its delivery, and that its runs do not get in each other's way unnoticed."""
    schedule = guard.instance(
        "schedule",
        options.schedule,
        scheduler.ScheduleExpression,
        "a ScheduleExpression, such as ScheduleExpression.rate(...)",
    )
    expression = guard.text("schedule", schedule.expression_string)
    guard.check(schedule_expression, expression)
    if options.input is not None:
        guard.instance("input", options.input, Mapping, "a mapping, such as {'kind': 'daily'}")
        if not is_json(options.input):
            guard.refuse_type("input", options.input, "JSON values")
    if options.group is not None and not hasattr(options.group, "schedule_group_arn"):
        guard.refuse_type("group", options.group, "a schedule group")
    if options.delivery_retry_attempts is not None:
        retries = guard.integer("delivery_retry_attempts", options.delivery_retry_attempts)
        guard.check(delivery_retries_range, retries)
    if options.max_delivery_age is not None:
        age = guard.seconds("max_delivery_age", options.max_delivery_age)
        guard.check(delivery_age_range, age)
    if options.no_overlap:
        guard.check(no_overlap_reserved, reserved=reserved_concurrency is not None)
    window = _flexible_window(guard, options.flexible_window)
    duration: int | Unknown = defaults.TIMEOUT if timeout is None else guard.seconds("timeout", timeout)
    guard.check(job_timeout, duration)
    time_zone = schedule.time_zone
    zone = _UTC[0] if time_zone is None else time_zone.timezone_name
    between = None if isinstance(expression, Unknown) else gaps(expression)
    longest = None
    if between is not None:
        if not options.no_overlap:
            guard.check(runs_overlap, duration, between.shortest - window)
        longest = derive.longest_gap(between.longest, window, summer_time=zone not in _UTC)
    once = isinstance(expression, str) and expression.startswith("at(")
    return ScheduleFacts(
        expression=expression,
        time_zone=zone,
        flexible_minutes=window // 60,
        recurring=options.enabled and not once,
        longest_gap=longest,
        timeout=timeout_range.high if isinstance(duration, Unknown) else duration,
    )


def create_schedule_role(
    scope: Construct,
    alias: lambda_.Alias,
    group: scheduler.IScheduleGroup | None,
    queue: sqs.IQueue,
    key: kms.IKey | None,
) -> iam.Role:
    """Create the role as which Scheduler invokes the alias, for schedules of one group of this account.

    As it Scheduler also writes what it cannot hand over to the queue, and decrypts the input.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    """
    stack = cdk.Stack.of(scope)
    statements = [
        (["lambda:InvokeFunction"], alias.function_arn),
        (["sqs:SendMessage"], queue.queue_arn),
    ]
    if (queue_key := queue.encryption_master_key) is not None:
        statements.append((["kms:Decrypt", "kms:GenerateDataKey"], queue_key.key_arn))
    if key is not None:
        statements.append((["kms:Decrypt"], key.key_arn))
    source = (
        stack.format_arn(service="scheduler", resource="schedule-group", resource_name="default")
        if group is None
        else group.schedule_group_arn
    )
    return iam.Role(
        scope,
        "ScheduleRole",
        assumed_by=iam.ServicePrincipal(
            "scheduler.amazonaws.com",
            conditions={
                # The ARN of a group: Scheduler does not tell the schedule.
                "StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": source}
            },
        ),
        inline_policies={
            "Schedule": iam.PolicyDocument.from_json(
                {
                    "Statement": [
                        {"Effect": "Allow", "Action": actions, "Resource": resource}
                        for actions, resource in statements
                    ]
                }
            )
        },
    )


def create_schedule(
    scope: Construct,
    options: ScheduleOptions,
    facts: ScheduleFacts,
    *,
    alias: lambda_.Alias,
    role: iam.Role,
    queue: sqs.IQueue,
    key: kms.IKey | None,
) -> scheduler.CfnSchedule:
    """Create the schedule with the alias as its target, and the queue for what cannot be handed over.

    An L1 resource: the L2 refuses numbers that are only known at deployment, and adds a policy to the role.
    """
    config = scheduler.CfnSchedule
    age, retries, policy = options.max_delivery_age, options.delivery_retry_attempts, None
    if age is not None or retries is not None:
        policy = config.RetryPolicyProperty(
            maximum_event_age_in_seconds=None if age is None else age.to_seconds(),
            maximum_retry_attempts=retries,
        )
    event = {defaults.SCHEDULED_TIME_KEY: SCHEDULED_TIME, **(options.input or {})}
    return config(
        scope,
        "Schedule",
        schedule_expression=options.schedule.expression_string,
        schedule_expression_timezone=facts.time_zone,
        flexible_time_window=config.FlexibleTimeWindowProperty(
            mode="FLEXIBLE" if facts.flexible_minutes else "OFF",
            maximum_window_in_minutes=facts.flexible_minutes or None,
        ),
        group_name=None if options.group is None else options.group.schedule_group_name,
        state="ENABLED" if options.enabled else "DISABLED",
        kms_key_arn=None if key is None else key.key_arn,
        target=config.TargetProperty(
            arn=alias.function_arn,
            role_arn=role.role_arn,
            input=cdk.Stack.of(scope).to_json_string(event),
            dead_letter_config=config.DeadLetterConfigProperty(arn=queue.queue_arn),
            retry_policy=policy,
        ),
    )


def _flexible_window(guard: Guard, flexible_window: cdk.Duration | None) -> int:
    """Seconds over which starts are spread."""
    if flexible_window is None:
        return 0
    window = guard.seconds("flexible_window", flexible_window)
    if isinstance(window, Unknown):
        guard.refuse_type("flexible_window", flexible_window, "a duration that is known at synthesis")
    guard.check(flexible_window_range, window)
    return window
