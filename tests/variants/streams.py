"""Stacks with consumers of streams, Kafka topics and the queues of brokers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns

from lambda_constructs import KafkaConsumer, MqConsumer, StreamConsumer
from lambda_constructs.event_sources.kafka import KafkaPollers, MskCluster, SaslScram, SelfManagedKafka
from lambda_constructs.event_sources.mq import ActiveMqBroker, RabbitMqBroker
from tests.support import basics
from tests.variants.options import everything


def secret(stack: cdk.Stack, construct_id: str) -> secretsmanager.ISecret:
    """A secret that was made elsewhere."""
    arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{construct_id}-a1b2c3"
    return secretsmanager.Secret.from_secret_complete_arn(stack, construct_id, arn)


class Network(TypedDict):
    """Where brokers are."""

    subnets: list[ec2.ISubnet]
    security_groups: list[ec2.ISecurityGroup]


def network(stack: cdk.Stack) -> Network:
    """Where brokers are that were made elsewhere."""
    subnet = ec2.Subnet.from_subnet_attributes(
        stack,
        "Subnet",
        subnet_id="subnet-0123456789abcdef2",
        availability_zone="eu-west-1a",
        route_table_id="rtb-0123456789abcdef2",
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Brokers", "sg-0123456789abcdef0")
    return {"subnets": [subnet], "security_groups": [group]}


def stream_defaults(stack: cdk.Stack) -> None:
    """`StreamConsumer` of the stream of a table, as it comes."""
    table_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    table = dynamodb.Table.from_table_attributes(
        stack, "Table", table_arn=table_arn, table_stream_arn=f"{table_arn}/stream/2026-01-01T00:00:00.000"
    )
    StreamConsumer(stack, "Orders", source=table, **basics())


def stream_everything_on(stack: cdk.Stack) -> None:
    """`StreamConsumer` of the stream of a table, with every option."""
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        stream=dynamodb.StreamViewType.NEW_IMAGE,
        encryption_key=kms.Key(stack, "TableKey", enable_key_rotation=True),
    )
    StreamConsumer(
        stack,
        "Orders",
        source=table,
        on_failure=sns.Topic.from_topic_arn(stack, "Failed", "arn:aws:sns:eu-west-1:123456789012:failed"),
        batch_size=500,
        max_batching_window=cdk.Duration.seconds(10),
        bisect_batch_on_error=False,
        retry_attempts=10,
        max_record_age=cdk.Duration.hours(6),
        parallelization_factor=4,
        tumbling_window=cdk.Duration.minutes(5),
        filters=[lambda_.FilterCriteria.filter({"eventName": ["INSERT"]})],
        enabled=False,
        **everything(stack),
    )


def stream_kinesis_everything_on(stack: cdk.Stack) -> None:
    """`StreamConsumer` of a Kinesis stream with enhanced fan-out, with every option."""
    stream = kinesis.Stream.from_stream_attributes(
        stack,
        "Stream",
        stream_arn="arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        encryption_key=kms.Key(stack, "StreamKey", enable_key_rotation=True),
    )
    StreamConsumer(
        stack,
        "Orders",
        source=stream,
        enhanced_fan_out=True,
        on_failure=s3.Bucket.from_bucket_name(stack, "Failed", "failed-orders"),
        starting_position=lambda_.StartingPosition.AT_TIMESTAMP,
        starting_position_timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        filters=[lambda_.FilterCriteria.filter({"data": {"kind": ["order"]}})],
        **everything(stack),
    )


def stream_of_several_streams(stack: cdk.Stack) -> None:
    """`StreamConsumer` with a second stream as it comes, and a third one with options."""
    table_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/clicks"
    table = dynamodb.Table.from_table_attributes(
        stack, "Table", table_arn=table_arn, table_stream_arn=f"{table_arn}/stream/2026-01-01T00:00:00.000"
    )
    consumer = StreamConsumer(stack, "Orders", source=table, **basics())
    clicks, views = (
        kinesis.Stream.from_stream_arn(stack, name, f"arn:aws:kinesis:eu-west-1:123456789012:stream/{name}")
        for name in ("ClickStream", "ViewStream")
    )
    consumer.add_stream("Clicks", source=clicks)
    consumer.add_stream(
        "Views",
        source=views,
        enhanced_fan_out=True,
        on_failure=s3.Bucket.from_bucket_name(stack, "Failed", "failed-orders"),
        max_record_age=cdk.Duration.minutes(10),
        enabled=False,
    )


def kafka_defaults(stack: cdk.Stack) -> None:
    """`KafkaConsumer` of a topic of an MSK cluster, as it comes."""
    cluster = MskCluster(cluster="arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b2c3d-4")
    KafkaConsumer(stack, "Orders", cluster=cluster, topic_name="orders", **basics())


def kafka_everything_on(stack: cdk.Stack) -> None:
    """`KafkaConsumer` of a topic of brokers of one's own, with every option."""
    KafkaConsumer(
        stack,
        "Orders",
        cluster=SelfManagedKafka(
            bootstrap_servers=["broker-1.shop.example:9096", "broker-2.shop.example:9096"],
            authentication=SaslScram(secret=secret(stack, "Credentials"), hash_size=256),
            root_ca_certificate=secret(stack, "Authority"),
            **network(stack),
        ),
        topic_name="orders",
        consumer_group_id="order-function",
        on_failure=s3.Bucket.from_bucket_name(stack, "Failed", "failed-orders"),
        starting_position=lambda_.StartingPosition.AT_TIMESTAMP,
        starting_position_timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        batch_size=500,
        max_batching_window=cdk.Duration.seconds(0),
        provisioned_pollers=KafkaPollers(minimum=2, maximum=20, group_name="shop"),
        bisect_batch_on_error=False,
        retry_attempts=5,
        max_record_age=cdk.Duration.days(2),
        offset_lag_threshold=1000,
        filters=[lambda_.FilterCriteria.filter({"value": {"kind": ["order"]}})],
        enabled=False,
        **everything(stack),
    )


def broker_defaults(stack: cdk.Stack) -> None:
    """`MqConsumer` of a queue of an ActiveMQ broker, as it comes."""
    broker = ActiveMqBroker(
        broker="arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b2c3d",
        credentials=secret(stack, "Credentials"),
    )
    MqConsumer(stack, "Orders", broker=broker, queue_name="orders", **basics())


def broker_everything_on(stack: cdk.Stack) -> None:
    """`MqConsumer` of a queue of a RabbitMQ broker, with every option."""
    MqConsumer(
        stack,
        "Orders",
        broker=RabbitMqBroker(
            broker="arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b2c3d",
            credentials=secret(stack, "Credentials"),
            virtual_host="shop",
            **network(stack),
        ),
        queue_name="orders",
        dead_letter_queue_name="orders.dead",
        batch_size=50,
        max_batching_window=cdk.Duration.seconds(1),
        filters=[lambda_.FilterCriteria.filter({"data": {"kind": ["order"]}})],
        enabled=False,
        **everything(stack),
    )


VARIANTS = (
    stream_defaults,
    stream_everything_on,
    stream_kinesis_everything_on,
    stream_of_several_streams,
    kafka_defaults,
    kafka_everything_on,
    broker_defaults,
    broker_everything_on,
)
