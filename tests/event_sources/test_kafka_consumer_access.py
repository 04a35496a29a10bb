"""How a Kafka consumer signs in, and what its role may do."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_msk as msk
from aws_cdk import aws_secretsmanager as secretsmanager

from lambda_constructs.event_sources.kafka import MutualTls, SaslPlain, SaslScram, Unauthenticated
from tests.event_sources.kafka import CLUSTER, SECRET, SERVERS, of_brokers, of_msk, secret
from tests.event_sources.streams import MAPPING, statement
from tests.support import new_stack, only, resources, role_statements, warnings


def actions(stack: cdk.Stack) -> set[str]:
    """What the execution role may do beside writing logs, also by the policies that the stack shares."""
    documents = [
        each["Properties"]["PolicyDocument"] for each in resources(stack, "AWS::IAM::ManagedPolicy").values()
    ]
    statements = [
        *role_statements(stack),
        *(each for document in documents for each in document["Statement"]),
    ]
    granted = set()
    for each in statements:
        granted |= {each["Action"]} if isinstance(each["Action"], str) else set(each["Action"])
    return {action for action in granted if not action.startswith(("logs:", "xray:"))}


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    of_msk(stack)
    return stack


def test_the_role_reads_this_topic_of_this_cluster_by_iam(stack: cdk.Stack) -> None:
    assert statement(stack, "kafka:DescribeClusterV2")["Resource"] == CLUSTER
    assert statement(stack, "kafka-cluster:Connect")["Resource"] == CLUSTER
    assert statement(stack, "kafka-cluster:ReadData") == {
        "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
        "Effect": "Allow",
        "Resource": CLUSTER.replace(":cluster/", ":topic/") + "/orders",
    }
    assert statement(stack, "kafka-cluster:AlterGroup") == {
        "Action": ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
        "Effect": "Allow",
        "Resource": CLUSTER.replace(":cluster/", ":group/") + "/*",
    }


def test_the_role_may_do_what_aws_documents_and_nothing_else(stack: cdk.Stack) -> None:
    assert actions(stack) == {
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "kafka-cluster:AlterGroup",
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeGroup",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
        "kafka:DescribeClusterV2",
        "kafka:GetBootstrapBrokers",
        "sqs:SendMessage",
    }


def test_actions_without_resources_stand_alone_in_policies_of_the_stack(stack: cdk.Stack) -> None:
    policies = {
        name: each["Properties"]["PolicyDocument"]["Statement"]
        for name, each in resources(stack, "AWS::IAM::ManagedPolicy").items()
    }
    (network,) = (found for name, found in policies.items() if "SourceVpc" in name)
    (brokers,) = (found for name, found in policies.items() if "Msk" in name)

    assert network == [
        {
            "Action": [
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            "Effect": "Allow",
            "Resource": "*",
        }
    ]
    assert brokers == [{"Action": "kafka:GetBootstrapBrokers", "Effect": "Allow", "Resource": "*"}]
    assert [each for each in role_statements(stack) if each["Resource"] == "*"] == []


def test_network_interfaces_are_limited_to_the_clusters_network_where_it_is_told() -> None:
    stack = new_stack()
    subnet = ec2.Subnet.from_subnet_attributes(
        stack, "Subnet", subnet_id="subnet-1", availability_zone="eu-west-1a", route_table_id="rtb-1"
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")

    of_msk(stack, {"subnets": [subnet], "security_groups": [group]})

    places = [
        place["Fn::Join"][1][-1] for place in statement(stack, "ec2:CreateNetworkInterface")["Resource"]
    ]
    assert places == [":network-interface/*", ":subnet/subnet-1", ":security-group/sg-1"]
    assert "SourceAccessConfigurations" not in only(stack, MAPPING)


def test_a_consumer_group_is_joined_and_the_only_one() -> None:
    stack = new_stack()

    of_msk(stack, consumer_group_id="order-function")

    groups = CLUSTER.replace(":cluster/", ":group/") + "/order-function"
    assert statement(stack, "kafka-cluster:AlterGroup")["Resource"] == groups
    assert only(stack, MAPPING)["AmazonManagedKafkaEventSourceConfig"] == {
        "ConsumerGroupId": "order-function"
    }


def test_a_cluster_of_the_stack_is_read_without_a_warning() -> None:
    stack = new_stack()
    cluster = msk.CfnServerlessCluster(
        stack,
        "Cluster",
        cluster_name="shop",
        client_authentication=msk.CfnServerlessCluster.ClientAuthenticationProperty(
            sasl=msk.CfnServerlessCluster.SaslProperty(iam=msk.CfnServerlessCluster.IamProperty(enabled=True))
        ),
        vpc_configs=[msk.CfnServerlessCluster.VpcConfigProperty(subnet_ids=["subnet-1"])],
    )

    of_msk(stack, {"cluster": cluster.attr_arn})

    halves = {"Fn::Split": [":cluster/", {"Fn::GetAtt": ["Cluster", "Arn"]}]}
    assert statement(stack, "kafka-cluster:ReadData")["Resource"] == {
        "Fn::Join": ["", [{"Fn::Select": [0, halves]}, ":topic/", {"Fn::Select": [1, halves]}, "/orders"]]
    }
    assert warnings(stack) == []


@pytest.mark.parametrize(
    ("kind", "access", "listed"),
    [
        (SaslScram, "SASL_SCRAM_512_AUTH", {"kafka:ListScramSecrets"}),
        (MutualTls, "CLIENT_CERTIFICATE_TLS_AUTH", set()),
    ],
)
def test_lambda_signs_in_to_msk_by_a_secret(kind: Any, access: str, listed: set[str]) -> None:
    stack = new_stack()

    of_msk(stack, {"authentication": kind(secret=secret(stack))})

    arn = f"{SECRET}:kafka-a1b2c3"
    assert only(stack, MAPPING)["SourceAccessConfigurations"] == [{"Type": access, "URI": arn}]
    assert statement(stack, "secretsmanager:GetSecretValue")["Resource"] == arn
    assert {each for each in actions(stack) if each.startswith("kafka")} == {
        "kafka:DescribeClusterV2",
        "kafka:GetBootstrapBrokers",
        *listed,
    }


def test_a_cluster_without_authentication_needs_no_secret() -> None:
    stack = new_stack()

    of_msk(stack, {"authentication": Unauthenticated()})

    assert "SourceAccessConfigurations" not in only(stack, MAPPING)
    assert not [each for each in actions(stack) if each.startswith(("kafka-cluster:", "secretsmanager:"))]


@pytest.mark.parametrize(
    ("kind", "options", "access"),
    [
        (SaslScram, {}, "SASL_SCRAM_512_AUTH"),
        (SaslScram, {"hash_size": 256}, "SASL_SCRAM_256_AUTH"),
        (SaslPlain, {}, "BASIC_AUTH"),
        (MutualTls, {}, "CLIENT_CERTIFICATE_TLS_AUTH"),
    ],
)
def test_lambda_signs_in_to_brokers_of_ones_own(kind: Any, options: dict[str, Any], access: str) -> None:
    stack = new_stack()

    of_brokers(stack, {"authentication": kind(secret=secret(stack), **options)})

    mapping = only(stack, MAPPING)
    assert mapping["SelfManagedEventSource"] == {"Endpoints": {"KafkaBootstrapServers": SERVERS}}
    assert mapping["SourceAccessConfigurations"] == [{"Type": access, "URI": f"{SECRET}:kafka-a1b2c3"}]
    assert "EventSourceArn" not in mapping
    assert actions(stack) == {"secretsmanager:GetSecretValue", "sqs:SendMessage"}


def test_brokers_in_a_vpc_are_reached_through_interfaces_and_trusted_by_their_own_authority() -> None:
    stack = new_stack()
    subnet = ec2.Subnet.from_subnet_attributes(
        stack, "Subnet", subnet_id="subnet-1", availability_zone="eu-west-1a", route_table_id="rtb-1"
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")

    of_brokers(
        stack,
        {
            "authentication": Unauthenticated(),
            "root_ca_certificate": secret(stack, "authority"),
            "subnets": [subnet],
            "security_groups": [group],
        },
        consumer_group_id="order-function",
    )

    mapping = only(stack, MAPPING)
    authority = f"{SECRET}:authority-a1b2c3"
    assert mapping["SourceAccessConfigurations"] == [
        {"Type": "SERVER_ROOT_CA_CERTIFICATE", "URI": authority},
        {"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"},
        {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-1"},
    ]
    assert mapping["SelfManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": "order-function"}
    assert statement(stack, "secretsmanager:GetSecretValue")["Resource"] == authority
    assert "ec2:DescribeVpcs" in actions(stack)
    assert "kafka:GetBootstrapBrokers" not in actions(stack)


def test_the_key_of_a_secret_may_be_used_and_a_secret_by_name_be_read() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    named = secretsmanager.Secret.from_secret_name_v2(stack, "Authority", "authority")
    own = secretsmanager.Secret(stack, "Own", encryption_key=key)

    of_brokers(stack, {"authentication": SaslPlain(secret=own), "root_ca_certificate": named})

    (key_id,) = resources(stack, "AWS::KMS::Key")
    read = [each["Resource"] for each in role_statements(stack) if "secretsmanager" in str(each["Action"])]
    assert statement(stack, "kms:Decrypt")["Resource"] == {"Fn::GetAtt": [key_id, "Arn"]}
    assert read[1]["Fn::Join"][1][-1] == ":secret:authority-??????"
