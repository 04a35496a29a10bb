"""Stacks with a job by the clock."""

from __future__ import annotations

from datetime import UTC, datetime

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

from lambda_constructs import BusinessHours, ProvisionedConcurrency, ScheduledJob
from tests.support import basics
from tests.variants.options import everything


def job_defaults(stack: cdk.Stack) -> None:
    """`ScheduledJob` every hour, as it comes."""
    hourly = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
    ScheduledJob(stack, "Orders", schedule=hourly, **basics())


def job_everything_on(stack: cdk.Stack) -> None:
    """`ScheduledJob` on working days, with every option that goes together with the others."""
    hours = BusinessHours(minimum=2, maximum=20, time_zone=cdk.TimeZone.EUROPE_PARIS)
    options = everything(stack)
    options["provisioned_concurrency"] = ProvisionedConcurrency(minimum=1, maximum=2, schedules=[hours])
    ScheduledJob(
        stack,
        "Orders",
        schedule=scheduler.ScheduleExpression.cron(
            minute="0", hour="9-17", week_day="MON-FRI", time_zone=cdk.TimeZone.EUROPE_PARIS
        ),
        input={"kind": "report", "run": scheduler.ContextAttribute.execution_id},
        flexible_window=cdk.Duration.minutes(10),
        group=scheduler.ScheduleGroup(stack, "Reports"),
        schedule_name="reports",
        retry_attempts=1,
        max_event_age=cdk.Duration.hours(2),
        delivery_retry_attempts=10,
        max_delivery_age=cdk.Duration.hours(1),
        on_failure=s3.Bucket.from_bucket_name(stack, "Failed", "failed-reports"),
        on_success=sqs.Queue.from_queue_arn(stack, "Done", "arn:aws:sqs:eu-west-1:123456789012:done"),
        **options,
    )


def job_no_overlap(stack: cdk.Stack) -> None:
    """`ScheduledJob` that runs once, one run at a time, and is paused."""
    once = scheduler.ScheduleExpression.at(datetime(2027, 1, 31, 3, tzinfo=UTC))
    ScheduledJob(stack, "Orders", schedule=once, no_overlap=True, enabled=False, **basics())


def job_two_schedules(stack: cdk.Stack) -> None:
    """`ScheduledJob` that starts every day, and every 15 minutes with another event."""
    daily = scheduler.ScheduleExpression.rate(cdk.Duration.days(1))
    often = scheduler.ScheduleExpression.rate(cdk.Duration.minutes(15))
    job = ScheduledJob(stack, "Orders", schedule=daily, **basics())
    job.add_schedule("Often", schedule=often, input={"kind": "often"}, delivery_retry_attempts=3)


VARIANTS = (
    job_defaults,
    job_everything_on,
    job_no_overlap,
    job_two_schedules,
)
