"""What one statement gives."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import FunctionOptions, ProductionFunction
from tests.support import Resource, code, function, new_stack, only, resources


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    function(stack)
    return stack


def test_runs_on_arm64_with_512_mb_for_30_seconds(stack: cdk.Stack) -> None:
    properties = only(stack, "AWS::Lambda::Function")

    assert properties["Architectures"] == ["arm64"]
    assert properties["MemorySize"] == 512
    assert properties["Timeout"] == 30


def test_logs_json_with_platform_reports_into_its_own_group(stack: cdk.Stack) -> None:
    (group,) = resources(stack, "AWS::Logs::LogGroup")

    assert only(stack, "AWS::Lambda::Function")["LoggingConfig"] == {
        "LogFormat": "JSON",
        "LogGroup": {"Ref": group},
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
    }
    assert only(stack, "AWS::Logs::LogGroup") == {"RetentionInDays": 30}


def test_traces_actively(stack: cdk.Stack) -> None:
    assert only(stack, "AWS::Lambda::Function")["TracingConfig"] == {"Mode": "Active"}


def execution_role(stack: cdk.Stack) -> Resource:
    role: Resource = next(
        role["Properties"]
        for name, role in resources(stack, "AWS::IAM::Role").items()
        if name.startswith("OrdersRole")
    )
    return role


def test_role_may_write_its_own_logs_and_send_traces_and_nothing_else(stack: cdk.Stack) -> None:
    role = execution_role(stack)
    (group,) = resources(stack, "AWS::Logs::LogGroup")
    ((policy, managed),) = resources(stack, "AWS::IAM::ManagedPolicy").items()

    assert role["Policies"][0]["PolicyDocument"]["Statement"] == [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [group, "Arn"]},
        }
    ]
    assert role["ManagedPolicyArns"] == [{"Ref": policy}]
    assert managed["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            "Effect": "Allow",
            "Resource": "*",
        }
    ]
    assert resources(stack, "AWS::IAM::Policy") == {}


def test_deployment_role_may_shift_this_alias_and_read_its_alarm_and_nothing_else(
    stack: cdk.Stack,
) -> None:
    role = next(
        role["Properties"]
        for name, role in resources(stack, "AWS::IAM::Role").items()
        if name.startswith("OrdersRollout")
    )
    (name,) = resources(stack, "AWS::Lambda::Function")
    (alarm,) = resources(stack, "AWS::CloudWatch::Alarm")
    arn = {"Fn::GetAtt": [name, "Arn"]}

    assert "ManagedPolicyArns" not in role
    assert role["Policies"][0]["PolicyDocument"]["Statement"] == [
        {
            "Action": [
                "lambda:GetAlias",
                "lambda:GetProvisionedConcurrencyConfig",
                "lambda:UpdateAlias",
            ],
            "Effect": "Allow",
            "Resource": [arn, {"Fn::Join": ["", [arn, ":live"]]}],
        },
        {
            "Action": "cloudwatch:DescribeAlarms",
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [alarm, "Arn"]},
        },
    ]


def test_alias_live_points_to_a_version_that_outlives_the_next_one(stack: cdk.Stack) -> None:
    ((version_id, version),) = resources(stack, "AWS::Lambda::Version").items()
    alias = only(stack, "AWS::Lambda::Alias")

    assert alias["Name"] == "live"
    assert alias["FunctionVersion"] == {"Fn::GetAtt": [version_id, "Version"]}
    # The version of a release that is rolled back is deleted, so that the release can be repeated.
    assert version["DeletionPolicy"] == "RetainExceptOnCreate"
    assert version["UpdateReplacePolicy"] == "Retain"


def test_rollout_is_a_canary_that_the_errors_of_the_new_version_stop(stack: cdk.Stack) -> None:
    ((alarm, properties),) = resources(stack, "AWS::CloudWatch::Alarm").items()
    (name,) = resources(stack, "AWS::Lambda::Function")
    (version,) = resources(stack, "AWS::Lambda::Version")
    group = only(stack, "AWS::CodeDeploy::DeploymentGroup")

    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group["AlarmConfiguration"] == {"Enabled": True, "Alarms": [{"Name": {"Ref": alarm}}]}
    assert set(group["AutoRollbackConfiguration"]["Events"]) == {
        "DEPLOYMENT_FAILURE",
        "DEPLOYMENT_STOP_ON_REQUEST",
        "DEPLOYMENT_STOP_ON_ALARM",
    }
    dimensions = {each["Name"]: each["Value"] for each in properties["Properties"]["Dimensions"]}
    assert dimensions == {
        "FunctionName": {"Ref": name},
        "Resource": {"Fn::Join": ["", [{"Ref": name}, ":live"]]},
        "ExecutedVersion": {"Fn::GetAtt": [version, "Version"]},
    }
    assert properties["Properties"]["Period"] == 60
    assert properties["Properties"]["EvaluationPeriods"] == 1
    assert properties["Properties"]["TreatMissingData"] == "notBreaching"


def test_alias_is_updated_by_code_deploy(stack: cdk.Stack) -> None:
    ((_, alias),) = resources(stack, "AWS::Lambda::Alias").items()
    (group,) = resources(stack, "AWS::CodeDeploy::DeploymentGroup")
    (application,) = resources(stack, "AWS::CodeDeploy::Application")

    assert alias["UpdatePolicy"] == {
        "CodeDeployLambdaAliasUpdate": {
            "ApplicationName": {"Ref": application},
            "DeploymentGroupName": {"Ref": group},
        }
    }


def test_nothing_bypasses_the_alias_or_reserves_concurrency(stack: cdk.Stack) -> None:
    properties = only(stack, "AWS::Lambda::Function")

    assert "DeadLetterConfig" not in properties
    assert "ReservedConcurrentExecutions" not in properties
    assert resources(stack, "AWS::Lambda::EventInvokeConfig") == {}


def test_what_users_grant_lands_in_a_policy_of_the_role() -> None:
    stack = new_stack()
    orders = function(stack)
    table = dynamodb.Table(
        stack, "Table", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    )

    table.grant(orders, "dynamodb:PutItem")

    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "dynamodb:PutItem"
    (role,) = only(stack, "AWS::IAM::Policy")["Roles"]
    assert role["Ref"].startswith("OrdersRole")


def test_grant_invoke_allows_the_alias_and_no_version() -> None:
    stack = new_stack()
    orders = function(stack)
    caller = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))

    orders.grant_invoke(caller)

    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    (alias,) = resources(stack, "AWS::Lambda::Alias")
    assert statement["Resource"] == {"Ref": alias}


def test_attributes_are_the_resources_of_the_template() -> None:
    stack = new_stack()
    orders = function(stack)
    stack_resources = resources(stack)

    for construct, kind in [
        (orders.function, "AWS::Lambda::Function"),
        (orders.version, "AWS::Lambda::Version"),
        (orders.alias, "AWS::Lambda::Alias"),
        (orders.role, "AWS::IAM::Role"),
        (orders.log_group, "AWS::Logs::LogGroup"),
        (orders.deployment_group, "AWS::CodeDeploy::DeploymentGroup"),
        (orders.alarms[0], "AWS::CloudWatch::Alarm"),
    ]:
        child = construct.node.default_child
        assert isinstance(child, cdk.CfnElement)
        assert stack_resources[stack.resolve(child.logical_id)]["Type"] == kind


def test_default_child_is_the_function_so_that_escape_hatches_reach_it() -> None:
    stack = new_stack()
    child = function(stack).node.default_child
    assert isinstance(child, cdk.CfnResource)

    child.add_property_override("RecursiveLoop", "Allow")

    assertions.Template.from_stack(stack).has_resource_properties(
        "AWS::Lambda::Function", {"RecursiveLoop": "Allow"}
    )


def test_a_preset_is_a_dictionary_of_options() -> None:
    stack = new_stack()
    preset: FunctionOptions = {
        "code": code(),
        "handler": "index.handler",
        "runtime": lambda_.Runtime.PYTHON_3_14,
        "memory_size": 1024,
    }

    ProductionFunction(stack, "Orders", **preset)

    assert only(stack, "AWS::Lambda::Function")["MemorySize"] == 1024
