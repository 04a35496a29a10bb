"""Every workload with the least that it needs, for the tests that ask the same of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from lambda_constructs import (
    ActiveMqBroker,
    EventHandler,
    EventRule,
    KafkaConsumer,
    MqConsumer,
    MskCluster,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from tests.support import basics

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"


def table(scope: Construct) -> dynamodb.ITable:
    """A table with a stream."""
    arn = ARN.format("dynamodb", "table/orders")
    return dynamodb.Table.from_table_attributes(
        scope, "Table", table_arn=arn, table_stream_arn=f"{arn}/stream/2026-01-01T00:00:00.000"
    )


def cluster(_: Construct) -> MskCluster:
    """A cluster of Amazon MSK."""
    return MskCluster(cluster=ARN.format("kafka", "cluster/shop/0a1b2c3d-4"))


def broker(scope: Construct) -> ActiveMqBroker:
    """A broker of Amazon MQ."""
    secret = secretsmanager.Secret.from_secret_complete_arn(
        scope, "Secret", ARN.format("secretsmanager", "secret:mq-a1b2c3")
    )
    return ActiveMqBroker(broker=ARN.format("mq", "broker:shop:b-0a1b2c3d"), credentials=secret)


def rule(_: Construct) -> EventRule:
    """The events of a shop."""
    return EventRule(pattern=events.EventPattern(source=["shop"]))


def hourly(_: Construct) -> scheduler.ScheduleExpression:
    """A schedule."""
    return scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))


NEEDED: Final[dict[type[ProductionFunction], dict[str, Callable[[Construct], object]]]] = {
    ProductionFunction: {},
    SqsWorker: {},
    StreamConsumer: {"source": table},
    KafkaConsumer: {"cluster": cluster, "topic_name": lambda _: "orders"},
    MqConsumer: {"broker": broker, "queue_name": lambda _: "orders"},
    EventHandler: {"source": rule},
    ScheduledJob: {"schedule": hourly},
}
"""What each workload needs besides code, handler and runtime."""


def build(kind: type[ProductionFunction], scope: Construct, **options: Any) -> ProductionFunction:
    """A workload with what it needs, and with these options."""
    needed = {name: make(scope) for name, make in NEEDED[kind].items() if name not in options}
    return kind(scope, "Orders", **{**basics(), **needed, **options})
