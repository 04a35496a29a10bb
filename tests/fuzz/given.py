"""What users bring along: queues, tables, keys and so on, made in the stack or elsewhere."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_amazonmq as amazonmq
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
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
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_wafv2 as wafv2
from hypothesis import strategies as st

from lambda_constructs import ProductionFunction
from tests.fuzz.recipes import make, within
from tests.fuzz.values import Values, choices
from tests.support import basics, code

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"


def source_queue(
    stack: cdk.Stack,
    construct_id: str,
    *,
    seconds: int | None = None,
    receives: int = 5,
    fifo: bool = False,
    days: int = 14,
) -> sqs.Queue:
    """A queue with a dead-letter queue."""
    kind = True if fifo else None
    target = sqs.Queue(
        stack, f"{construct_id}Dead", fifo=kind, retention_period=cdk.Duration.days(days), enforce_ssl=True
    )
    return sqs.Queue(
        stack,
        construct_id,
        fifo=kind,
        visibility_timeout=None if seconds is None else cdk.Duration.seconds(seconds),
        dead_letter_queue=sqs.DeadLetterQueue(queue=target, max_receive_count=receives),
    )


def queue(stack: cdk.Stack, construct_id: str, **options: Any) -> sqs.Queue:
    """A queue without a dead-letter queue."""
    return sqs.Queue(stack, construct_id, **options)


def imported_queue(stack: cdk.Stack, construct_id: str, name: str = "orders") -> sqs.IQueue:
    """A queue from elsewhere."""
    return sqs.Queue.from_queue_arn(stack, construct_id, ARN.format("sqs", name))


def key(stack: cdk.Stack, construct_id: str) -> kms.Key:
    """A key of this stack."""
    return kms.Key(stack, construct_id, enable_key_rotation=True)


def imported_key(stack: cdk.Stack, construct_id: str) -> kms.IKey:
    """A key from elsewhere."""
    return kms.Key.from_key_arn(
        stack, construct_id, ARN.format("kms", "key/0a1b2c3d-4e5f-4a6b-8c7d-0e1f2a3b4c5d")
    )


def table(stack: cdk.Stack, construct_id: str, *, stream: bool = True, encrypted: bool = False) -> Any:
    """A table."""
    return dynamodb.Table(
        stack,
        construct_id,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
        encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED if encrypted else None,
    )


def imported_table(stack: cdk.Stack, construct_id: str, *, stream: bool = True) -> dynamodb.ITable:
    """A table from elsewhere."""
    arn = ARN.format("dynamodb", "table/orders")
    return dynamodb.Table.from_table_attributes(
        stack,
        construct_id,
        table_arn=arn,
        table_stream_arn=f"{arn}/stream/2026-01-01T00:00:00.000" if stream else None,
    )


def imported_stream(stack: cdk.Stack, construct_id: str) -> kinesis.IStream:
    """A Kinesis stream from elsewhere."""
    return kinesis.Stream.from_stream_arn(stack, construct_id, ARN.format("kinesis", "stream/orders"))


def stream_consumer(stack: cdk.Stack, construct_id: str) -> kinesis.IStreamConsumer:
    """A consumer of a Kinesis stream, from elsewhere."""
    arn = ARN.format("kinesis", "stream/orders/consumer/orders:1735689600")
    return kinesis.StreamConsumer.from_stream_consumer_arn(stack, construct_id, arn)


def imported_topic(stack: cdk.Stack, construct_id: str, name: str = "orders") -> sns.ITopic:
    """A topic from elsewhere."""
    return sns.Topic.from_topic_arn(stack, construct_id, ARN.format("sns", name))


def imported_bucket(stack: cdk.Stack, construct_id: str) -> s3.IBucket:
    """A bucket from elsewhere."""
    return s3.Bucket.from_bucket_name(stack, construct_id, "orders-bucket")


def imported_bus(stack: cdk.Stack, construct_id: str) -> events.IEventBus:
    """An event bus from elsewhere."""
    return events.EventBus.from_event_bus_arn(stack, construct_id, ARN.format("events", "event-bus/shop"))


def other_function(stack: cdk.Stack, construct_id: str) -> lambda_.Function:
    """A plain function."""
    return lambda_.Function(
        stack, construct_id, code=code(), handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_14
    )


def other_alias(stack: cdk.Stack, construct_id: str) -> lambda_.Alias:
    """The alias of a workload."""
    return ProductionFunction(stack, construct_id, **basics()).alias


def imported_function(stack: cdk.Stack, construct_id: str) -> lambda_.IFunction:
    """A function from elsewhere."""
    return lambda_.Function.from_function_arn(stack, construct_id, ARN.format("lambda", "function:check"))


def role(stack: cdk.Stack, construct_id: str) -> iam.Role:
    """A role of this stack."""
    return iam.Role(stack, construct_id, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def imported_role(stack: cdk.Stack, construct_id: str, *, mutable: bool = True) -> iam.IRole:
    """A role from elsewhere."""
    arn = "arn:aws:iam::123456789012:role/orders"
    return iam.Role.from_role_arn(stack, construct_id, arn, mutable=mutable)


def imported_log_group(stack: cdk.Stack, construct_id: str) -> logs.ILogGroup:
    """A log group from elsewhere."""
    return logs.LogGroup.from_log_group_name(stack, construct_id, "/shop/till")


def vpc(stack: cdk.Stack, construct_id: str) -> ec2.IVpc:
    """A network from elsewhere."""
    return ec2.Vpc.from_vpc_attributes(
        stack,
        construct_id,
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        private_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
    )


def subnet(stack: cdk.Stack, construct_id: str) -> ec2.ISubnet:
    """A subnet from elsewhere."""
    return ec2.Subnet.from_subnet_id(stack, construct_id, "subnet-0123456789abcdef0")


def security_group(stack: cdk.Stack, construct_id: str) -> ec2.ISecurityGroup:
    """A security group from elsewhere."""
    return ec2.SecurityGroup.from_security_group_id(stack, construct_id, "sg-0123456789abcdef0")


def imported_secret(stack: cdk.Stack, construct_id: str) -> secretsmanager.ISecret:
    """A secret from elsewhere, by its name."""
    return secretsmanager.Secret.from_secret_name_v2(stack, construct_id, "shop/database")


def parameter(stack: cdk.Stack, construct_id: str) -> ssm.IStringParameter:
    """A parameter of Systems Manager."""
    return ssm.StringParameter(stack, construct_id, string_value="3")


def layer(stack: cdk.Stack, construct_id: str) -> lambda_.ILayerVersion:
    """A layer from elsewhere."""
    arn = ARN.format("lambda", "layer:tools:1")
    return lambda_.LayerVersion.from_layer_version_arn(stack, construct_id, arn)


def alarm(stack: cdk.Stack, construct_id: str) -> cloudwatch.Alarm:
    """An alarm of the user's own."""
    refunds = cloudwatch.Metric(namespace="Shop", metric_name="Refunds")
    return cloudwatch.Alarm(stack, construct_id, metric=refunds, threshold=10, evaluation_periods=1)


