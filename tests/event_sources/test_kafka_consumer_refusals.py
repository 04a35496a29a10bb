"""Clusters, topics and mappings that do not synthesize."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from lambda_constructs import KafkaConsumer
from lambda_constructs.event_sources.kafka import (
    KafkaPollers,
    MskCluster,
    MskIam,
    MutualTls,
    SaslPlain,
    SaslScram,
    SelfManagedKafka,
    Unauthenticated,
)
from tests.support import assert_refused, basics

ELSEWHERE = cdk.Stack(cdk.App(), "Elsewhere")
SECRET = secretsmanager.Secret(ELSEWHERE, "Secret")
GROUP = ec2.SecurityGroup.from_security_group_id(ELSEWHERE, "Group", "sg-0123456789abcdef0")
ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b2c3d-4"
SERVER = "broker-1.shop.example:9096"
POLLERS = KafkaPollers(maximum=10)


def msk(**options: Any) -> MskCluster:
    return MskCluster(**{"cluster": ARN, **options})


def brokers(**options: Any) -> SelfManagedKafka:
    defaults = {"bootstrap_servers": [SERVER], "authentication": SaslScram(secret=SECRET)}
    return SelfManagedKafka(**{**defaults, **options})


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("cluster-arn", {"cluster": msk(cluster="shop")}, "'shop'; pass the ARN of an MSK cluster"),
    ("cluster-arn", {"cluster": msk(cluster=ARN.replace("cluster", "vpc-connection"))}, "vpc-connection"),
    ("bootstrap-servers", {"cluster": brokers(bootstrap_servers=[])}, "has 0 brokers"),
    ("bootstrap-servers", {"cluster": brokers(bootstrap_servers=["broker-1"])}, "write host:port"),
    ("option-type", {"cluster": brokers(bootstrap_servers=SERVER)}, "a list"),
    ("kafka-network", {"cluster": brokers(security_groups=[GROUP])}, "0 subnets and 1 security_groups"),
    ("kafka-network", {"cluster": brokers(authentication=Unauthenticated())}, "pass credentials"),
    ("scram-hash", {"cluster": msk(authentication=SaslScram(secret=SECRET, hash_size=256))}, "supports 512"),
    (
        "scram-hash",
        {"cluster": brokers(authentication=SaslScram(secret=SECRET, hash_size=1))},
        "supports 256 and 512",
    ),
    ("source-name", {"topic_name": ".orders"}, "topic_name is '.orders'"),
    ("source-name", {"topic_name": "o" * 250}, "1 to 249 characters"),
    ("source-name", {"consumer_group_id": "order function"}, "consumer_group_id is 'order function'"),
    (
        "source-name",
        {"provisioned_pollers": KafkaPollers(maximum=2, group_name="my group")},
        "provisioned_pollers.group_name",
    ),
    ("kafka-pollers-range", {"provisioned_pollers": KafkaPollers(minimum=0, maximum=2)}, "minimum is 0"),
    ("kafka-pollers-range", {"provisioned_pollers": KafkaPollers(maximum=2001)}, "maximum is 2001"),
    ("kafka-pollers-range", {"provisioned_pollers": KafkaPollers(minimum=3, maximum=2)}, "raise it"),
    ("kafka-without-pollers", {"retry_attempts": 3}, "retry_attempts given without provisioned_pollers"),
    ("kafka-without-pollers", {"bisect_batch_on_error": False}, "bisect_batch_on_error given"),
    ("kafka-without-pollers", {"max_record_age": cdk.Duration.days(1)}, "max_record_age given"),
    (
        "stream-retries",
        {"provisioned_pollers": POLLERS, "retry_attempts": -1},
        "one bad record blocks its shard",
    ),
    (
        "record-age-range",
        {"provisioned_pollers": POLLERS, "max_record_age": cdk.Duration.seconds(59)},
        "59 seconds",
    ),
    ("offset-lag-threshold", {"offset_lag_threshold": 0}, "pass 1 or more"),
    ("source-timeout", {"timeout": cdk.Duration.minutes(15)}, "900 seconds"),
    ("source-batch-size", {"batch_size": 0}, "batch_size is 0"),
    ("source-batching-window", {"max_batching_window": cdk.Duration.minutes(6)}, "360 seconds"),
    ("starting-timestamp", {"starting_position": lambda_.StartingPosition.AT_TIMESTAMP}, "without a time"),
    ("destination-kind", {"on_failure": events.EventBus(ELSEWHERE, "Bus")}, "on_failure is an event bus"),
    ("option-type", {"cluster": ARN}, "MskCluster(...) or SelfManagedKafka(...)"),
    ("option-type", {"cluster": msk(authentication=SaslPlain(secret=SECRET))}, "MskIam(...)"),
    ("option-type", {"cluster": brokers(authentication=MskIam())}, "SaslPlain(...)"),
    ("option-type", {"cluster": brokers(authentication=None)}, "None (NoneType)"),
    ("option-type", {"cluster": brokers(root_ca_certificate="PEM")}, "cluster.root_ca_certificate"),
    ("option-type", {"provisioned_pollers": 3}, "KafkaPollers"),
    ("option-type", {"topic_name": 7}, "7 (int); pass a string"),
]


def consumer(scope: Construct, **options: Any) -> KafkaConsumer:
    return KafkaConsumer(scope, "Orders", **{**basics(), "cluster": msk(), "topic_name": "orders", **options})


@pytest.mark.parametrize(
    ("code", "options", "fragment"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_refuses(code: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(consumer, code, fragment, **options)


def test_refuses_a_secret_in_plain_sight_and_does_not_repeat_it() -> None:
    cluster = msk(authentication=MutualTls(secret="s3cr3t"))  # type: ignore[arg-type]

    message = assert_refused(
        consumer,
        "option-type",
        "cluster.authentication.secret is a str; pass a Secret",
        cluster=cluster,
    )

    assert "s3cr3t" not in message
