"""What each option changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

from lambda_constructs import ConfigurationError
from tests.support import Resource, function, new_stack, only, resources, warnings

PUBLIC = ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
ACCOUNT = cdk.Environment(account="123456789012", region="eu-west-1")


def role_statements(stack: cdk.Stack) -> list[Resource]:
    """The statements of the execution role, those of its policies included."""
    found: list[Resource] = []
    for name, role in resources(stack, "AWS::IAM::Role").items():
        if name.startswith("OrdersRole"):
            for policy in role["Properties"]["Policies"]:
                found += policy["PolicyDocument"]["Statement"]
    for policy in resources(stack, "AWS::IAM::Policy").values():
        found += policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def actions_on(stack: cdk.Stack, resource: object) -> list[str]:
    """Everything the role may do on one resource."""
    allowed: list[str] = []
    for statement in role_statements(stack):
        on = statement["Resource"]
        if resource in (on if isinstance(on, list) else [on]):
            actions = statement["Action"]
            allowed += actions if isinstance(actions, list) else [actions]
    return sorted(allowed)


def test_settings_of_the_function_pass_through() -> None:
    stack = new_stack()
    layer = lambda_.LayerVersion.from_layer_version_arn(
        stack, "Layer", "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"
    )

    function(
        stack,
        architecture=lambda_.Architecture.X86_64,
        memory_size=1769,
        timeout=cdk.Duration.minutes(2),
        ephemeral_storage_size=1024,
        environment={"TABLE": "orders"},
        layers=(layer,),
        description="Takes orders",
        reserved_concurrency=5,
        application_log_level=lambda_.ApplicationLogLevel.DEBUG,
        system_log_level=lambda_.SystemLogLevel.WARN,
        tracing=lambda_.Tracing.DISABLED,
    )

    properties = only(stack, "AWS::Lambda::Function")
    assert properties["Architectures"] == ["x86_64"]
    assert properties["MemorySize"] == 1769
    assert properties["Timeout"] == 120
    assert properties["EphemeralStorage"] == {"Size": 1024}
    assert properties["Environment"] == {"Variables": {"TABLE": "orders"}}
    assert properties["Layers"] == ["arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"]
    assert properties["Description"] == "Takes orders"
    assert properties["ReservedConcurrentExecutions"] == 5
    assert properties["LoggingConfig"]["ApplicationLogLevel"] == "DEBUG"
    assert properties["LoggingConfig"]["SystemLogLevel"] == "WARN"
    assert "TracingConfig" not in properties
    assert resources(stack, "AWS::IAM::ManagedPolicy") == {}


def test_secrets_are_passed_by_reference_and_may_be_read() -> None:
    stack = new_stack()
    secret = secretsmanager.Secret(stack, "Database")
    parameter = ssm.StringParameter(stack, "Rate", string_value="3")

    function(stack, secrets={"DATABASE": secret, "RATE": parameter})

    (secret_id,) = resources(stack, "AWS::SecretsManager::Secret")
    (parameter_id,) = resources(stack, "AWS::SSM::Parameter")
    assert only(stack, "AWS::Lambda::Function")["Environment"]["Variables"] == {
        "DATABASE": {"Ref": secret_id},
        "RATE": {"Ref": parameter_id},
    }
    assert actions_on(stack, {"Ref": secret_id}) == [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
    ]
    granted = {action for statement in role_statements(stack) for action in statement["Action"]}
    assert {action for action in granted if action.startswith("ssm:")} == {
        "ssm:GetParameter",
        "ssm:GetParameters",
    }


def test_an_encrypted_parameter_is_decrypted_with_its_key() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/shop")
    parameter = ssm.StringParameter.from_secure_string_parameter_attributes(
        stack, "Rate", parameter_name="/shop/rate", encryption_key=key
    )

    function(stack, secrets={"RATE": parameter})

    granted = [
        statement["Action"]
        for each in resources(stack, "AWS::IAM::Policy").values()
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert granted == ["kms:Decrypt", ["ssm:GetParameter", "ssm:GetParameters"]]


def test_insights_adds_the_layer_of_the_architecture_and_scoped_statements() -> None:
    stack = new_stack(env=ACCOUNT)

    function(stack, insights_version="1.0.498.0")

    (layer,) = only(stack, "AWS::Lambda::Function")["Layers"]
    assert ":layer:LambdaInsightsExtension-Arm64:" in layer
    assert layer.startswith("arn:aws:lambda:eu-west-1:")
    group = {
        "Fn::Join": [
            "",
            [
                "arn:",
                {"Ref": "AWS::Partition"},
                ":logs:eu-west-1:123456789012:log-group:/aws/lambda-insights:*",
            ],
        ]
    }
    assert actions_on(stack, group) == [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]
    roles = resources(stack, "AWS::IAM::Role").values()
    assert "arn:aws:iam::aws:policy" not in str(list(roles))


def test_insights_finds_its_layer_at_deployment_if_the_region_is_not_known() -> None:
    stack = new_stack()

    function(stack, insights_version="1.0.498.0", architecture=lambda_.Architecture.X86_64)

    (layer,) = only(stack, "AWS::Lambda::Function")["Layers"]
    assert "Fn::FindInMap" in layer


def test_snap_start_applies_to_published_versions() -> None:
    stack = new_stack()

    function(stack, snap_start=True)

    assert only(stack, "AWS::Lambda::Function")["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert warnings(stack) == []


def test_a_key_encrypts_logs_and_environment_and_lets_both_use_it() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")

    function(stack, encryption_key=key, environment={"TABLE": "orders"})
    function(stack, "Returns", encryption_key=key)

    (key_id,) = resources(stack, "AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key_id, "Arn"]}
    for group in resources(stack, "AWS::Logs::LogGroup").values():
        assert group["Properties"]["KmsKeyId"] == arn
    for each in resources(stack, "AWS::Lambda::Function").values():
        assert each["Properties"]["KmsKeyArn"] == arn
    assert actions_on(stack, arn) == ["kms:Decrypt"]
    for_logs = [
        statement
        for statement in only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        if "logs." in str(statement["Principal"])
    ]
    assert len(for_logs) == 1
    assert "kms:EncryptionContext:aws:logs:arn" in for_logs[0]["Condition"]["ArnLike"]


def test_an_imported_key_is_used_and_a_warning_names_what_its_policy_lacks() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/abc")

    function(stack, encryption_key=key)

    assert warnings(stack) == ["lambda-constructs:key-policy-not-changed"]
    assert only(stack, "AWS::Lambda::Function")["KmsKeyArn"] == key.key_arn


def vpc(stack: cdk.Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-1", "subnet-2"],
        private_subnet_route_table_ids=["rtb-1", "rtb-2"],
    )


def test_a_vpc_brings_a_security_group_and_interfaces_in_its_subnets_only() -> None:
    stack = new_stack(env=ACCOUNT)

    function(stack, vpc=vpc(stack))

    (group,) = resources(stack, "AWS::EC2::SecurityGroup")
    assert only(stack, "AWS::Lambda::Function")["VpcConfig"] == {
        "SubnetIds": ["subnet-1", "subnet-2"],
        "SecurityGroupIds": [{"Fn::GetAtt": [group, "GroupId"]}],
    }
    (create,) = (
        statement
        for statement in role_statements(stack)
        if statement["Action"] == "ec2:CreateNetworkInterface"
    )
    assert [str(resource)[-60:] for resource in create["Resource"]] == [
        str(resource)[-60:]
        for resource in (
            {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":ec2:eu-west-1:123456789012:{name}"]]}
            if name
            else {
                "Fn::Join": [
                    "",
                    [
                        "arn:",
                        {"Ref": "AWS::Partition"},
                        ":ec2:eu-west-1:123456789012:security-group/",
                        {"Fn::GetAtt": [group, "GroupId"]},
                    ],
                ]
            }
            for name in ("network-interface/*", "subnet/subnet-1", "subnet/subnet-2", "")
        )
    ]
    described = [
        policy["Properties"]["PolicyDocument"]["Statement"][0]["Action"]
        for name, policy in resources(stack, "AWS::IAM::ManagedPolicy").items()
        if "Vpc" in name
    ]
    assert described == [["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]]


@pytest.mark.parametrize(
    ("make", "options", "code"),
    [
        (vpc, {"subnet_type": ec2.SubnetType.PUBLIC}, "vpc-subnets"),
        (vpc, {"subnet_group_name": "Nobody"}, "vpc-subnets"),
        (lambda stack: ec2.Vpc(stack, "Vpc"), {"subnet_type": ec2.SubnetType.PUBLIC}, "vpc-subnet-public"),
        (lambda stack: ec2.Vpc(stack, "Vpc", subnet_configuration=[PUBLIC]), None, "vpc-subnet-public"),
    ],
    ids=["no public ones", "no group of that name", "public ones", "public ones alone"],
)
def test_subnets_are_private_ones_that_there_are(
    make: Callable[[cdk.Stack], ec2.IVpc], options: dict[str, Any] | None, code: str
) -> None:
    stack = new_stack()
    network = make(stack)
    subnets = None if options is None else ec2.SubnetSelection(**options)
    before = len(stack.node.find_all())

    with pytest.raises(ConfigurationError) as refusal:
        function(stack, vpc=network, vpc_subnets=subnets)

    assert refusal.value.code == code
    assert len(stack.node.find_all()) == before


def test_a_vpc_is_not_described_by_functions_outside_of_it() -> None:
    stack = new_stack(env=ACCOUNT)

    function(stack, "Inside", vpc=vpc(stack))
    function(stack, "Outside")

    attached = {
        name: len(role["Properties"].get("ManagedPolicyArns", []))
        for name, role in resources(stack, "AWS::IAM::Role").items()
        if "Rollout" not in name
    }
    assert sorted(attached.values()) == [1, 2]


def test_a_given_log_group_is_used_and_written_to() -> None:
    stack = new_stack()
    group = logs.LogGroup(stack, "Shared", retention=logs.RetentionDays.ONE_WEEK)

    function(stack, log_group=group)

    (group_id,) = resources(stack, "AWS::Logs::LogGroup")
    assert only(stack, "AWS::Lambda::Function")["LoggingConfig"]["LogGroup"] == {"Ref": group_id}
    assert actions_on(stack, {"Fn::GetAtt": [group_id, "Arn"]}) == [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]


def test_retention_can_be_chosen() -> None:
    stack = new_stack()

    function(stack, log_retention=logs.RetentionDays.ONE_YEAR)

    assert only(stack, "AWS::Logs::LogGroup")["RetentionInDays"] == 365


def test_a_given_role_gets_the_statements_of_the_bundle() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    function(stack, role=role)

    (group,) = resources(stack, "AWS::Logs::LogGroup")
    assert actions_on(stack, {"Fn::GetAtt": [group, "Arn"]}) == [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]
    (given,) = (
        each["Properties"]
        for name, each in resources(stack, "AWS::IAM::Role").items()
        if name.startswith("Given")
    )
    assert len(given["ManagedPolicyArns"]) == 1
    assert warnings(stack) == []


def test_an_imported_role_gets_a_policy_and_the_function_waits_for_nothing_else() -> None:
    stack = new_stack(env=ACCOUNT)
    role = iam.Role.from_role_arn(stack, "Given", "arn:aws:iam::123456789012:role/given")

    function(stack, role=role)

    assert only(stack, "AWS::IAM::Policy")["Roles"] == ["given"]
    assert warnings(stack) == []


def test_a_role_that_cannot_be_changed_is_used_and_a_warning_names_what_it_needs() -> None:
    stack = new_stack(env=ACCOUNT)
    role = iam.Role.from_role_arn(stack, "Given", "arn:aws:iam::123456789012:role/given", mutable=False)

    function(stack, role=role)

    assert warnings(stack) == ["lambda-constructs:role-not-changed"]
    assertions.Annotations.from_stack(stack).has_warning(
        "*", assertions.Match.string_like_regexp("logs:CreateLogStream, logs:PutLogEvents")
    )


def test_a_number_known_only_at_deployment_is_a_warning_that_can_be_acknowledged() -> None:
    stack = new_stack()
    memory = cdk.CfnParameter(stack, "Memory", type="Number", default=512)

    orders = function(stack, memory_size=memory.value_as_number)
    expected = ["lambda-constructs:memory-size-range", "lambda-constructs:version-unpublished"]
    assert warnings(stack) == expected

    fresh = new_stack()
    memory = cdk.CfnParameter(fresh, "Memory", type="Number", default=512)
    orders = function(fresh, memory_size=memory.value_as_number)
    for warning in expected:
        cdk.Annotations.of(orders).acknowledge_warning(warning)
    assert warnings(fresh) == []


def test_a_duration_known_only_at_deployment_is_a_warning() -> None:
    stack = new_stack()
    seconds = cdk.CfnParameter(stack, "Seconds", type="Number", default=30)

    function(stack, timeout=cdk.Duration.seconds(seconds.value_as_number))

    assert warnings(stack) == ["lambda-constructs:timeout-range", "lambda-constructs:version-unpublished"]
    assert only(stack, "AWS::Lambda::Function")["Timeout"] == {"Ref": "Seconds"}


@pytest.mark.parametrize(("count", "expected"), [(3, []), (20, ["lambda-constructs:environment-size"])])
def test_references_in_the_environment_warn_only_if_they_might_not_fit(
    count: int, expected: list[str]
) -> None:
    stack = new_stack()
    parameter = cdk.CfnParameter(stack, "Name")

    function(stack, environment={f"NAME_{n}": parameter.value_as_string for n in range(count)})

    assert warnings(stack) == [*expected, "lambda-constructs:version-unpublished"]