def certificate(stack: cdk.Stack, construct_id: str, region: str = "eu-west-1") -> acm.ICertificate:
    """A certificate from elsewhere."""
    arn = f"arn:aws:acm:{region}:123456789012:certificate/0a1b2c3d-4e5f-4a6b-8c7d-0e1f2a3b4c5d"
    return acm.Certificate.from_certificate_arn(stack, construct_id, arn)


def imported_user_pool(stack: cdk.Stack, construct_id: str) -> cognito.IUserPool:
    """A user pool from elsewhere."""
    return cognito.UserPool.from_user_pool_id(stack, construct_id, "eu-west-1_0a1b2c3d")


def client(stack: cdk.Stack, construct_id: str) -> cognito.IUserPoolClient:
    """A client of a user pool, from elsewhere."""
    return cognito.UserPoolClient.from_user_pool_client_id(stack, construct_id, "0a1b2c3d")


def listener(stack: cdk.Stack, construct_id: str) -> elbv2.IApplicationListener:
    """A listener of a load balancer, from elsewhere."""
    return elbv2.ApplicationListener.from_application_listener_attributes(
        stack,
        construct_id,
        listener_arn=ARN.format("elasticloadbalancing", "listener/app/shop/0a1b/2c3d"),
        security_group=security_group(stack, f"{construct_id}Group"),
    )


