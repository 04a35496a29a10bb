"""Kafka clusters and their consumers, for the tests of both."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager

from lambda_constructs import KafkaConsumer
from lambda_constructs.event_sources.kafka import MskCluster, SelfManagedKafka
from tests.support import basics

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b2c3d-4"
SERVERS = ["broker-1.shop.example:9096", "broker-2.shop.example:9096"]
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret"


def secret(stack: cdk.Stack, name: str = "kafka") -> secretsmanager.ISecret:
    """A secret that was made elsewhere."""
    return secretsmanager.Secret.from_secret_complete_arn(stack, name, f"{SECRET}:{name}-a1b2c3")


def of_msk(stack: cdk.Stack, cluster: dict[str, Any] | None = None, **options: Any) -> KafkaConsumer:
    """A consumer of a topic of an MSK cluster."""
    given = MskCluster(**{"cluster": CLUSTER, **(cluster or {})})
    return KafkaConsumer(stack, "Orders", **{**basics(), "cluster": given, "topic_name": "orders", **options})


def of_brokers(stack: cdk.Stack, cluster: dict[str, Any], **options: Any) -> KafkaConsumer:
    """A consumer of a topic of brokers of one's own."""
    given = SelfManagedKafka(bootstrap_servers=SERVERS, **cluster)
    return KafkaConsumer(stack, "Orders", **{**basics(), "cluster": given, "topic_name": "orders", **options})
