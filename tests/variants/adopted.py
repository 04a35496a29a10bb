"""A stack with workloads around functions that the stack defines itself."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambda_constructs import (
    EventHandler,
    EventRule,
    KafkaConsumer,
    Linear,
    ProvisionedConcurrency,
    SqsWorker,
    StreamConsumer,
)
from tests.adopted import good
from tests.workloads import cluster, table


def adopted_functions(stack: cdk.Stack) -> None:
    """Four workloads around functions of an app."""
    owned = Construct(stack, "Adopted")

    def function(name: str) -> lambda_.Function:
        return good(owned, name, tracing=lambda_.Tracing.ACTIVE)

    arn = "arn:aws:iam::123456789012:role/orders"
    role = iam.Role.from_role_arn(owned, "Imported", arn)
    bucket = s3.Bucket(stack, "Bucket")
    worker = SqsWorker(
        stack,
        "Orders",
        function=function("Orders"),
        rollout=Linear(),
        provisioned_concurrency=ProvisionedConcurrency.fixed(2),
    )
    StreamConsumer(stack, "Scores", function=function("Scores"), source=table(stack), on_failure=bucket)
    KafkaConsumer(stack, "Topic", function=function("Topic"), cluster=cluster(stack), topic_name="orders")
    pattern = events.EventPattern(source=["shop"])
    EventHandler(
        stack,
        "Events",
        function=good(owned, role=role, tracing=lambda_.Tracing.ACTIVE),
        source=EventRule(pattern=pattern),
    )
    reason = "Each release is smoke-tested before."
    cdk.Annotations.of(worker).acknowledge_warning("lambda-constructs:provisioned-with-canary", reason)


VARIANTS = (adopted_functions,)
