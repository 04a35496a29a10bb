"""Every kind of resource that an option takes, created by the app, for the tests about other stacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_amazonmq as amazonmq
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_msk as msk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from tests.requests.endpoints import web_acl
from tests.support import ROOT, basics

_KEY: Final = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)


def listener(scope: Construct) -> elbv2.IApplicationListener:
    balancer = elbv2.ApplicationLoadBalancer(scope, "Balancer", vpc=ec2.Vpc(scope, "Vpc"))
    return balancer.add_listener(
        "Created", port=80, default_action=elbv2.ListenerAction.fixed_response(404), open=False
    )


def domain(scope: Construct) -> Any:
    from aws_cdk import aws_apigatewayv2 as apigatewayv2  # noqa: PLC0415 - only here

    certificate = acm.Certificate(scope, "Certificate", domain_name="a.shop.example")
    return apigatewayv2.DomainName(scope, "Name", domain_name="a.shop.example", certificate=certificate)


CREATED: Final[dict[str, Callable[[Construct], Any]]] = {
    "Alarm": lambda scope: cloudwatch.Alarm(
        scope,
        "Created",
        metric=cloudwatch.Metric(namespace="Shop", metric_name="Late"),
        threshold=1,
        evaluation_periods=1,
    ),
    "AlarmAction": lambda scope: actions.SnsAction(sns.Topic(scope, "Created")),
    "ApplicationListener": listener,
    "BrokerRef": lambda scope: amazonmq.CfnBroker(
        scope,
        "Created",
        broker_name="shop",
        deployment_mode="SINGLE_INSTANCE",
        engine_type="ACTIVEMQ",
        host_instance_type="mq.t3.micro",
        publicly_accessible=False,
    ),
    "Bucket": lambda scope: s3.Bucket(scope, "Created"),
    "Certificate": lambda scope: acm.Certificate(scope, "Created", domain_name="a.shop.example"),
    "CfnWebACL": web_acl,
    "ClusterRef": lambda scope: msk.CfnServerlessCluster(
        scope,
        "Created",
        cluster_name="shop",
        client_authentication={"sasl": {"iam": {"enabled": True}}},
        vpc_configs=[],
    ),
    "DomainName": domain,
    "EventBus": lambda scope: events.EventBus(scope, "Created"),
    "Function": lambda scope: lambda_.Function(scope, "Created", **basics()),
    "Key": lambda scope: kms.Key(scope, "Created"),
    "LayerVersion": lambda scope: lambda_.LayerVersion(
        scope, "Created", code=lambda_.Code.from_asset(str(ROOT / "tests" / "typing"))
    ),
    "LogGroup": lambda scope: logs.LogGroup(scope, "Created"),
    "Queue": lambda scope: sqs.Queue(scope, "Created", visibility_timeout=cdk.Duration.minutes(10)),
    "ReceiptRuleSet": lambda scope: ses.ReceiptRuleSet(scope, "Created"),
    "Role": lambda scope: iam.Role(scope, "Created", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
    "ScheduleGroup": lambda scope: scheduler.ScheduleGroup(scope, "Created"),
    "Secret": lambda scope: secretsmanager.Secret(scope, "Created"),
    "SecurityGroup": lambda scope: ec2.SecurityGroup(scope, "Created", vpc=ec2.Vpc(scope, "Vpc")),
    "Stream": lambda scope: kinesis.Stream(scope, "Created"),
    "StreamConsumer": lambda scope: kinesis.StreamConsumer(
        scope, "Created", stream=kinesis.Stream(scope, "Stream"), stream_consumer_name="one"
    ),
    "Subnet": lambda scope: ec2.Vpc(scope, "Vpc").private_subnets[0],
    "Table": lambda scope: dynamodb.Table(
        scope,
        "Created",
        partition_key=_KEY,
        stream=dynamodb.StreamViewType.NEW_IMAGE,
        time_to_live_attribute="expiration",
    ),
    "TableV2": lambda scope: dynamodb.TableV2(
        scope,
        "Created",
        partition_key=_KEY,
        dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        time_to_live_attribute="expiration",
    ),
    "Topic": lambda scope: sns.Topic(scope, "Created"),
    "UserPool": lambda scope: cognito.UserPool(scope, "Created"),
    "Vpc": lambda scope: ec2.Vpc(scope, "Vpc"),
    # The same with a key of the app, whose policy names what uses it.
    "encrypted Queue": lambda scope: sqs.Queue(
        scope,
        "Created",
        visibility_timeout=cdk.Duration.minutes(10),
        encryption_master_key=kms.Key(scope, "Key"),
    ),
    "encrypted Topic": lambda scope: sns.Topic(scope, "Created", master_key=kms.Key(scope, "Key")),
    "encrypted Bucket": lambda scope: s3.Bucket(scope, "Created", encryption_key=kms.Key(scope, "Key")),
    "encrypted Secret": lambda scope: secretsmanager.Secret(
        scope, "Created", encryption_key=kms.Key(scope, "Key")
    ),
    "encrypted Stream": lambda scope: kinesis.Stream(scope, "Created", encryption_key=kms.Key(scope, "Key")),
}
MORE: Final = {
    "Bucket": ["encrypted Bucket"],
    "Queue": ["encrypted Queue"],
    "Secret": ["encrypted Secret"],
    "Stream": ["encrypted Stream"],
    "Table": ["TableV2"],
    "Topic": ["encrypted Topic"],
}
"""Other kinds that an option takes where it takes one."""
