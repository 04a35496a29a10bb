"""A schedule of Amazon EventBridge Scheduler, its role, and its delivery to the alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

from ..core.cdk_objects import ask, make
from ..core.context import Context
from ..core.execution_role import document
from ..core.failure_destination import sending_statements
from ..core.guard import is_json
from ..core.stack_resources import StackResources
from ..function.environment import check_no_secret
from ..function.settings import Settings
from ..rules import defaults, derive
from ..rules.options import option_type
from ..rules.ranges_events import delivery_age_range, delivery_retries_range
from ..rules.recurrence import gaps
from ..rules.schedule import (
    SCHEDULED_TIME,
    flexible_window_range,
    job_timeout,
    no_overlap_reserved,
    runs_overlap,
    schedule_expression,
    time_zone_known,
)
from ..template.values import Unknown
from .trigger_name import check_name

_UTC: Final = ("Etc/UTC", "UTC")


@dataclass(frozen=True, kw_only=True)
class ScheduleOptions:
    """The options of a schedule; None is the default."""

    schedule: scheduler.ScheduleExpression
    input: Mapping[str, object] | None
    flexible_window: cdk.Duration | None
    group: scheduler.IScheduleGroup | None
    schedule_name: str | None
    enabled: bool
    no_overlap: bool
    delivery_retry_attempts: int | None
    max_delivery_age: cdk.Duration | None


@dataclass(frozen=True, kw_only=True)
class ScheduleFacts:
    """A schedule in plain values."""

    expression: str | Unknown  # the expression, as Scheduler writes it
    time_zone: str  # the time zone of the expression
    flexible_minutes: int  # the flexible time window in minutes; 0 without one
    recurring: bool  # whether it starts more than once, and is enabled
    longest_gap: int | None  # the longest time between two starts, in seconds; None if it is not known


def check_schedule(settings: Settings, options: ScheduleOptions, *, reserved: bool) -> ScheduleFacts:
    """Check the schedule, its delivery, and whether its runs can overlap.

    `reserved` is whether the user passed reserved_concurrency.
    """
    guard = settings.guard
    expression = guard.text(ask(options.schedule, "expression_string"))
    guard.check(schedule_expression, expression)
    if not is_json(options.input):
        guard.refuse(option_type, "input", repr(options.input), "JSON values")
    check_no_secret(guard, "input", options.input)
    guard.within(delivery_retries_range, options.delivery_retry_attempts)
    guard.within(delivery_age_range, options.max_delivery_age)
    if options.schedule_name is not None:
        group = "" if options.group is None else options.group.schedule_group_name
        check_name(guard, "schedule_name", options.schedule_name, "schedule", group)
    if options.no_overlap:
        guard.check(no_overlap_reserved, reserved=reserved)
    window = _flexible_window(settings, options.flexible_window)
    guard.check(job_timeout, settings.duration)
    time_zone = ask(options.schedule, "time_zone")
    zone = _UTC[0] if time_zone is None else ask(time_zone, "timezone_name")
    if zone not in _UTC:
        guard.check(time_zone_known, guard.text(zone))
    between = None if isinstance(expression, Unknown) else gaps(expression)
    longest = None
    if between is not None:
        if not options.no_overlap:
            guard.check(runs_overlap, settings.duration, between.shortest - window)
        longest = derive.longest_gap(between.longest, window, summer_time=zone not in _UTC)
    once = isinstance(expression, str) and expression.startswith("at(")
    return ScheduleFacts(
        expression=expression,
        time_zone=zone,
        flexible_minutes=window // 60,
        recurring=options.enabled and not once,
        longest_gap=longest,
    )


def create_schedule_role(
    context: Context, group: scheduler.IScheduleGroup | None, queue: sqs.IQueue
) -> iam.Role:
    """Create the role with which Scheduler invokes the alias, for schedules of one group of this account.

    Scheduler also uses it to send starts that it cannot deliver to the queue, and to decrypt the input.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    """
    statements = [(["lambda:InvokeFunction"], [context.alias_arn]), *sending_statements(queue)]
    if context.key is not None:
        statements.append((["kms:Decrypt"], [context.key.key_arn]))
    stack = context.stack
    return make(
        iam.Role,
        context.scope,
        "ScheduleRole",
        assumed_by=(
            stack.once("Scheduler", _scheduler_of_default_group)
            if group is None
            else _scheduler(stack, group.schedule_group_arn)
        ),
        inline_policies={"Schedule": iam.PolicyDocument.from_json(document(statements))},
    )


def _scheduler_of_default_group(stack: StackResources, _: str) -> iam.ServicePrincipal:
    return _scheduler(stack, stack.arn("scheduler", "schedule-group", "default"))


def _scheduler(stack: StackResources, group_arn: str) -> iam.ServicePrincipal:
    """Scheduler as principal, for the schedules of a group: Scheduler does not pass the schedule itself."""
    return iam.ServicePrincipal(
        "scheduler.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": group_arn}},
    )


def create_schedule(
    context: Context, options: ScheduleOptions, facts: ScheduleFacts, role: iam.Role, queue: sqs.IQueue
) -> scheduler.CfnSchedule:
    """Create the schedule with the alias as its target, and a queue for starts that Scheduler cannot deliver.

    An L1 resource: the L2 refuses numbers that are known only at deployment, and adds a policy to the role.
    """
    age, retries, minutes = options.max_delivery_age, options.delivery_retry_attempts, facts.flexible_minutes
    policy: dict[str, object] = {}
    if age is not None:
        policy["maximumEventAgeInSeconds"] = age.to_seconds()
    if retries is not None:
        policy["maximumRetryAttempts"] = retries
    window: dict[str, object] = {"mode": "FLEXIBLE" if minutes else "OFF"}
    if minutes:
        window["maximumWindowInMinutes"] = minutes
    return make(
        scheduler.CfnSchedule,
        context.scope,
        _construct_id(context.stack, options.group),
        schedule_expression=ask(options.schedule, "expression_string"),
        schedule_expression_timezone=facts.time_zone,
        flexible_time_window=window,
        group_name=None if options.group is None else options.group.schedule_group_name,
        name=options.schedule_name,
        state="ENABLED" if options.enabled else "DISABLED",
        kms_key_arn=None if context.key is None else context.key.key_arn,
        target={
            "arn": context.alias_arn,
            "roleArn": role.role_arn,
            "input": _event(context.stack, options.input or {}),
            "deadLetterConfig": {"arn": ask(queue, "queue_arn")},
            **({"retryPolicy": policy} if policy else {}),
        },
    )


def _construct_id(stack: StackResources, group: scheduler.IScheduleGroup | None) -> str:
    """Another id for another group: CloudFormation looks for the schedule in the new group and finds none.

    https://github.com/aws/aws-cdk/issues/34216
    """
    if group is None:
        return "Schedule"
    resource = ask(group, "node").default_child
    named = resource.name if isinstance(resource, scheduler.CfnScheduleGroup) else group.schedule_group_name
    return derive.replaced_with("Schedule", str(stack.stack.resolve(named)))


def _event(stack: StackResources, given: Mapping[str, object]) -> str:
    """The event of a start as JSON, which may contain tokens."""
    if given:
        return stack.stack.to_json_string({**_SCHEDULED_TIME, **given})
    return stack.once("ScheduledEvent", lambda stack, _: stack.stack.to_json_string(_SCHEDULED_TIME))


_SCHEDULED_TIME: Final = {defaults.SCHEDULED_TIME_KEY: SCHEDULED_TIME}


def _flexible_window(settings: Settings, flexible_window: cdk.Duration | None) -> int:
    """Seconds of the flexible time window."""
    if flexible_window is None:
        return 0
    window = settings.guard.known_seconds("flexible_window", flexible_window)
    settings.guard.check(flexible_window_range, window)
    return window
