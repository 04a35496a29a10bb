"""docs/reference/resources.md is true: how many resources each workload has, and how many fit a stack."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambda_constructs import (
    ActiveMqBroker,
    BucketNotification,
    EventHandler,
    EventRule,
    FunctionUrlEndpoint,
    HttpFunction,
    IotTopicRule,
    KafkaConsumer,
    LogSubscription,
    MailReceipt,
    MqConsumer,
    MskCluster,
    ProductionFunction,
    ProvisionedConcurrency,
    RabbitMqBroker,
    RestApiEndpoint,
    SaslScram,
    ScheduledJob,
    SelfManagedKafka,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)
from lambda_constructs.rules.stack import stack_resources_maximum
from tests.requests.endpoints import load_balancer
from tests.support import ROOT, basics, new_stack, resources

PAGE = (ROOT / "docs" / "reference" / "resources.md").read_text()
ROWS = {
    name: tuple(map(int, numbers.split(" | ")))
    for name, numbers in re.findall(r"^\| (.*`.*?) \| ([\d| ]+) \|$", PAGE, re.MULTILINE)
}
FULL: dict[str, Any] = {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=10)}

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
# What triggers a workload was made elsewhere, so that it does not count.
Made = tuple[Callable[..., ProductionFunction], dict[str, Any]]


def table(scope: Construct) -> Made:
    arn = ARN.format("dynamodb", "table/orders")
    imported = dynamodb.Table.from_table_attributes(
        scope, "Table", table_arn=arn, table_stream_arn=f"{arn}/stream/2026-01-01T00:00:00.000"
    )
    return StreamConsumer, {"source": imported}


def stream(scope: Construct) -> Made:
    arn = ARN.format("kinesis", "stream/orders")
    return StreamConsumer, {"source": kinesis.Stream.from_stream_arn(scope, "Stream", arn)}


def fan_out(scope: Construct) -> Made:
    consumer, options = stream(scope)
    return consumer, {**options, "enhanced_fan_out": True}


def secret(scope: Construct) -> secretsmanager.ISecret:
    arn = ARN.format("secretsmanager", "secret:brokers-a1b2c3")
    return secretsmanager.Secret.from_secret_complete_arn(scope, "Secret", arn)


def msk(_: Construct) -> Made:
    cluster = MskCluster(cluster=ARN.format("kafka", "cluster/shop/0a1b2c3d-4"))
    return KafkaConsumer, {"cluster": cluster, "topic_name": "orders"}


def brokers(scope: Construct) -> Made:
    cluster = SelfManagedKafka(
        bootstrap_servers=["broker.shop.example:9096"], authentication=SaslScram(secret=secret(scope))
    )
    return KafkaConsumer, {"cluster": cluster, "topic_name": "orders"}


def active_mq(scope: Construct) -> Made:
    broker = ActiveMqBroker(broker=ARN.format("mq", "broker:shop:b-0a1b2c3d"), credentials=secret(scope))
    return MqConsumer, {"broker": broker, "queue_name": f"orders.{scope.node.id}"}


def rabbit_mq(scope: Construct) -> Made:
    broker = RabbitMqBroker(broker=ARN.format("mq", "broker:shop:b-0a1b2c3d"), credentials=secret(scope))
    return MqConsumer, {
        "broker": broker,
        "queue_name": f"orders.{scope.node.id}",
        "dead_letter_queue_name": "orders.dead",
    }


def rule(_: Construct) -> Made:
    return EventHandler, {"source": EventRule(pattern=events.EventPattern(source=["shop"]))}


def topic(scope: Construct) -> Made:
    imported = sns.Topic.from_topic_arn(scope, "Topic", ARN.format("sns", "orders"))
    return EventHandler, {"source": TopicSubscription(topic=imported)}


def bucket(scope: Construct) -> Made:
    imported = s3.Bucket.from_bucket_name(scope, "Bucket", f"orders-{scope.node.id.lower()}")
    return EventHandler, {"source": BucketNotification(bucket=imported)}


def lines(scope: Construct) -> Made:
    imported = logs.LogGroup.from_log_group_name(scope, "Lines", "/shop/till")
    return EventHandler, {"source": LogSubscription(log_group=imported)}


def things(_: Construct) -> Made:
    return EventHandler, {"source": IotTopicRule(sql="SELECT * FROM 'till'")}


def mail(scope: Construct) -> Made:
    imported = ses.ReceiptRuleSet.from_receipt_rule_set_name(scope, "Mail", "mail")
    return EventHandler, {"source": MailReceipt(rule_set=imported)}


def job(_: Construct) -> Made:
    return ScheduledJob, {"schedule": scheduler.ScheduleExpression.rate(Duration.hours(1))}


def rest(_: Construct) -> Made:
    return HttpFunction, {"endpoint": RestApiEndpoint()}


def url(_: Construct) -> Made:
    return HttpFunction, {"endpoint": FunctionUrlEndpoint()}


def balanced(scope: Construct) -> Made:
    priority = int(scope.node.id.removeprefix("Area")) + 1
    return HttpFunction, {"endpoint": load_balancer(scope, priority=priority)}


WORKLOADS: dict[str, Callable[[Construct], Made]] = {
    "`ProductionFunction`": lambda _: (ProductionFunction, {}),
    "`SqsWorker`": lambda _: (SqsWorker, {}),
    "`StreamConsumer` of a table": table,
    "`StreamConsumer` of a Kinesis stream": stream,
    "`StreamConsumer` with `enhanced_fan_out=True`": fan_out,
    "`KafkaConsumer` of an MSK cluster": msk,
    "`KafkaConsumer` of self-managed Kafka": brokers,
    "`MqConsumer` of ActiveMQ": active_mq,
    "`MqConsumer` of RabbitMQ, with `dead_letter_queue_name`": rabbit_mq,
    "`EventHandler` of an `EventRule`": rule,
    "`EventHandler` of a `TopicSubscription`": topic,
    "`EventHandler` of a `BucketNotification`": bucket,
    "`EventHandler` of a `LogSubscription`": lines,
    "`EventHandler` of an `IotTopicRule`": things,
    "`EventHandler` of a `MailReceipt`": mail,
    "`ScheduledJob`": job,
    "`HttpFunction` behind an HTTP API": lambda _: (HttpFunction, {}),
    "`HttpFunction` behind a REST API": rest,
    "`HttpFunction` with a function URL": url,
    "`HttpFunction` behind a load balancer": balanced,
}


def count(make: Callable[[Construct], Made], workloads: int, options: dict[str, Any]) -> int:
    """The resources of a stack with so many of a workload."""
    stack = new_stack()
    for number in range(workloads):
        scope = Construct(stack, f"Area{number}")
        workload, needed = make(scope)
        workload(scope, "Orders", **basics(), **needed, **options)
    return len(resources(stack))


def budget(make: Callable[[Construct], Made], options: dict[str, Any]) -> tuple[int, int]:
    """The resources of one workload, and those that it shares with another one of its kind."""
    one, two = count(make, 1, options), count(make, 2, options)
    return two - one, 2 * one - two


def in_a_stack(workloads: int, each: int, shared: int) -> int:
    """The resources of a stack with so many workloads of these numbers."""
    return workloads * each + shared


def test_page_has_a_row_for_every_workload_and_no_other() -> None:
    assert ROWS.keys() == WORKLOADS.keys()


@pytest.mark.parametrize("name", WORKLOADS)
def test_workload_has_the_resources_of_the_page(name: str) -> None:
    default, full, shared, _ = ROWS[name]

    assert budget(WORKLOADS[name], {}) == (default, shared)
    assert budget(WORKLOADS[name], FULL) == (full, shared)


@pytest.mark.parametrize("name", WORKLOADS)
def test_as_many_full_workloads_as_the_page_says_fit_a_stack_and_no_more(name: str) -> None:
    _, full, shared, fitting = ROWS[name]

    assert in_a_stack(fitting, full, shared) <= stack_resources_maximum.high
    assert in_a_stack(fitting + 1, full, shared) > stack_resources_maximum.high
