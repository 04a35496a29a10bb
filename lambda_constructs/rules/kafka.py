"""Rules for Kafka: clusters, authentication, pollers."""

from __future__ import annotations

import re

from . import limits
from .rule import Words, rule
from .urls import MAPPING_API_URL


@rule(
    "cluster-arn",
    why="Lambda refuses the mapping, and the role would be allowed to read something else.",
    source=limits.MSK_SOURCE_URL,
)
def cluster_arn_form(_: Words, cluster_arn: str) -> str | None:
    """The ARN of an MSK cluster of this account."""
    if re.fullmatch(r"arn:[^:]+:kafka:[^:]+:[^:]+:cluster/[^/]+/[^/]+", cluster_arn):
        return None
    return (
        f"cluster.cluster_arn is {cluster_arn!r}; pass the ARN of an MSK cluster, "
        "arn:aws:kafka:<region>:<account>:cluster/<name>/<id>"
    )


@rule("bootstrap-servers", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def bootstrap_servers_form(_: Words, servers: list[str]) -> str | None:
    """1 to 10 pairs of host and port."""
    maximum = limits.BOOTSTRAP_SERVERS_MAXIMUM
    if not 1 <= len(servers) <= maximum:
        return (
            f"cluster.bootstrap_servers are {len(servers)}, Lambda allows 1 to {maximum}; name some of them"
        )
    wrong = [server for server in servers if not re.fullmatch(limits.BOOTSTRAP_SERVER_PATTERN, server)]
    if not wrong:
        return None
    return f"cluster.bootstrap_servers has {wrong[0]!r}; write host:port, such as broker-1.example.com:9092"


@rule(
    "kafka-network",
    why="Lambda reaches brokers inside a VPC through interfaces of its own, for which it needs subnets and "
    "security groups; brokers on the internet that ask for no credentials are open to everybody.",
    source=limits.KAFKA_NETWORK_URL,
)
def kafka_network(_: Words, subnets: int, security_groups: int, *, authenticated: bool) -> str | None:
    """Both of subnets and security groups, or credentials for brokers on the internet."""
    if bool(subnets) != bool(security_groups):
        return (
            f"cluster has {subnets} subnets and {security_groups} security_groups; pass both for brokers in "
            "a VPC, none for brokers on the internet"
        )
    if subnets or authenticated:
        return None
    return (
        "cluster.authentication is Unauthenticated() for brokers on the internet; pass credentials, or "
        "subnets and security_groups for brokers in a VPC"
    )


@rule(
    "scram-hash",
    why="Lambda refuses the mapping.",
    source=limits.MSK_AUTHENTICATION_URL,
)
def scram_hash(_: Words, size: int, *, managed: bool) -> str | None:
    """SHA-512, or SHA-256 with brokers of one's own."""
    if size == 512 or (size == 256 and not managed):
        return None
    allowed = "512" if managed else "256 or 512"
    return f"cluster.authentication.hash_size is {size}, Lambda knows {allowed} here; choose it"


@rule(
    "kafka-without-pollers",
    why="Lambda offers these settings in provisioned mode only.",
    source=limits.KAFKA_SCALING_URL,
)
def kafka_without_pollers(_: Words, options: str) -> str | None:
    """Retries, their age and the splitting of batches are set with provisioned pollers."""
    if not options:
        return None
    return (
        f"{options} given without provisioned_pollers, Lambda then retries a whole batch 10 times; pass "
        "provisioned_pollers=KafkaPollers(...) or leave it out"
    )


@rule("kafka-pollers-range", why="Lambda refuses the mapping.", source=limits.KAFKA_SCALING_URL)
def kafka_pollers_range(_: Words, minimum: int, maximum: int) -> str | None:
    """1 to 200 pollers at least, 1 to 2,000 at most, in that order."""
    (low, high), (least, most) = limits.KAFKA_POLLERS_MINIMUM_RANGE, limits.KAFKA_POLLERS_MAXIMUM_RANGE
    if not low <= minimum <= high:
        return f"provisioned_pollers.minimum is {minimum}, Lambda allows {low} to {high}; choose one of these"
    if not least <= maximum <= most:
        return (
            f"provisioned_pollers.maximum is {maximum}, Lambda allows {least} to {most}; choose one of these"
        )
    if maximum < minimum:
        return f"provisioned_pollers.maximum is {maximum}, below its minimum of {minimum}; raise it"
    return None


@rule(
    "offset-lag-threshold",
    why="A consumer that is not behind has a lag of 0: the alarm would never end.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
)
def offset_lag_threshold_range(_: Words, offset_lag_threshold: int) -> str | None:
    """1 or more."""
    if offset_lag_threshold >= 1:
        return None
    return f"offset_lag_threshold is {offset_lag_threshold}; pass 1 or more records"
