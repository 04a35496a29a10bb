"""The stacks that snapshots, validators and cdk-nag look at: every option at least once."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    Canary,
    FunctionOptions,
    Linear,
    ProductionFunction,
    ProvisionedConcurrency,
    ProvisionedPollers,
    ScheduledConcurrency,
    SmokeTest,
    SqsWorker,
)
from tests.support import basics, code


def everything(stack: cdk.Stack) -> FunctionOptions:
    """Every option of a function that goes together with the others."""
    cdk.Annotations.of(stack).acknowledge_warning(
        "lambda-constructs:provisioned-with-canary", "Each release is smoke-tested before."
    )
    topic = sns.Topic(stack, "Topic", enforce_ssl=True)
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        private_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
    )
    refunds = cloudwatch.Alarm(
        stack,
        "Refunds",
        metric=cloudwatch.Metric(namespace="Shop", metric_name="Refunds", period=cdk.Duration.minutes(1)),
        threshold=10,
        evaluation_periods=1,
    )
    return {
        **basics(),
        "architecture": lambda_.Architecture.X86_64,
        "memory_size": 1769,
        "timeout": cdk.Duration.seconds(60),
        "ephemeral_storage_size": 1024,
        "environment": {"CURRENCY": "EUR"},
        "secrets": {
            "DATABASE": secretsmanager.Secret(stack, "Secret"),
            "RATE": ssm.StringParameter(stack, "Parameter", string_value="3"),
        },
        "layers": [
            lambda_.LayerVersion.from_layer_version_arn(
                stack, "Layer", "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"
            )
        ],
        "description": "Takes orders",
        "reserved_concurrency": 40,
        "provisioned_concurrency": ProvisionedConcurrency(
            minimum=2,
            maximum=20,
            target_utilization=0.6,
            schedules=[
                ScheduledConcurrency(
                    schedule=autoscaling.Schedule.cron(hour="8", minute="55"),
                    minimum=10,
                    maximum=20,
                    time_zone=cdk.TimeZone.EUROPE_PARIS,
                )
            ],
        ),
        "rollout": Linear(percentage=20, interval=cdk.Duration.minutes(5), alarms=[refunds]),
        "alarms": Alarms(topic=topic),
        "insights_version": "1.0.498.0",
        "application_log_level": lambda_.ApplicationLogLevel.DEBUG,
        "log_retention": logs.RetentionDays.THREE_MONTHS,
        "encryption_key": kms.Key(stack, "Key", enable_key_rotation=True),
        "vpc": vpc,
    }


def function_defaults(stack: cdk.Stack) -> None:
    """`ProductionFunction` as it comes."""
    ProductionFunction(stack, "Orders", **basics())


def function_everything_on(stack: cdk.Stack) -> None:
    """`ProductionFunction` with every option."""
    ProductionFunction(stack, "Orders", **everything(stack))


def function_hooks(stack: cdk.Stack) -> None:
    """`ProductionFunction` with a smoke test before and a function of the user after the traffic."""
    check = ProductionFunction(stack, "Check", **basics())
    test = SmokeTest(payload={"ping": True}, expect={"ping": True})
    ProductionFunction(
        stack,
        "Orders",
        code=code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        rollout=Canary(before_traffic=test, after_traffic=check.function),
    )


def worker_defaults(stack: cdk.Stack) -> None:
    """`SqsWorker` as it comes."""
    SqsWorker(stack, "Orders", **basics())


def worker_everything_on(stack: cdk.Stack) -> None:
    """`SqsWorker` with every option."""
    SqsWorker(
        stack,
        "Orders",
        queue_name="orders",
        visibility_timeout=cdk.Duration.minutes(10),
        retention_period=cdk.Duration.days(2),
        max_receive_count=8,
        batch_size=100,
        max_batching_window=cdk.Duration.seconds(10),
        max_concurrency=30,
        filters=[lambda_.FilterCriteria.filter({"body": {"kind": ["order"]}})],
        **everything(stack),
    )


def worker_fifo(stack: cdk.Stack) -> None:
    """`SqsWorker` on a FIFO queue, with SnapStart and a slower canary."""
    SqsWorker(
        stack,
        "Orders",
        code=code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        fifo=True,
        content_based_deduplication=True,
        snap_start=True,
        rollout=Canary(percentage=5, interval=cdk.Duration.minutes(15)),
    )


def worker_given_queue(stack: cdk.Stack) -> None:
    """`SqsWorker` on a queue of the user, with pollers and all at once."""
    dead_letter_queue = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14), enforce_ssl=True)
    queue = sqs.Queue(
        stack,
        "Queue",
        visibility_timeout=cdk.Duration.minutes(5),
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
    )
    SqsWorker(
        stack,
        "Orders",
        code=code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        queue=queue,
        provisioned_pollers=ProvisionedPollers(minimum=2, maximum=10),
        rollout=AllAtOnce(),
        alarms=Alarms.NONE,
        enabled=False,
    )


VARIANTS: dict[str, Callable[[cdk.Stack], None]] = {
    each.__name__: each
    for each in (
        function_defaults,
        function_everything_on,
        function_hooks,
        worker_defaults,
        worker_everything_on,
        worker_fifo,
        worker_given_queue,
    )
}
