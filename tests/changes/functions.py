"""Changes of the options that all workloads share."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    BusinessHours,
    Canary,
    Durable,
    Idempotency,
    Linear,
    Preset,
    ProductionFunction,
    ProvisionedConcurrency,
    ScheduledConcurrency,
    SmokeTest,
)
from tests.changes import given
from tests.changes.transitions import Transition, field, option

ANY: Final = ProductionFunction
TWO: Final = "def handler(event, context): ...\nother = handler\n"
NIGHTS: Final = ScheduledConcurrency(schedule=autoscaling.Schedule.cron(hour="22"), minimum=1, maximum=1)
DAYS: Final = {"minimum": 2, "maximum": 9, "time_zone": cdk.TimeZone.ETC_UTC}
ISOLATED: Final = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
# What a regulated workload requires.
REGULATED: Final[dict[str, Any]] = {
    "vpc": given.vpc,
    "encryption_key": given.key,
    "reserved_concurrency": 40,
    "alarms": Alarms.NONE,
    "rollout": AllAtOnce(),
}


def with_test(test: Any) -> Canary:
    """A rollout with a smoke test."""
    return Canary(before_traffic=test)


def scheduled(of: type, changed: str, before: object, after: object, **also: object) -> Transition:
    """A change of a schedule of provisioned concurrency."""

    def within(schedule: Any) -> ProvisionedConcurrency:
        return ProvisionedConcurrency(minimum=1, maximum=9, schedules=[schedule])

    return field(ANY, "provisioned_concurrency", of, changed, before, after, within=within, **also)


OPTIONS: Final[tuple[Transition, ...]] = (
    option(ANY, "preset", None, Preset(memory_size=1024)),
    option(ANY, "function", None, given.function),
    option(ANY, "code", None, lambda _: lambda_.Code.from_inline("def handler(event, context): ...\n")),
    option(ANY, "handler", None, "index.other", code=lambda _: lambda_.Code.from_inline(TWO)),
    option(ANY, "runtime", None, lambda_.Runtime.PYTHON_3_13),
    option(ANY, "architecture", None, lambda_.Architecture.X86_64),
    option(ANY, "memory_size", None, 1024),
    option(ANY, "timeout", None, cdk.Duration.seconds(4)),
    option(ANY, "ephemeral_storage_size", None, 1024),
    option(ANY, "environment", None, {"CURRENCY": "EUR"}),
    option(ANY, "secrets", None, lambda scope: {"DATABASE": given.secret(scope)}),
    option(ANY, "idempotency", Idempotency(), None),
    option(ANY, "durable", None, Durable(execution_timeout=cdk.Duration.seconds(5))),
    option(ANY, "layers", None, given.layers),
    option(ANY, "description", None, "Takes orders"),
    option(ANY, "reserved_concurrency", None, 40),
    option(ANY, "provisioned_concurrency", None, ProvisionedConcurrency(minimum=1, maximum=1)),
    option(ANY, "snap_start", None, True),
    option(ANY, "rollout", AllAtOnce(), Canary(percentage=20)),
    option(ANY, "alarms", None, Alarms.NONE, rollout=AllAtOnce()),
    option(ANY, "tracing", None, lambda_.Tracing.DISABLED),
    option(ANY, "insights_version", None, "1.0.498.0"),
    option(ANY, "application_log_level", None, lambda_.ApplicationLogLevel.DEBUG),
    option(ANY, "system_log_level", None, lambda_.SystemLogLevel.DEBUG),
    option(ANY, "log_retention", None, logs.RetentionDays.ONE_YEAR),
    option(ANY, "log_group", None, given.log_group),
    option(ANY, "role", None, given.role),
    option(ANY, "encryption_key", None, given.key),
    option(ANY, "removal_policy", None, cdk.RemovalPolicy.DESTROY),
    option(ANY, "regulated", None, True, **REGULATED),
    option(ANY, "vpc", None, given.vpc),
    option(ANY, "vpc_subnets", None, ISOLATED, vpc=given.vpc),
    option(ANY, "security_groups", None, given.groups, vpc=given.vpc),
    option(ANY, "ipv6_allowed_for_dual_stack", None, True, vpc=given.vpc),
    option(ANY, "code_signing_config", None, given.signing),
    option(ANY, "runtime_management_mode", None, lambda_.RuntimeManagementMode.FUNCTION_UPDATE),
)
HISTORY: Final = cdk.Duration.days(3)
SOON: Final = (cdk.Duration.seconds(4), cdk.Duration.seconds(5))
NOON: Final = autoscaling.Schedule.cron(hour="12")
RANGE: Final[dict[str, Any]] = {"minimum": 1, "maximum": 5}
FIELDS: Final[tuple[Transition, ...]] = (
    field(ANY, "idempotency", Idempotency, "table", None, given.table),
    field(ANY, "durable", Durable, "execution_timeout", *SOON),
    field(ANY, "durable", Durable, "retention_period", None, cdk.Duration.days(3), execution_timeout=SOON[0]),
    *(
        each
        for kind in (Canary, Linear)
        for each in (
            field(ANY, "rollout", kind, "percentage", None, 25),
            field(ANY, "rollout", kind, "interval", None, cdk.Duration.minutes(7)),
            field(ANY, "rollout", kind, "alarms", None, given.alarms),
        )
    ),
    *(
        field(ANY, "rollout", kind, hook, None, SmokeTest())
        for kind in (Canary, Linear, AllAtOnce)
        for hook in ("before_traffic", "after_traffic")
    ),
    *(
        field(
            ANY, "rollout", SmokeTest, name, None, {"a": 1}, within=lambda test: Canary(before_traffic=test)
        )
        for name in ("payload", "expect")
    ),
    field(ANY, "provisioned_concurrency", ProvisionedConcurrency, "minimum", 1, 2, maximum=5),
    field(ANY, "provisioned_concurrency", ProvisionedConcurrency, "maximum", 1, 5, minimum=1),
    field(ANY, "provisioned_concurrency", ProvisionedConcurrency, "target_utilization", None, 0.5, **RANGE),
    field(ANY, "provisioned_concurrency", ProvisionedConcurrency, "schedules", None, [NIGHTS], **RANGE),
    scheduled(ScheduledConcurrency, "schedule", NIGHTS.schedule, NOON, **RANGE),
    scheduled(ScheduledConcurrency, "minimum", 1, 2, schedule=NOON, maximum=5),
    scheduled(ScheduledConcurrency, "maximum", 5, 4, schedule=NOON, minimum=1),
    scheduled(ScheduledConcurrency, "time_zone", None, cdk.TimeZone.EUROPE_PARIS, schedule=NOON, **RANGE),
    scheduled(BusinessHours, "minimum", 2, 3, **DAYS),
    scheduled(BusinessHours, "maximum", 9, 8, **DAYS),
    scheduled(BusinessHours, "time_zone", cdk.TimeZone.ETC_UTC, cdk.TimeZone.EUROPE_PARIS, **DAYS),
    scheduled(BusinessHours, "opens", None, 10, **DAYS),
    scheduled(BusinessHours, "closes", None, 20, **DAYS),
    scheduled(BusinessHours, "week_days", None, "MON-SAT", **DAYS),
)
TRANSITIONS: Final = (*OPTIONS, *FIELDS)
