"""What the role of a stream consumer may do, and who may use its key."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import StreamConsumer
from tests.event_sources.streams import MAPPING, QUEUE, new_table, of_stream, of_table, statement
from tests.support import basics, new_stack, only, resources, role_statements, warnings


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    of_table(stack)
    return stack


def test_the_role_may_read_the_stream_of_its_table_and_write_to_its_queue(stack: cdk.Stack) -> None:
    (table,) = resources(stack, "AWS::DynamoDB::Table")
    (queue,) = resources(stack, QUEUE)

    assert role_statements(stack)[1:] == [
        {
            "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [table, "StreamArn"]},
        },
        {"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": {"Fn::GetAtt": [queue, "Arn"]}},
    ]


def test_listing_streams_knows_no_resources_and_stands_alone_in_a_policy_of_the_stack() -> None:
    stack = new_stack()
    table = new_table(stack)
    for name in ("First", "Second"):
        StreamConsumer(stack, name, source=table, **basics())

    policies = resources(stack, "AWS::IAM::ManagedPolicy")
    (streams,) = (name for name in policies if "Streams" in name)

    assert policies[streams]["Properties"]["PolicyDocument"]["Statement"] == [
        {"Action": "dynamodb:ListStreams", "Effect": "Allow", "Resource": "*"}
    ]
    for name, role in resources(stack, "AWS::IAM::Role").items():
        attached = {"Ref": streams} in role["Properties"].get("ManagedPolicyArns", [])
        assert attached == name.startswith(("FirstRole", "SecondRole"))


def test_the_role_may_read_a_kinesis_stream_but_not_list_others() -> None:
    stack = new_stack()

    of_stream(stack)

    (stream,) = resources(stack, "AWS::Kinesis::Stream")
    reading = statement(stack, "kinesis:GetRecords")
    assert reading == {
        "Action": [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ],
        "Effect": "Allow",
        "Resource": {"Fn::GetAtt": [stream, "Arn"]},
    }
    assert len(role_statements(stack)) == 3
    assert only(stack, MAPPING)["EventSourceArn"] == {"Fn::GetAtt": [stream, "Arn"]}


def test_the_key_of_a_table_may_be_used() -> None:
    stack = new_stack()
    table = new_table(stack, encryption_key=kms.Key(stack, "Key"))

    StreamConsumer(stack, "Orders", source=table, **basics())

    (key,) = resources(stack, "AWS::KMS::Key")
    assert statement(stack, "kms:Decrypt")["Resource"] == {"Fn::GetAtt": [key, "Arn"]}


def test_the_key_of_a_kinesis_stream_may_be_used() -> None:
    stack = new_stack()
    stream = kinesis.Stream(stack, "Stream", encryption_key=kms.Key(stack, "Key"))

    StreamConsumer(stack, "Orders", source=stream, **basics())

    (key,) = resources(stack, "AWS::KMS::Key")
    assert statement(stack, "kms:Decrypt")["Resource"] == {"Fn::GetAtt": [key, "Arn"]}


def test_a_key_encrypts_filters_and_what_failed() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    pattern = lambda_.FilterCriteria.filter({"eventName": ["INSERT"]})

    of_table(stack, encryption_key=key, filters=[pattern])

    (key_id,) = resources(stack, "AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key_id, "Arn"]}
    (decrypt,) = (
        each
        for each in only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        if each["Action"] == "kms:Decrypt"
    )
    assert only(stack, MAPPING)["KmsKeyArn"] == arn
    assert only(stack, QUEUE)["KmsMasterKeyId"] == arn
    assert decrypt["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert ":event-source-mapping:*" in str(decrypt["Condition"]["ArnLike"]["aws:SourceArn"])
    assert {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Effect": "Allow",
        "Resource": arn,
    } in role_statements(stack)


def test_a_key_is_not_opened_to_lambda_without_filters() -> None:
    stack = new_stack()

    of_table(stack, encryption_key=kms.Key(stack, "Key"))

    sids = [each.get("Sid") for each in only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]]
    assert "KmsKeyArn" not in only(stack, MAPPING)
    assert "LambdaConstructsLambda" not in sids


def test_filters_under_an_imported_key_warn_that_its_policy_must_know() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d")

    of_table(stack, encryption_key=key, filters=[lambda_.FilterCriteria.filter({"eventName": ["INSERT"]})])

    assert set(warnings(stack)) == {"lambda-constructs:key-policy-not-changed"}


def test_a_given_role_reads_the_stream_before_the_mapping_exists() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    of_table(stack, role=role)

    (policy,) = (name for name in resources(stack, "AWS::IAM::Policy") if "MineDefaultPolicy" in name)
    (streams,) = (name for name in resources(stack, "AWS::IAM::ManagedPolicy") if "Streams" in name)
    (mapping,) = resources(stack, MAPPING).values()
    assert {policy, streams} <= set(mapping["DependsOn"])
