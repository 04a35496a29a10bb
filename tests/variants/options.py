"""What goes together with everything else, for the stacks that have every option."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm

from lambda_constructs import (
    Alarms,
    FunctionOptions,
    Idempotency,
    Linear,
    ProvisionedConcurrency,
    ScheduledConcurrency,
)
from tests.support import code


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
        "code": code(),
        "handler": "index.handler",
        "runtime": lambda_.Runtime.PYTHON_3_14,
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
        "idempotency": Idempotency(),
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
