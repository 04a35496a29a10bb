"""The options that all workloads share."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct
from hypothesis import strategies as st

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    BusinessHours,
    Canary,
    Durable,
    Idempotency,
    Linear,
    MemorySize,
    Preset,
    ProvisionedConcurrency,
    ScheduledConcurrency,
    SmokeTest,
)
from lambda_constructs.rules import ranges
from tests.adopted import good, plain, signed
from tests.fuzz import given
from tests.fuzz.recipes import calls, make, mostly, within
from tests.fuzz.values import (
    JUNK,
    TEXT_TOKEN,
    Values,
    booleans,
    choices,
    durations,
    integers,
    numbers,
    several,
    texts,
)
from tests.support import code

RUNTIME = lambda_.Runtime


def stored_code(stack: cdk.Stack, construct_id: str) -> lambda_.Code:
    """Code in a bucket."""
    bucket = s3.Bucket.from_bucket_name(stack, construct_id, "code")
    return lambda_.Code.from_bucket(bucket, "orders.zip", "1")


def signing(stack: cdk.Stack, construct_id: str) -> lambda_.ICodeSigningConfig:
    """A code signing configuration."""
    arn = f"arn:aws:lambda:{stack.region}:{stack.account}:code-signing-config:csc-0123456789abcdef0"
    return lambda_.CodeSigningConfig.from_code_signing_config_arn(stack, construct_id, arn)


def slow(stack: cdk.Stack, construct_id: str) -> lambda_.Function:
    """A function with a long timeout, a reserved concurrency and SnapStart."""
    return good(
        stack,
        construct_id,
        timeout=cdk.Duration.minutes(10),
        reserved_concurrent_executions=5,
        snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS,
    )


def durable(stack: cdk.Stack, construct_id: str) -> lambda_.Function:
    """A durable function with its own dead-letter queue."""
    config = lambda_.DurableConfig(execution_timeout=cdk.Duration.minutes(15))
    return good(stack, construct_id, durable_config=config, dead_letter_queue_enabled=True)


def by_tenant(stack: cdk.Stack, construct_id: str) -> lambda_.Function:
    """A function with tenant isolation."""
    return good(stack, construct_id, tenancy_config=lambda_.TenancyConfig.PER_TENANT)


def mounting(stack: cdk.Stack, construct_id: str) -> lambda_.Function:
    """A function in a VPC, with a file system."""
    return signed(Construct(stack, construct_id))


def frozen_role(stack: cdk.Stack, construct_id: str) -> iam.IRole:
    """A role that takes no statements, and says so; a policy of the account has the permissions."""
    role = given.role(stack, construct_id)
    arn = "arn:aws:iam::123456789012:policy/orders"
    role.add_managed_policy(iam.ManagedPolicy.from_managed_policy_arn(stack, f"{construct_id}Policy", arn))
    return role.without_policy_updates()


PAYLOADS = choices(None, {}, {"ping": True}, {"n": [1, 2.5, None]}, {"x": object}, {"n": float("nan")})
HOOKS: Values = mostly(
    st.one_of(
        calls(SmokeTest, payload=PAYLOADS, expect=PAYLOADS),
        st.sampled_from([within(given.other_function), within(given.imported_function)]),
    ),
    JUNK,
)
HOOKED = {"before_traffic": HOOKS, "after_traffic": HOOKS}
ALARM_LISTS = several(st.just(within(given.alarm)), 11)
MINUTES = durations(60, 172_800, 90, 300, 600)
ROLLOUTS: Values = mostly(
    st.one_of(
        calls(Canary, percentage=integers(1, 99, 10), interval=MINUTES, alarms=ALARM_LISTS, **HOOKED),
        calls(Linear, percentage=integers(1, 99, 10), interval=MINUTES, alarms=ALARM_LISTS, **HOOKED),
        calls(AllAtOnce, **HOOKED),
    ),
    JUNK,
)
AGES = durations(1, 900, 0, 60, 86_400)
REBOOTS: Values = several(st.just(make(actions.Ec2Action, actions.Ec2InstanceAction.REBOOT)), 1)
PAGERS: Values = mostly(choices(within(sns.Topic), within(sns.Topic, enforce_ssl=True)), given.TOPICS)
ALARMS: Values = mostly(
    calls(
        Alarms,
        topic=PAGERS,
        actions=REBOOTS,
        ok_actions=REBOOTS,
        **{
            # Most workloads lack most of them, and refuse a value then.
            name: mostly(st.none(), st.booleans(), PAGERS, JUNK)
            for name in (
                "errors",
                "failed_events",
                "dropped_events",
                "delivery_failures",
                "dead_letters",
                "message_age",
                "event_age",
                "iterator_age",
                "missed_run",
                "latency",
                "throttles",
                "spillover",
            )
        },
        failed_events_percentage=numbers(0, 100, 0.5, 1, 5),
        message_age_threshold=AGES,
        event_age_threshold=AGES,
        iterator_age_threshold=AGES,
        latency_threshold=AGES,
        missed_run_threshold=durations(60, 604_800, 3600),
    ),
    st.just(Alarms.NONE),
    JUNK,
)
ENVIRONMENTS = integers(1, 1000, 2, 10, 40)
ZONES = choices(None, cdk.TimeZone.EUROPE_PARIS, cdk.TimeZone.ETC_UTC)
TIMES = choices(
    make(autoscaling.Schedule.cron, hour="8"),
    make(autoscaling.Schedule.rate, make(cdk.Duration.hours, 1)),
    make(autoscaling.Schedule.expression, "cron(0 8 * * ? *)"),
)
SCHEDULED = st.one_of(
    calls(ScheduledConcurrency, schedule=TIMES, minimum=ENVIRONMENTS, maximum=ENVIRONMENTS, time_zone=ZONES),
    calls(
        BusinessHours,
        minimum=ENVIRONMENTS,
        maximum=ENVIRONMENTS,
        time_zone=choices(cdk.TimeZone.EUROPE_PARIS),
        opens=integers(0, 22, 8),
        closes=integers(1, 23, 18),
        week_days=texts("MON-FRI", "SAT,SUN", "*"),
    ),
)
PROVISIONED: Values = mostly(
    st.one_of(
        calls(
            ProvisionedConcurrency,
            minimum=integers(1, 10, 1, 2),
            maximum=ENVIRONMENTS,
            target_utilization=numbers(0.1, 0.9, 0.1, 0.5, 0.9),
            schedules=several(SCHEDULED, 2),
            advice=st.just(()),
        ),
        st.sampled_from([make(ProvisionedConcurrency.fixed, 3)]),
    ),
    JUNK,
)
KEYS = st.sampled_from(["A", "AB", "URL", "TABLE_NAME", "DB_PASSWORD", "AWS_REGION", "1A", "ä", ""])
VALUES = st.one_of(
    texts("x", "https://shop.example", "5", "arn:aws:sns:eu-west-1:123456789012:x"), TEXT_TOKEN
)
ENVIRONMENT: Values = mostly(
    st.dictionaries(KEYS, VALUES, max_size=2),
    st.integers(0, 20).map(lambda size: {f"KEY{number}": "x" * 210 for number in range(size)}),
    JUNK,
)
SECRETS: Values = mostly(
    st.dictionaries(KEYS, st.one_of(given.SECRETS, choices(within(given.parameter))), max_size=2), JUNK
)
VPCS: Values = choices(within(given.vpc), within(ec2.Vpc, max_azs=1, nat_gateways=0))
SUBNETS: Values = choices(
    make(ec2.SubnetSelection, subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
    make(ec2.SubnetSelection, subnets=[within(given.subnet)]),
    make(ec2.SubnetSelection, subnet_type=ec2.SubnetType.PUBLIC),
)
LOG_LEVELS = tuple(lambda_.ApplicationLogLevel)
MEMORY_SIZES: Values = st.one_of(
    integers(ranges.memory_size_range.low, ranges.memory_size_range.high, 1769),
    st.just(make(MemorySize.pinned, 512)),
)

FUNCTION: dict[str, Values] = {
    "preset": choices(
        Preset(),
        Preset.SANDBOX,
        Preset(memory_size=1024, alarms=Alarms(iterator_age=False), insights_version="1.0.498.0"),
    ),
    "function": choices(
        within(good),
        within(plain),
        within(given.other_alias),
        within(slow),
        within(durable),
        within(by_tenant),
        within(mounting),
    ),
    "code": mostly(
        st.sampled_from([make(code), within(stored_code)]),
        st.sampled_from(
            [
                make(lambda_.Code.from_asset, "tests/fuzz"),
                "index.py",
                make(lambda_.InlineCode, "handler = print"),
            ]
        ),
    ),
    "handler": texts("index.handler", "x", "pkg/app.handler"),
    "runtime": choices(
        RUNTIME.PYTHON_3_14,
        RUNTIME.PYTHON_3_13,
        RUNTIME.PYTHON_3_11,
        RUNTIME.NODEJS_22_X,
        RUNTIME.JAVA_21,
        RUNTIME.PROVIDED_AL2023,
    ),
    "architecture": choices(lambda_.Architecture.ARM_64, lambda_.Architecture.X86_64),
    "memory_size": MEMORY_SIZES,
    "timeout": durations(ranges.timeout_range.low, ranges.timeout_range.high, 3, 5, 29, 30),
    "ephemeral_storage_size": integers(
        ranges.ephemeral_storage_range.low, ranges.ephemeral_storage_range.high, 1024
    ),
    "environment": ENVIRONMENT,
    "secrets": SECRETS,
    "idempotency": mostly(
        calls(Idempotency, table=choices(None, within(given.table), within(given.imported_table))), JUNK
    ),
    "durable": mostly(
        calls(
            Durable,
            execution_timeout=durations(1, 31_622_400, 5, 29, 900, 901, 86_400),
            retention_period=durations(86_400, 7_776_000, 1_209_600, 90_000),
        ),
        JUNK,
    ),
    "layers": several(choices(within(given.layer)), 6),
    "description": texts("Orders", "d" * 256, refused=("d" * 257,)),
    "reserved_concurrency": integers(1, 1000, 2, 10, 40),
    "provisioned_concurrency": PROVISIONED,
    "snap_start": booleans(),
    "rollout": ROLLOUTS,
    "alarms": ALARMS,
    "tracing": choices(*lambda_.Tracing),
    "insights_version": texts("1.0.498.0", "1.0.54.0", refused=("9.9.9",)),
    "application_log_level": choices(*lambda_.ApplicationLogLevel),
    "system_log_level": choices(*lambda_.SystemLogLevel),
    "log_retention": choices(logs.RetentionDays.ONE_DAY, logs.RetentionDays.TEN_YEARS, None),
    "log_group": given.LOG_GROUPS,
    "role": choices(
        within(given.role),
        within(given.imported_role),
        within(given.imported_role, mutable=False),
        within(frozen_role),
    ),
    "encryption_key": given.KEYS,
    "removal_policy": choices(*cdk.RemovalPolicy),
    "regulated": booleans(),
    "vpc": VPCS,
    "vpc_subnets": SUBNETS,
    "security_groups": several(choices(within(given.security_group)), 2),
    "ipv6_allowed_for_dual_stack": booleans(),
    "code_signing_config": choices(within(signing)),
    "runtime_management_mode": choices(
        lambda_.RuntimeManagementMode.AUTO, lambda_.RuntimeManagementMode.FUNCTION_UPDATE
    ),
}
