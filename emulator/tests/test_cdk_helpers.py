"""What CDK adds by itself: its helpers run or are refused, and a VPC as it comes deploys."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from aws_cdk import aws_sqs as sqs
from aws_cdk import custom_resources as custom

from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.preflight import PreflightError
from lambda_constructs_emulator.process import Emulator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

RESTRICTED = "@aws-cdk/aws-ec2:restrictDefaultSecurityGroup"
DAYS = 7


def test_a_bucket_is_emptied_and_a_vpc_has_its_gateways(aws: Aws) -> None:
    stack = cdk.Stack(cdk.App(analytics_reporting=False, context={RESTRICTED: True}), "Helpers")
    destroy = cdk.RemovalPolicy.DESTROY
    bucket = s3.Bucket(stack, "Bucket", auto_delete_objects=True, removal_policy=destroy, versioned=True)
    function = lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("def handler(event, context): return 1"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        vpc=ec2.Vpc(stack, "Vpc"),
        log_retention=logs.RetentionDays.ONE_WEEK,
    )
    cdk.CfnOutput(stack, "BucketName", value=bucket.bucket_name)
    cdk.CfnOutput(stack, "Group", value=function.log_group.log_group_name)

    deployed = aws.deploy(stack)

    (group,) = aws.client("logs").describe_log_groups(logGroupNamePrefix=deployed.outputs["Group"])[
        "logGroups"
    ]
    assert group["retentionInDays"] == DAYS
    gateways = aws.client("ec2").describe_nat_gateways()["NatGateways"]
    assert {each["State"] for each in gateways} == {"available"}
    name = deployed.outputs["BucketName"]
    for body in (b"one", b"two"):
        aws.client("s3").put_object(Bucket=name, Key="key", Body=body)
    aws.client("cloudformation").delete_stack(StackName="Helpers")
    aws.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName="Helpers", WaiterConfig={"Delay": 1}
    )
    names = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
    assert name not in names


def sdk_call(service: str, action: str, **parameters: object) -> custom.AwsSdkCall:
    return custom.AwsSdkCall(
        service=service,
        action=action,
        parameters=parameters,
        physical_resource_id=custom.PhysicalResourceId.of("call"),
    )


def calling(stack: cdk.Stack, create: custom.AwsSdkCall, delete: custom.AwsSdkCall | None = None) -> None:
    allowed = custom.AwsCustomResourcePolicy.from_sdk_calls(resources=["*"])
    custom.AwsCustomResource(stack, "Call", policy=allowed, on_create=create, on_delete=delete)


def test_a_call_of_a_custom_resource_is_made_with_its_role(aws: Aws) -> None:
    stack = cdk.Stack(cdk.App(analytics_reporting=False), "Calls")
    group = logs.LogGroup(stack, "Group")
    calling(
        stack,
        sdk_call("SSM", "putParameter", Name="group", Value=group.log_group_name, Type="String"),
        sdk_call("@aws-sdk/client-ssm", "DeleteParameter", Name="group"),
    )
    cdk.CfnOutput(stack, "GroupName", value=group.log_group_name)

    deployed = aws.deploy(stack)

    ssm = aws.client("ssm")
    assert ssm.get_parameter(Name="group")["Parameter"]["Value"] == deployed.outputs["GroupName"]
    aws.client("cloudformation").delete_stack(StackName="Calls")
    aws.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName="Calls", WaiterConfig={"Delay": 1}
    )
    assert "group" not in [each["Name"] for each in ssm.describe_parameters()["Parameters"]]


def test_a_helper_that_cannot_run_is_refused_before_anything_is_created(aws: Aws) -> None:
    stack = cdk.Stack(cdk.App(analytics_reporting=False), "Calls")
    sqs.Queue(stack, "Queue")
    calling(stack, sdk_call("EC2", "describeVpcs"))
    bucket = s3.Bucket(stack, "Site")
    site = deployment.Source.data("index.html", "<html>")
    deployment.BucketDeployment(stack, "Pages", sources=[site], destination_bucket=bucket)

    with pytest.raises(PreflightError) as error:
        aws.deploy(stack)

    assert [(each.resource, each.what, each.why) for each in error.value.findings] == [
        (
            "Calls/Call",
            "Custom::AWS",
            "it calls EC2, for which the emulator has no client of AWS's SDK for JavaScript",
        ),
        (
            "Calls/Pages/CustomResource",
            "Custom::CDKBucketDeployment",
            "its provider needs the AWS CLI of a layer",
        ),
    ]
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []


def test_account_and_region_are_those_of_the_stack() -> None:
    account, region = "123456789012", "eu-west-1"
    env = cdk.Environment(account=account, region=region)
    app = cdk.App(analytics_reporting=False)
    stack = cdk.Stack(app, "Elsewhere", env=env)
    queue = sqs.Queue(stack, "Queue")
    cdk.CfnOutput(stack, "Arn", value=queue.queue_arn)
    assembly = app.synth().directory

    with Emulator(account=account, region=region) as emulator:
        aws = Cdk(emulator)
        aws.bootstrap()
        outputs = aws.deploy("Elsewhere", app=assembly)

        assert outputs["Arn"].startswith(f"arn:aws:sqs:{region}:{account}:Elsewhere-Queue")
        assert emulator.client("sts").get_caller_identity()["Account"] == account


def test_a_wrong_account_or_region_is_refused() -> None:
    with pytest.raises(ValueError, match="account must have twelve digits, not '12'"):
        Emulator(account="12")
    with pytest.raises(ValueError, match="region must be a name such as us-east-1, not 'Frankfurt'"):
        Emulator(region="Frankfurt")
