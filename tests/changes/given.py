"""What users bring along; the logical ids begin with "My", those of the workload with "Orders"."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_signer as signer
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from tests.adopted import good
from tests.support import basics
from tests.workloads import ARN


def queue(scope: Construct) -> sqs.Queue:
    """A queue with a dead-letter queue."""
    letters = sqs.DeadLetterQueue(queue=dead_letters(scope), max_receive_count=5)
    return sqs.Queue(
        scope,
        "MyQueue",
        visibility_timeout=cdk.Duration.minutes(30),
        enforce_ssl=True,
        dead_letter_queue=letters,
    )


def dead_letters(scope: Construct) -> sqs.Queue:
    """A dead-letter queue."""
    return sqs.Queue(scope, "MyDead", retention_period=cdk.Duration.days(14), enforce_ssl=True)


def destination(scope: Construct) -> sqs.Queue:
    """A queue for failures or results."""
    return sqs.Queue(scope, "MyDestination", retention_period=cdk.Duration.days(14), enforce_ssl=True)


def key(scope: Construct) -> kms.Key:
    """A key."""
    return kms.Key(scope, "MyKey", enable_key_rotation=True)


def table(scope: Construct) -> dynamodb.Table:
    """A table for idempotency."""
    name = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    return dynamodb.Table(scope, "MyTable", partition_key=name, time_to_live_attribute="expiration")


def other_table(scope: Construct) -> dynamodb.Table:
    """A table with a stream."""
    name = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    return dynamodb.Table(scope, "MyOther", partition_key=name, stream=dynamodb.StreamViewType.NEW_IMAGE)


def stream(scope: Construct) -> kinesis.Stream:
    """A Kinesis stream."""
    return kinesis.Stream(scope, "MyStream")


def other_stream(scope: Construct) -> kinesis.Stream:
    """Another Kinesis stream."""
    return kinesis.Stream(scope, "MyOtherStream")


def stream_from_elsewhere(scope: Construct) -> kinesis.IStream:
    """A Kinesis stream from elsewhere."""
    return kinesis.Stream.from_stream_arn(scope, "MyStream", ARN.format("kinesis", "stream/orders"))


def stream_consumer(scope: Construct) -> kinesis.IStreamConsumer:
    """A consumer of this stream."""
    arn = ARN.format("kinesis", "stream/orders/consumer/orders:1735689600")
    return kinesis.StreamConsumer.from_stream_consumer_arn(scope, "MyConsumer", arn)


def role(scope: Construct) -> iam.Role:
    """An execution role."""
    return iam.Role(scope, "MyRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def log_group(scope: Construct) -> logs.LogGroup:
    """A log group."""
    return logs.LogGroup(scope, "MyLogs", retention=logs.RetentionDays.ONE_MONTH)


def lines(scope: Construct) -> logs.LogGroup:
    """A log group to read."""
    return logs.LogGroup(scope, "MyLines")


def other_lines(scope: Construct) -> logs.LogGroup:
    """Another log group to read."""
    return logs.LogGroup(scope, "MyOtherLines")


def secret(scope: Construct) -> secretsmanager.Secret:
    """A secret."""
    return secretsmanager.Secret(scope, "MySecret")


def other_secret(scope: Construct) -> secretsmanager.Secret:
    """Another secret."""
    return secretsmanager.Secret(scope, "MyOtherSecret")


def vpc(scope: Construct) -> ec2.IVpc:
    """A VPC from elsewhere."""
    return ec2.Vpc.from_vpc_attributes(
        scope,
        "MyVpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        isolated_subnet_ids=["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
    )


def groups(scope: Construct) -> list[ec2.ISecurityGroup]:
    """A security group."""
    return [ec2.SecurityGroup.from_security_group_id(scope, "MyGroup", "sg-0123456789abcdef0")]


def subnets(scope: Construct) -> list[ec2.ISubnet]:
    """A subnet."""
    return [
        ec2.Subnet.from_subnet_attributes(
            scope, "MySubnet", subnet_id="subnet-0123456789abcdef4", availability_zone="eu-west-1a"
        )
    ]


def layers(scope: Construct) -> list[lambda_.ILayerVersion]:
    """A layer."""
    arn = ARN.format("lambda", "layer:tools:1")
    return [lambda_.LayerVersion.from_layer_version_arn(scope, "MyLayer", arn)]


def signing(scope: Construct) -> lambda_.CodeSigningConfig:
    """Signatures of code."""
    profile = signer.SigningProfile(scope, "MyProfile", platform=signer.Platform.AWS_LAMBDA_SHA384_ECDSA)
    return lambda_.CodeSigningConfig(scope, "MySigning", signing_profiles=[profile])


def topic(scope: Construct) -> sns.Topic:
    """A topic."""
    return sns.Topic(scope, "MyTopic", enforce_ssl=True)


def other_topic(scope: Construct) -> sns.Topic:
    """Another topic."""
    return sns.Topic(scope, "MyOtherTopic", enforce_ssl=True)


def bucket(scope: Construct) -> s3.Bucket:
    """A bucket."""
    return s3.Bucket(scope, "MyBucket", enforce_ssl=True)


def other_bucket(scope: Construct) -> s3.Bucket:
    """Another bucket."""
    return s3.Bucket(scope, "MyOtherBucket", enforce_ssl=True)


def function(scope: Construct) -> lambda_.Function:
    """A function."""
    return good(scope, "MyFunction")


def authorizing(scope: Construct) -> lambda_.Function:
    """A function that authorizes callers."""
    return lambda_.Function(scope, "MyAuthorizer", **basics())


def alarms(scope: Construct) -> list[cloudwatch.IAlarm]:
    """An alarm."""
    arn = ARN.format("cloudwatch", "alarm:shop")
    return [cloudwatch.Alarm.from_alarm_arn(scope, "MyAlarm", arn)]


def other_groups(scope: Construct) -> list[ec2.ISecurityGroup]:
    """Another security group."""
    return [ec2.SecurityGroup.from_security_group_id(scope, "MyOtherGroup", "sg-0123456789abcdef1")]
