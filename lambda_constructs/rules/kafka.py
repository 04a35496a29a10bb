"""Rules for Kafka: clusters, authentication and lag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.sources import MAPPING
from ..template.template import Template
from .modes import SCHEMA_REGISTRY_URL
from .rule import Place, Words, at, rule
from .urls import MAPPING_API_URL, METRIC_TYPES_URL

# Botocore's shapes Topic, Endpoints, Endpoint, ProvisionedPollerGroupName; of the first character of a topic,
# Lambda refuses only a dot, but Kafka everything that it refuses elsewhere
TOPIC_PATTERN: Final = r"[a-zA-Z0-9\-_][a-zA-Z0-9\-_.]+"
TOPIC_MAXIMUM: Final = 249  # characters
BOOTSTRAP_SERVERS_MAXIMUM: Final = 10
BOOTSTRAP_SERVER_PATTERN: Final = (
    r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?:[0-9]{1,5}"
)
POLLER_GROUP_PATTERN: Final = r"[a-zA-Z0-9\-_]*"
POLLER_GROUP_MAXIMUM: Final = 128  # characters


@rule(
    "cluster-arn",
    why="Lambda refuses the mapping, and the role would be allowed to read something else.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/msk-esm-parameters.html",
)
def cluster_arn_form(_: Words, cluster_arn: str) -> str | None:
    """The ARN of an MSK cluster in this account."""
    if re.fullmatch(r"arn:[^:]+:kafka:[^:]+:[^:]+:cluster/[^/]+/[^/]+", cluster_arn):
        return None
    return (
        f"cluster.cluster_arn is {cluster_arn!r}; pass the ARN of an MSK cluster, "
        "arn:aws:kafka:<region>:<account>:cluster/<name>/<id>"
    )


@rule(
    "bootstrap-servers",
    why="Lambda refuses the mapping.",
    source=MAPPING_API_URL,
    names={"servers": ("cluster.bootstrap_servers", "KafkaBootstrapServers")},
)
def bootstrap_servers_form(_: Words, servers: list[str]) -> str | None:
    """1 to 10 pairs of host and port."""
    maximum = BOOTSTRAP_SERVERS_MAXIMUM
    if not 1 <= len(servers) <= maximum:
        return (
            f"cluster.bootstrap_servers has {len(servers)} brokers, Lambda allows 1 to {maximum}; pass a few"
        )
    wrong = [server for server in servers if not re.fullmatch(BOOTSTRAP_SERVER_PATTERN, server)]
    if not wrong:
        return None
    return f"cluster.bootstrap_servers has {wrong[0]!r}; write host:port, such as broker-1.example.com:9092"


@rule(
    why="Lambda reaches brokers in a VPC through network interfaces, for which it needs subnets and security "
    "groups. Brokers on the internet without authentication are open to everyone.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-cluster-network.html",
)
def kafka_network(_: Words, subnets: int, security_groups: int, *, authenticated: bool) -> str | None:
    """Subnets and security groups for brokers in a VPC, credentials for brokers on the internet."""
    if bool(subnets) != bool(security_groups):
        return (
            f"cluster has {subnets} subnets and {security_groups} security_groups; pass both for brokers in "
            "a VPC, or neither for brokers on the internet"
        )
    if subnets or authenticated:
        return None
    return (
        "cluster.authentication is Unauthenticated() for brokers on the internet; pass credentials, or "
        "subnets and security_groups for brokers in a VPC"
    )


@rule(
    why="Lambda refuses the mapping.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/msk-cluster-auth.html",
)
def scram_hash(_: Words, size: int, *, managed: bool) -> str | None:
    """SHA-512, or SHA-256 with self-managed brokers."""
    if size == 512 or (size == 256 and not managed):
        return None
    allowed = "512 for Amazon MSK" if managed else "256 and 512"
    return f"cluster.authentication.hash_size is {size}, Lambda supports {allowed}; choose a supported size"


@rule(
    "offset-lag-threshold",
    why="The lag of a consumer that keeps up is 0, so the alarm would never end.",
    source=METRIC_TYPES_URL,
)
def offset_lag_threshold_range(_: Words, offset_lag_threshold: int) -> str | None:
    """1 or more."""
    if offset_lag_threshold >= 1:
        return None
    return f"offset_lag_threshold is {offset_lag_threshold} records; pass 1 or more"


@rule(why="Lambda refuses the mapping.", source=SCHEMA_REGISTRY_URL)
def schema_registry_pollers(_: Words, *, provisioned: bool) -> str | None:
    """A mapping with a schema registry has provisioned pollers."""
    if provisioned:
        return None
    return "the mapping has a schema registry, but no provisioned pollers; set ProvisionedPollerConfig"


@schema_registry_pollers.in_template
def _(template: Template) -> Iterator[Place]:
    for mapping in template.of_type(MAPPING):
        for config in ("AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"):
            if mapping.get(config, "SchemaRegistryConfig") is not None:
                provisioned = mapping.given("ProvisionedPollerConfig")
                yield at(mapping, f"{config}/SchemaRegistryConfig", provisioned=provisioned)
