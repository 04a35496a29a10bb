"""The measured stacks, each with a number of workloads of one kind.

Each workload has provisioned concurrency and all alarms. Tables are imported, so that only workloads count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager

from benchmarks import handwritten
from lambda_constructs import (
    ActiveMqBroker,
    CognitoTrigger,
    EventHandler,
    EventRule,
    FunctionOptions,
    HttpFunction,
    KafkaConsumer,
    MqConsumer,
    MskCluster,
    ProductionFunction,
    ProvisionedConcurrency,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)

Build = Callable[[cdk.Stack, int, lambda_.Code], None]

TABLE_ARN: Final = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders{}"
TABLES: Final = 10  # for any number of consumers, so that they cost nothing more
CLUSTER_ARN: Final = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b2c3d-4"
BROKER_ARN: Final = "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b2c3d"
CREDENTIALS_ARN: Final = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mq-a1b2c3"
STREAM_ARN: Final = f"{TABLE_ARN}/stream/2026-01-01T00:00:00.000"


def queue_workers_by_hand(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Queue workers, written with L2 constructs."""
    shared = handwritten.Shared(stack)
    for number in range(count):
        handwritten.HandwrittenWorker(stack, f"Worker{number}", shared=shared, code=code)


def http_functions_by_hand(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Functions with an HTTP API each, written with L2 constructs."""
    shared = handwritten.Shared(stack)
    for number in range(count):
        handwritten.HandwrittenHttpFunction(stack, f"Worker{number}", shared=shared, code=code)


def queue_workers(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Workers with a queue each."""
    for number in range(count):
        SqsWorker(stack, f"Worker{number}", **options(code))


def http_functions(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Functions with an HTTP API each."""
    for number in range(count):
        HttpFunction(stack, f"Worker{number}", **options(code))


def stream_consumers(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Consumers of the streams of tables, two each: DynamoDB supports two."""
    tables = [
        dynamodb.Table.from_table_attributes(
            stack,
            f"Table{number}",
            table_arn=TABLE_ARN.format(number),
            table_stream_arn=STREAM_ARN.format(number),
        )
        for number in range(TABLES)
    ]
    for number in range(count):
        StreamConsumer(stack, f"Worker{number}", source=tables[number // 2], **options(code))


def event_handlers(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Handlers of events of the default bus with a rule each."""
    for number in range(count):
        source = EventRule(pattern=events.EventPattern(source=["shop"]))
        EventHandler(stack, f"Worker{number}", source=source, **options(code))


def scheduled_jobs(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Hourly jobs with a schedule each."""
    hourly = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
    for number in range(count):
        ScheduledJob(stack, f"Worker{number}", schedule=hourly, **options(code))


def kafka_consumers(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Consumers of topics of one Amazon MSK cluster."""
    cluster = MskCluster(cluster=CLUSTER_ARN)
    for number in range(count):
        topic_name = f"orders-{number}"
        KafkaConsumer(stack, f"Worker{number}", cluster=cluster, topic_name=topic_name, **options(code))


def mq_consumers(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Consumers of queues of one Amazon MQ broker."""
    secret = secretsmanager.Secret.from_secret_complete_arn(stack, "Secret", CREDENTIALS_ARN)
    broker = ActiveMqBroker(broker=BROKER_ARN, credentials=secret)
    for number in range(count):
        queue_name = f"orders-{number}"
        MqConsumer(stack, f"Worker{number}", broker=broker, queue_name=queue_name, **options(code))


def cognito_triggers(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Triggers of a user pool each."""
    for number in range(count):
        pool = cognito.UserPool(stack, f"Users{number}")
        operation = cognito.UserPoolOperation.PRE_SIGN_UP
        CognitoTrigger(stack, f"Worker{number}", user_pool=pool, operation=operation, **options(code))


def functions(stack: cdk.Stack, count: int, code: lambda_.Code) -> None:
    """Functions without a trigger."""
    for number in range(count):
        ProductionFunction(stack, f"Worker{number}", **options(code))


def options(code: lambda_.Code) -> FunctionOptions:
    """The options of every workload."""
    return {
        "code": code,
        "handler": "app.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
        "provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=10),
    }


BUILDS: Final[dict[str, Build]] = {
    "SqsWorker by hand": queue_workers_by_hand,
    "SqsWorker": queue_workers,
    "HttpFunction by hand": http_functions_by_hand,
    "HttpFunction": http_functions,
    "StreamConsumer": stream_consumers,
    "EventHandler": event_handlers,
    "ScheduledJob": scheduled_jobs,
    "KafkaConsumer": kafka_consumers,
    "MqConsumer": mq_consumers,
    "CognitoTrigger": cognito_triggers,
    "ProductionFunction": functions,
}
