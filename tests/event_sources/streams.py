"""Streams and their consumers, for the tests of both."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis

from lambda_constructs import StreamConsumer
from tests.support import Resource, basics, role_statements

MAPPING = "AWS::Lambda::EventSourceMapping"
QUEUE = "AWS::SQS::Queue"
ALARM = "AWS::CloudWatch::Alarm"


def new_table(stack: cdk.Stack, **options: Any) -> dynamodb.Table:
    """A table with a stream."""
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    view = dynamodb.StreamViewType.NEW_IMAGE
    return dynamodb.Table(stack, "Table", partition_key=key, stream=view, **options)


def of_table(stack: cdk.Stack, **options: Any) -> StreamConsumer:
    """A consumer of the stream of a table."""
    return StreamConsumer(stack, "Orders", source=new_table(stack), **{**basics(), **options})


def of_stream(stack: cdk.Stack, **options: Any) -> StreamConsumer:
    """A consumer of a Kinesis stream that is not encrypted."""
    stream = kinesis.Stream(stack, "Stream", encryption=kinesis.StreamEncryption.UNENCRYPTED)
    return StreamConsumer(stack, "Orders", source=stream, **{**basics(), **options})


def statement(stack: cdk.Stack, action: str) -> Resource:
    """The one statement of the execution role with an action."""
    (found,) = (each for each in role_statements(stack) if action in each["Action"])
    return found