def web_acl(stack: cdk.Stack, construct_id: str) -> wafv2.CfnWebACL:
    """A regional web ACL without rules."""
    visibility = wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name="guard", sampled_requests_enabled=True
    )
    allow = wafv2.CfnWebACL.DefaultActionProperty(allow={})
    return wafv2.CfnWebACL(
        stack, construct_id, scope="REGIONAL", default_action=allow, visibility_config=visibility
    )


def cluster(stack: cdk.Stack, construct_id: str) -> msk.CfnServerlessCluster:
    """A cluster of Amazon MSK."""
    cluster = msk.CfnServerlessCluster
    iam_only = cluster.ClientAuthenticationProperty(
        sasl=cluster.SaslProperty(iam=cluster.IamProperty(enabled=True))
    )
    network = cluster.VpcConfigProperty(subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
    return cluster(
        stack, construct_id, cluster_name="shop", client_authentication=iam_only, vpc_configs=[network]
    )


def broker(stack: cdk.Stack, construct_id: str) -> amazonmq.CfnBroker:
    """A broker of Amazon MQ."""
    return amazonmq.CfnBroker(
        stack,
        construct_id,
        broker_name="shop",
        deployment_mode="SINGLE_INSTANCE",
        engine_type="ACTIVEMQ",
        host_instance_type="mq.m5.large",
        publicly_accessible=False,
        users=[amazonmq.CfnBroker.UserProperty(username="orders", password="{{resolve:secretsmanager:mq}}")],
    )


def rule_set(stack: cdk.Stack, construct_id: str) -> ses.IReceiptRuleSet:
    """A receipt rule set from elsewhere."""
    return ses.ReceiptRuleSet.from_receipt_rule_set_name(stack, construct_id, "mail")


SOURCE_QUEUES: Values = choices(
    *(within(source_queue, seconds=each) for each in (180, 5400, 30, None)),
    within(source_queue, seconds=5400, fifo=True),
    within(source_queue, seconds=5400, receives=1),
    within(source_queue, seconds=5400, days=2),
    within(queue),
    within(imported_queue),
    within(imported_queue, "orders.fifo"),
)
QUEUES: Values = choices(
    within(imported_queue), within(queue), within(queue, encryption=sqs.QueueEncryption.KMS)
)
DEAD_LETTER_QUEUES: Values = choices(
    within(queue, retention_period=make(cdk.Duration.days, 14)),
    within(queue),
    within(queue, fifo=True),
    within(imported_queue),
    within(imported_queue, "orders.fifo"),
)
TOPICS: Values = choices(
    within(sns.Topic), within(imported_topic), within(sns.Topic, fifo=True), within(imported_topic, "x.fifo")
)
BUCKETS: Values = choices(within(s3.Bucket, enforce_ssl=True), within(imported_bucket))
DESTINATIONS: Values = st.one_of(
    QUEUES,
    TOPICS,
    BUCKETS,
    choices(within(events.EventBus), within(imported_bus)),
    choices(within(other_function), within(imported_function), within(other_alias)),
)
KEYS: Values = choices(within(key), within(imported_key))
TABLES: Values = choices(
    within(table),
    within(table, encrypted=True),
    within(imported_table),
    within(table, stream=False),
    within(imported_table, stream=False),
)
STREAMS: Values = choices(
    within(kinesis.Stream),
    within(kinesis.Stream, encryption=kinesis.StreamEncryption.KMS),
    within(imported_stream),
)
LOG_GROUPS: Values = choices(within(logs.LogGroup), within(imported_log_group))
SECRETS: Values = choices(within(secretsmanager.Secret), within(imported_secret))
USER_POOLS: Values = choices(within(cognito.UserPool), within(imported_user_pool))
GROUPS: Values = choices(within(scheduler.ScheduleGroup))
