"""Kafka: Amazon MSK and self-managed clusters, authentication, and pollers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager

from ..core import acknowledgements
from ..core.cdk_objects import ask, part_of_arn
from ..core.claims import claimants
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.guard import UNKNOWN, Guard
from ..rules import defaults
from ..rules.claims import consumer_group_shared
from ..rules.kafka import (
    POLLER_GROUP_MAXIMUM,
    POLLER_GROUP_PATTERN,
    TOPIC_MAXIMUM,
    TOPIC_PATTERN,
    bootstrap_servers_form,
    cluster_arn_form,
    kafka_network,
    scram_hash,
)
from ..rules.mapping import SOURCE_URI_MAXIMUM, SOURCE_URI_PATTERN
from ..rules.pollers import kafka_pollers_range, kafka_without_pollers
from ..template.values import Unknown
from .access import secret_statements
from .mapping_checks import check_name

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_msk as msk
    from aws_cdk.interfaces import aws_msk as interfaces


@dataclass(frozen=True, kw_only=True)
class SaslScram:
    """Authenticate with SASL/SCRAM, over TLS.

    Args:
        secret: Secret with `username` and `password`.
        hash_size: Bits of the hash; MSK supports only 512, self-managed brokers 256 too. Default: 512
    """

    secret: secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment
    hash_size: int | None = None

    @property
    def bits(self) -> int:
        """Bits of the hash."""
        return defaults.SCRAM_HASH_SIZE if self.hash_size is None else self.hash_size


@dataclass(frozen=True, kw_only=True)
class SaslPlain:
    """Authenticate with SASL/PLAIN, over TLS; only for self-managed brokers.

    Args:
        secret: Secret with `username` and `password`.
    """

    secret: secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment


@dataclass(frozen=True, kw_only=True)
class MutualTls:
    """Authenticate with a client certificate (mutual TLS).

    Args:
        secret: Secret with `certificate`, `privateKey` and, for an encrypted key, `privateKeyPassword`.
    """

    secret: secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment


@dataclass(frozen=True, kw_only=True)
class MskIam:
    """Authenticate to an MSK cluster with the execution role, which may read the topic; without a secret."""


@dataclass(frozen=True, kw_only=True)
class Unauthenticated:
    """Do not authenticate; only for brokers that cannot be reached from outside their VPC."""


@dataclass(frozen=True, kw_only=True)
class MskCluster:
    """A cluster of Amazon MSK, in the account of the function.

    Without provisioned pollers its VPC needs a route to Lambda, STS, Secrets Manager and the on-failure
    destination: a NAT gateway or VPC endpoints.

    Args:
        cluster: The cluster, such as a `CfnCluster` or a `CfnServerlessCluster`, or the ARN of a cluster that
            is not in this app, because CDK cannot import one. A change replaces the mapping, which reads from
            `starting_position`.
        authentication: How Lambda authenticates. Default: MskIam() (it needs no secret)
        subnets: The cluster's subnets: network interfaces are allowed only in these. Default: ()
        security_groups: The cluster's security groups: network interfaces are allowed only with these.
            Default: ()
    """

    cluster: msk.CfnCluster | msk.CfnServerlessCluster | interfaces.IClusterRef | str
    authentication: MskIam | SaslScram | MutualTls | Unauthenticated | None = None
    subnets: Sequence[ec2.Subnet | ec2.ISubnet] | None = None
    security_groups: Sequence[ec2.SecurityGroup | ec2.ISecurityGroup] | None = None


@dataclass(frozen=True, kw_only=True)
class SelfManagedKafka:
    """Self-managed Kafka brokers, or those of another provider.

    Without provisioned pollers the VPC of the brokers needs a route to Lambda, STS, Secrets Manager and the
    on-failure destination: a NAT gateway or VPC endpoints.

    Args:
        bootstrap_servers: The first brokers to connect to, as host:port; 1 to 10. A change replaces the
            mapping, which reads again from `starting_position`.
        authentication: How Lambda authenticates.
        root_ca_certificate: Secret with the `certificate` of the certificate authority that signed the
            certificates of the brokers. Default: none, a public certificate authority signed them
        subnets: Subnets from which Lambda reaches the brokers. Default: (), over the internet
        security_groups: Security groups of the network interfaces in `subnets`. Default: ()
    """

    bootstrap_servers: Sequence[str]
    authentication: SaslScram | SaslPlain | MutualTls | Unauthenticated
    root_ca_certificate: (
        secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment | None
    ) = None
    subnets: Sequence[ec2.Subnet | ec2.ISubnet] | None = None
    security_groups: Sequence[ec2.SecurityGroup | ec2.ISecurityGroup] | None = None


@dataclass(frozen=True, kw_only=True)
class KafkaPollers:
    """Pollers that are always running: Lambda's provisioned mode, which supports better error handling.

    Each poller reads up to 5 MB per second, runs up to 5 concurrent invocations, and costs while idle.

    Args:
        minimum: Minimum number of pollers; 1 to 200. Default: 1
        maximum: Maximum number of pollers; 1 to 2000, `minimum` or more, and at most the partitions of the
            topic.
        group_name: Name of a group of mappings in the same VPC that share their capacity, and its price.
            Default: none, the capacity is not shared
    """

    minimum: int | None = None
    maximum: int
    group_name: str | None = None

    @property
    def least(self) -> int:
        """The minimum number of pollers."""
        return defaults.KAFKA_POLLERS_MINIMUM if self.minimum is None else self.minimum


Cluster: TypeAlias = MskCluster | SelfManagedKafka
"""A cluster of Amazon MSK, or self-managed Kafka."""


def check_cluster(guard: Guard, cluster: Cluster, topic_name: str, consumer_group_id: str | None) -> None:
    """Check the cluster, the authentication, and the names."""
    if isinstance(cluster, MskCluster):
        arn = guard.text(cluster_arn(cluster))
        if not isinstance(arn, Unknown):  # a reference to a cluster has the right form
            guard.check(cluster_arn_form, arn)
    else:
        _check_servers(guard, cluster.bootstrap_servers)
        guard.check(
            kafka_network,
            len(cluster.subnets or ()),
            len(cluster.security_groups or ()),
            authenticated=not isinstance(cluster.authentication, Unauthenticated),
        )
    if isinstance(cluster.authentication, SaslScram):
        bits = guard.integer(cluster.authentication.bits)
        guard.check(scram_hash, bits, managed=isinstance(cluster, MskCluster))
    check_name(guard, "topic_name", topic_name, TOPIC_PATTERN, TOPIC_MAXIMUM)
    if consumer_group_id is not None:
        pattern, maximum = SOURCE_URI_PATTERN, SOURCE_URI_MAXIMUM
        check_name(guard, "consumer_group_id", consumer_group_id, pattern, maximum)
        brokers = (cluster_arn(cluster),) if isinstance(cluster, MskCluster) else cluster.bootstrap_servers
        owners = claimants(guard, "consumer group", consumer_group_id, *brokers)
        guard.check(consumer_group_shared, consumer_group_id, owners)


def _check_servers(guard: Guard, servers: Sequence[str]) -> None:
    known = [text for each in servers if isinstance(text := guard.text(each), str)]
    if len(known) < len(servers) or cdk.Token.is_unresolved(list(servers)):
        guard.check(bootstrap_servers_form, UNKNOWN)
    else:
        guard.check(bootstrap_servers_form, known)


def check_pollers(guard: Guard, pollers: KafkaPollers | None, **only_with_pollers: object) -> None:
    """Check the pollers, or that options that need them are not given."""
    if pollers is None:
        given = [name for name, value in only_with_pollers.items() if value is not None]
        guard.check(kafka_without_pollers, ", ".join(given))
        return
    guard.check(kafka_pollers_range, guard.integer(pollers.least), guard.integer(pollers.maximum))
    if pollers.group_name is not None:
        pattern, longest = POLLER_GROUP_PATTERN, POLLER_GROUP_MAXIMUM
        check_name(guard, "provisioned_pollers.group_name", pollers.group_name, pattern, longest)


def cluster_arn(cluster: MskCluster) -> str:
    """The ARN of an MSK cluster."""
    given = cluster.cluster
    if isinstance(given, str):
        return given
    if hasattr(given, "serverless_cluster_ref"):
        return str(ask(given, "serverless_cluster_ref").serverless_cluster_arn)
    return str(ask(given, "cluster_ref").cluster_arn)


def cluster_access(cluster: Cluster) -> list[tuple[str, str]]:
    """Credentials and network, as the API names them; Lambda reads the network of an MSK cluster itself."""
    access = []
    match cluster.authentication:
        case SaslScram() as scram:
            access.append((f"SASL_SCRAM_{scram.bits}_AUTH", scram.secret.secret_arn))
        case SaslPlain(secret=secret):
            access.append(("BASIC_AUTH", secret.secret_arn))
        case MutualTls(secret=secret):
            access.append(("CLIENT_CERTIFICATE_TLS_AUTH", secret.secret_arn))
    if isinstance(cluster, SelfManagedKafka):
        if cluster.root_ca_certificate is not None:
            access.append(("SERVER_ROOT_CA_CERTIFICATE", cluster.root_ca_certificate.secret_arn))
        access += [("VPC_SUBNET", f"subnet:{each.subnet_id}") for each in cluster.subnets or ()]
        access += [
            ("VPC_SECURITY_GROUP", f"security_group:{each.security_group_id}")
            for each in cluster.security_groups or ()
        ]
    return access


def cluster_statements(cluster: Cluster, topic_name: str, consumer_group_id: str | None) -> list[Statement]:
    """Let the execution role, which Lambda polls with, sign in, find the cluster and read the topic.

    https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
    """
    statements = [each for secret in _secrets(cluster) for each in secret_statements(secret)]
    if not isinstance(cluster, MskCluster):
        return statements
    arn = cluster_arn(cluster)
    find = ["kafka:DescribeClusterV2"]
    if isinstance(cluster.authentication, SaslScram):
        find.append("kafka:ListScramSecrets")
    statements.append((find, [arn]))
    if isinstance(cluster.authentication, MskIam | None):
        topic, group = f"{_inside(arn, 'topic')}/{topic_name}", _groups(cluster, consumer_group_id)
        statements += [
            (["kafka-cluster:Connect"], [arn]),
            (["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"], [topic]),
            (["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], [group]),
        ]
    return statements


def describe_brokers(context: Context, cluster: MskCluster, consumer_group_id: str | None) -> None:
    """Let the role find the brokers; acknowledge a consumer group that Lambda names."""
    stack, role = context.stack, context.role
    if isinstance(cluster.authentication, MskIam | None) and consumer_group_id is None:
        finding = acknowledgements.granular(stack.stack, _groups(cluster, None))
        acknowledgements.acknowledge(role.holder, acknowledgements.CONSUMER_GROUPS, finding)
    actions = ["kafka:GetBootstrapBrokers"]
    role.allow_any_resource(stack, "Msk", actions, acknowledgements.MSK_BROKERS)


def _secrets(cluster: Cluster) -> list[secretsmanager.ISecret]:
    """The secrets that Lambda reads to authenticate."""
    secrets: list[secretsmanager.ISecret] = []
    if isinstance(cluster.authentication, SaslScram | SaslPlain | MutualTls):
        secrets.append(cluster.authentication.secret)
    if isinstance(cluster, SelfManagedKafka) and cluster.root_ca_certificate is not None:
        secrets.append(cluster.root_ca_certificate)
    return secrets


def _groups(cluster: MskCluster, consumer_group_id: str | None) -> str:
    """The consumer group's ARN, or all groups of the cluster."""
    return f"{_inside(cluster_arn(cluster), 'group')}/{consumer_group_id or '*'}"


def _inside(arn: str, kind: str) -> str:
    """The ARN prefix of the topics or the consumer groups of a cluster."""
    before, after = (part_of_arn(arn, ":cluster/", index) for index in (0, 1))
    return f"{before}:{kind}/{after}"
