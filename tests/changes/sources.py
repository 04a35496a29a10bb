"""Changes of the options of workloads with a polled event source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import (
    ActiveMqBroker,
    KafkaConsumer,
    KafkaPollers,
    MqConsumer,
    MskCluster,
    MutualTls,
    RabbitMqBroker,
    SaslPlain,
    SaslScram,
    SelfManagedKafka,
    SqsPollers,
    SqsWorker,
    StreamConsumer,
)
from tests.changes import given
from tests.changes.transitions import Transition, field, option
from tests.workloads import ARN

SOME: Final = [lambda_.FilterCriteria.filter({"body": {"kind": ["order"]}})]
VALUES: Final = [lambda_.FilterCriteria.filter({"value": {"kind": ["order"]}})]
DATA: Final = [lambda_.FilterCriteria.filter({"data": {"kind": ["order"]}})]
RECORDS: Final = [lambda_.FilterCriteria.filter({"eventName": ["INSERT"]})]
AT: Final = lambda_.StartingPosition.AT_TIMESTAMP
LATEST: Final = lambda_.StartingPosition.LATEST
JANUARY, FEBRUARY = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2))
SERVERS: Final = ["broker-1.shop.example:9096"]
POLLERS: Final = KafkaPollers(maximum=5)
WINDOW: Final = cdk.Duration.seconds(5)
HOUR: Final = cdk.Duration.hours(1)


def managed(authentication: Any) -> MskCluster:
    """A cluster of Amazon MSK with an authentication."""
    return MskCluster(cluster=ARN.format("kafka", "cluster/shop/0a1b2c3d-4"), authentication=authentication)


def own(authentication: Any) -> SelfManagedKafka:
    """Self-managed Kafka with an authentication."""
    return SelfManagedKafka(bootstrap_servers=SERVERS, authentication=authentication)


def scram(scope: Any) -> SaslScram:
    """An authentication."""
    return SaslScram(secret=given.secret(scope))


def cluster(changed: str, before: object, after: object) -> Transition:
    """A change of a cluster of Amazon MSK."""
    fields: dict[str, Any] = {"cluster": ARN.format("kafka", "cluster/shop/0a1b2c3d-4")}
    return field(KafkaConsumer, "cluster", MskCluster, changed, before, after, **fields)


def brokers(changed: str, before: object, after: object) -> Transition:
    """A change of self-managed Kafka."""
    fields: dict[str, Any] = {"bootstrap_servers": SERVERS, "authentication": scram}
    return field(KafkaConsumer, "cluster", SelfManagedKafka, changed, before, after, **fields)


def broker(of: type, changed: str, before: object, after: object) -> Transition:
    """A change of a broker of Amazon MQ."""
    fields: dict[str, Any] = {
        "broker": ARN.format("mq", "broker:shop:b-0a1b2c3d"),
        "credentials": given.secret,
    }
    return field(MqConsumer, "broker", of, changed, before, after, **fields)


TRANSITIONS: Final[tuple[Transition, ...]] = (
    option(SqsWorker, "queue", None, given.queue),
    option(SqsWorker, "dead_letter_queue", None, given.dead_letters),
    option(SqsWorker, "queue_name", None, "orders"),
    option(SqsWorker, "fifo", None, True),
    option(SqsWorker, "content_based_deduplication", None, True, fifo=True),
    option(SqsWorker, "visibility_timeout", None, cdk.Duration.minutes(30)),
    option(SqsWorker, "retention_period", None, cdk.Duration.days(2)),
    option(SqsWorker, "max_receive_count", None, 8),
    option(SqsWorker, "batch_size", None, 5),
    option(SqsWorker, "max_batching_window", None, WINDOW),
    option(SqsWorker, "max_concurrency", None, 5),
    option(SqsWorker, "provisioned_pollers", None, SqsPollers(minimum=2, maximum=5)),
    field(SqsWorker, "provisioned_pollers", SqsPollers, "minimum", 2, 3, maximum=5),
    field(SqsWorker, "provisioned_pollers", SqsPollers, "maximum", 5, 6, minimum=2),
    option(SqsWorker, "filters", None, SOME),
    option(SqsWorker, "enabled", None, False),
    option(SqsWorker, "allow_recursion", None, True),
    option(StreamConsumer, "source", None, given.other_table),
    option(StreamConsumer, "source", given.stream, given.other_stream, enhanced_fan_out=True),
    option(StreamConsumer, "enhanced_fan_out", None, True, source=given.stream),
    option(
        StreamConsumer,
        "enhanced_fan_out",
        True,
        given.stream_consumer,
        source=given.stream_from_elsewhere,
    ),
    option(StreamConsumer, "on_failure", None, given.destination),
    option(StreamConsumer, "starting_position", None, LATEST),
    option(
        StreamConsumer,
        "starting_position_timestamp",
        JANUARY,
        FEBRUARY,
        source=given.stream,
        starting_position=AT,
    ),
    option(StreamConsumer, "batch_size", None, 5),
    option(StreamConsumer, "max_batching_window", None, WINDOW),
    option(StreamConsumer, "bisect_batch_on_error", None, False),
    option(StreamConsumer, "retry_attempts", None, 5),
    option(StreamConsumer, "max_record_age", None, HOUR),
    option(StreamConsumer, "parallelization_factor", None, 2),
    option(StreamConsumer, "tumbling_window", None, cdk.Duration.seconds(60)),
    option(StreamConsumer, "filters", None, RECORDS),
    option(StreamConsumer, "enabled", None, False),
    option(KafkaConsumer, "cluster", None, lambda scope: own(scram(scope))),
    cluster(
        "cluster", ARN.format("kafka", "cluster/shop/0a1b2c3d-4"), ARN.format("kafka", "cluster/new/1-1")
    ),
    cluster("authentication", None, scram),
    cluster("subnets", None, given.subnets),
    cluster("security_groups", None, given.groups),
    brokers("bootstrap_servers", SERVERS, ["broker-2.shop.example:9096"]),
    brokers("authentication", scram, lambda scope: SaslPlain(secret=given.secret(scope))),
    brokers("root_ca_certificate", None, given.other_secret),
    field(KafkaConsumer, "cluster", SaslScram, "secret", given.secret, given.other_secret, within=managed),
    field(KafkaConsumer, "cluster", SaslScram, "hash_size", 512, 256, within=own, secret=given.secret),
    field(KafkaConsumer, "cluster", SaslPlain, "secret", given.secret, given.other_secret, within=own),
    field(KafkaConsumer, "cluster", MutualTls, "secret", given.secret, given.other_secret, within=managed),
    field(
        KafkaConsumer,
        "cluster",
        SelfManagedKafka,
        "subnets",
        given.subnets,
        lambda scope: given.vpc(scope).private_subnets,
        bootstrap_servers=SERVERS,
        authentication=scram,
        security_groups=given.groups,
    ),
    field(
        KafkaConsumer,
        "cluster",
        SelfManagedKafka,
        "security_groups",
        given.groups,
        given.other_groups,
        bootstrap_servers=SERVERS,
        authentication=scram,
        subnets=given.subnets,
    ),
    option(KafkaConsumer, "topic_name", None, "returns"),
    option(KafkaConsumer, "consumer_group_id", None, "shop"),
    option(KafkaConsumer, "on_failure", None, given.destination),
    option(KafkaConsumer, "starting_position", None, LATEST),
    option(KafkaConsumer, "starting_position_timestamp", JANUARY, FEBRUARY, starting_position=AT),
    option(KafkaConsumer, "batch_size", None, 5),
    option(KafkaConsumer, "max_batching_window", None, WINDOW),
    option(KafkaConsumer, "provisioned_pollers", None, POLLERS),
    field(KafkaConsumer, "provisioned_pollers", KafkaPollers, "minimum", None, 2, maximum=5),
    field(KafkaConsumer, "provisioned_pollers", KafkaPollers, "maximum", 5, 6),
    field(KafkaConsumer, "provisioned_pollers", KafkaPollers, "group_name", None, "shop", maximum=5),
    option(KafkaConsumer, "bisect_batch_on_error", None, False, provisioned_pollers=POLLERS),
    option(KafkaConsumer, "retry_attempts", None, 5, provisioned_pollers=POLLERS),
    option(KafkaConsumer, "max_record_age", None, HOUR, provisioned_pollers=POLLERS),
    option(KafkaConsumer, "offset_lag_threshold", None, 1000),
    option(KafkaConsumer, "filters", None, VALUES),
    option(KafkaConsumer, "enabled", None, False),
    option(
        MqConsumer,
        "broker",
        None,
        lambda scope: RabbitMqBroker(
            broker=ARN.format("mq", "broker:new:b-1a1b2c3d"), credentials=given.secret(scope)
        ),
    ),
    *(
        each
        for of in (ActiveMqBroker, RabbitMqBroker)
        for each in (
            broker(of, "broker", *(ARN.format("mq", f"broker:{name}:b-0a1b2c3d") for name in ("a", "b"))),
            broker(of, "credentials", given.secret, given.other_secret),
            broker(of, "subnets", None, given.subnets),
            broker(of, "security_groups", None, given.groups),
        )
    ),
    broker(RabbitMqBroker, "virtual_host", None, "shop"),
    option(MqConsumer, "queue_name", None, "returns"),
    option(MqConsumer, "dead_letter_queue_name", None, "orders.dead"),
    option(MqConsumer, "batch_size", None, 5),
    option(MqConsumer, "max_batching_window", None, WINDOW),
    option(MqConsumer, "filters", None, DATA),
    option(MqConsumer, "enabled", None, False),
)
