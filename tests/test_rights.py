"""Each role, policy and permission in the templates of all workloads is as narrow as AWS allows.

It reads the templates that the snapshot tests keep, so an option that widens a right fails here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from docs.site.diagrams import TEMPLATES

Json = Any
# AWS does not let these name a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_RESOURCE: Final = {
    "dynamodb:ListStreams",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "kafka:GetBootstrapBrokers",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# AWS documents neither condition for execution roles and for the role of API Gateway's logs.
WITHOUT_SOURCE: Final = {"lambda.amazonaws.com", "apigateway.amazonaws.com"}
# CDK's function for notifications of buckets, and the one role that an account has for API Gateway's logs.
POLICIES_OF_AWS: Final = ("AWSLambdaBasicExecutionRole", "AmazonAPIGatewayPushToCloudWatchLogs")


def resources(*types: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """The properties of the resources of some types in all templates, with their place."""
    for file in sorted(TEMPLATES.glob("test_template*.json")):
        for name, resource in json.loads(file.read_text())["Resources"].items():
            if resource["Type"] in types:
                yield f"{file.stem}/{name}", resource.get("Properties", {})


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def statements_of_roles() -> Iterator[tuple[str, dict[str, Json]]]:
    for place, properties in resources("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        documents = [each["PolicyDocument"] for each in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for statement in listed(document["Statement"]):
                yield place, statement


def test_roles_name_actions_and_resources() -> None:
    seen = set()
    for place, statement in statements_of_roles():
        actions = set(listed(statement["Action"]))
        assert not any("*" in action for action in actions), place
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        if "*" in listed(statement["Resource"]):
            assert actions <= WITHOUT_RESOURCE, place
            seen |= actions
    assert seen == WITHOUT_RESOURCE


def test_only_services_assume_roles_for_sources_of_this_account() -> None:
    for place, properties in resources("AWS::IAM::Role"):
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
            (service,) = statement["Principal"].values()
            assert statement["Principal"].keys() == {"Service"}, place
            keys = {key for condition in statement.get("Condition", {}).values() for key in condition}
            assert service in WITHOUT_SOURCE or keys == {"aws:SourceAccount", "aws:SourceArn"}, place
        for policy in properties.get("ManagedPolicyArns", []):
            text = json.dumps(policy)
            assert ":iam::aws:" not in text or any(name in text for name in POLICIES_OF_AWS), place


def test_resource_policies_allow_services_for_a_source_only() -> None:
    kinds = ("AWS::KMS::Key", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")
    allowed = 0
    for place, properties in resources(*kinds):
        document = properties.get("PolicyDocument") or properties["KeyPolicy"]
        for statement in document["Statement"]:
            if statement["Effect"] == "Deny" or ":root" in json.dumps(statement["Principal"]):
                continue  # the account itself, which CDK lets use a key
            assert statement["Principal"].keys() == {"Service"}, place
            keys = {key for condition in statement["Condition"].values() for key in condition}
            sources = {"aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext:aws:logs:arn"}
            assert keys & sources, place
            allowed += 1
    assert allowed > 40


def test_permissions_on_aliases_are_for_one_source() -> None:
    anyone = set()
    for place, properties in resources("AWS::Lambda::Permission"):
        if properties["Principal"] == "*":
            anyone.add(place.split("/")[0])
            assert properties.get("FunctionUrlAuthType") or properties.get("InvokedViaFunctionUrl"), place
        else:
            assert "SourceArn" in properties, place
            # The ARN of a bucket does not have the account.
            assert properties["Principal"] != "s3.amazonaws.com" or "SourceAccount" in properties, place
    assert anyone == {"test_template[http_url_everything_on]"}  # PublicAccess()


def test_queues_are_encrypted_logs_expire_and_environments_hold_no_secrets() -> None:
    for place, properties in resources("AWS::SQS::Queue"):
        ours = place.split("/")[1].startswith("Orders")
        assert not ours or properties.get("SqsManagedSseEnabled") or properties.get("KmsMasterKeyId"), place
    for place, properties in resources("AWS::Logs::LogGroup"):
        assert properties["RetentionInDays"], place
    for place, properties in resources("AWS::Lambda::Function"):
        variables = properties.get("Environment", {}).get("Variables", {})
        assert "{{resolve:" not in json.dumps(variables), place
