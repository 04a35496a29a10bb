"""Hooks: what CodeDeploy runs before and after it shifts traffic."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import AllAtOnce, Canary, Linear, ProvisionedConcurrency, SmokeTest
from tests.support import Resource, assert_refused, code, function, new_stack, resources, warnings, worker


def user_hook(stack: cdk.Stack) -> lambda_.Function:
    """A hook as a user writes one."""
    return lambda_.Function(
        stack, "Check", code=code(), handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_14
    )


def statements(stack: cdk.Stack, role: str) -> list[Resource]:
    """The statements of a role by the start of its logical id, those of its policies included."""
    found: list[Resource] = []
    for name, each in resources(stack, "AWS::IAM::Role").items():
        if name.startswith(role):
            for policy in each["Properties"].get("Policies", []):
                found += policy["PolicyDocument"]["Statement"]
    for name, each in resources(stack, "AWS::IAM::Policy").items():
        if name.startswith(role):
            found += each["Properties"]["PolicyDocument"]["Statement"]
    return found


def update_policy(stack: cdk.Stack) -> Resource:
    """What CloudFormation tells CodeDeploy when the alias changes."""
    (alias,) = resources(stack, "AWS::Lambda::Alias").values()
    policy: Resource = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    return policy


def group_arn(stack: cdk.Stack, name: str) -> Resource:
    """The ARN of a deployment group by its name."""
    (application,) = resources(stack, "AWS::CodeDeploy::Application")
    prefix = ["arn:", {"Ref": "AWS::Partition"}, ":codedeploy:", {"Ref": "AWS::Region"}, ":"]
    account = [{"Ref": "AWS::AccountId"}, ":deploymentgroup:", {"Ref": application}, f"/{name}"]
    return {"Fn::Join": ["", prefix + account]}


@pytest.mark.parametrize("rollout", [Canary, Linear, AllAtOnce])
def test_a_smoke_test_runs_the_new_version_before_any_traffic_moves(rollout: Any) -> None:
    stack = new_stack()

    function(stack, rollout=rollout(before_traffic=SmokeTest(payload={"ping": 1}, expect={"ok": True})))

    (hook,) = (name for name in resources(stack, "AWS::Lambda::Function") if "SmokeTest" in name)
    (version,) = resources(stack, "AWS::Lambda::Version")
    properties = resources(stack, "AWS::Lambda::Function")[hook]["Properties"]
    assert update_policy(stack)["BeforeAllowTrafficHook"] == {"Ref": hook}
    assert "AfterAllowTrafficHook" not in update_policy(stack)
    before, reference, after = properties["Environment"]["Variables"]["TESTS"]["Fn::Join"][1]
    assert reference == {"Ref": version}
    assert json.loads(f"{before}VERSION{after}") == {
        "Orders": {"function": "VERSION", "payload": {"ping": 1}, "expect": {"ok": True}}
    }
    assert properties["Timeout"] == 60  # the function's 30 seconds, and time to report


def test_the_hook_may_run_this_version_and_report_on_this_group_and_nothing_else() -> None:
    stack = new_stack()

    function(stack, rollout=Canary(before_traffic=SmokeTest()))

    (version,) = resources(stack, "AWS::Lambda::Version")
    (group,) = (name for name in resources(stack, "AWS::Logs::LogGroup") if "SmokeTest" in name)
    assert statements(stack, "LambdaConstructsBeforeTrafficSmokeTestRole") == [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [group, "Arn"]},
        },
        {"Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": {"Ref": version}},
        {
            "Action": ["codedeploy:GetDeployment", "codedeploy:PutLifecycleEventHookExecutionStatus"],
            "Effect": "Allow",
            "Resource": group_arn(stack, "Orders"),
        },
    ]


def test_code_deploy_may_run_the_hook_before_there_is_a_deployment_group() -> None:
    stack = new_stack()

    function(stack, rollout=Canary(before_traffic=SmokeTest()))

    (hook,) = (name for name in resources(stack, "AWS::Lambda::Function") if "SmokeTest" in name)
    assert {
        "Action": "lambda:InvokeFunction",
        "Effect": "Allow",
        "Resource": {"Fn::GetAtt": [hook, "Arn"]},
    } in statements(stack, "OrdersRolloutRole")
    # In the role itself: the group refers to the role, so no policy can come too late.
    assert resources(stack, "AWS::IAM::Policy") == {}


def test_one_function_tests_all_workloads_of_a_stack_with_the_longest_of_their_timeouts() -> None:
    stack = new_stack()

    worker(stack, "A", timeout=cdk.Duration.seconds(10), rollout=Canary(before_traffic=SmokeTest()))
    worker(stack, "B", timeout=cdk.Duration.minutes(14), rollout=Canary(before_traffic=SmokeTest()))
    worker(stack, "C", timeout=cdk.Duration.minutes(15), rollout=Canary(before_traffic=SmokeTest()))

    (hook,) = (
        each["Properties"]
        for name, each in resources(stack, "AWS::Lambda::Function").items()
        if "SmokeTest" in name
    )
    assert hook["Timeout"] == 900
    invoke = statements(stack, "LambdaConstructsBeforeTrafficSmokeTestRole")[1]
    assert len(invoke["Resource"]) == 3


def smoke_tests(stack: cdk.Stack) -> list[Resource]:
    """The functions that run smoke tests."""
    return [
        each["Properties"]
        for name, each in resources(stack, "AWS::Lambda::Function").items()
        if "SmokeTest" in name
    ]


def test_a_smoke_test_is_under_the_key_and_in_the_network_of_its_workload() -> None:
    stack = new_stack()
    key, vpc = kms.Key(stack, "Key"), ec2.Vpc(stack, "Vpc", max_azs=2)
    groups = [ec2.SecurityGroup(stack, "Group", vpc=vpc)]
    private = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    rollout = AllAtOnce(before_traffic=SmokeTest())
    inside: dict[str, Any] = {"vpc": vpc, "security_groups": groups, "vpc_subnets": private}
    function(stack, "Plain", rollout=rollout)
    function(stack, "Sealed", rollout=rollout, encryption_key=key)
    function(stack, "Both", rollout=rollout, encryption_key=key, reserved_concurrency=5, **inside)
    function(stack, "Same", rollout=rollout, encryption_key=key, **inside)

    plain, sealed, both = smoke_tests(stack)
    arn = stack.resolve(key.key_arn)
    assert not {"KmsKeyArn", "VpcConfig", "ReservedConcurrentExecutions"} & plain.keys()
    assert sealed["KmsKeyArn"] == both["KmsKeyArn"] == arn
    assert "VpcConfig" not in sealed
    assert both["VpcConfig"]["SecurityGroupIds"] == [stack.resolve(groups[0].security_group_id)]
    assert len(both["VpcConfig"]["SubnetIds"]) == 2
    assert both["ReservedConcurrentExecutions"] == 2
    groups_of_logs = [
        each["Properties"]
        for name, each in resources(stack, "AWS::Logs::LogGroup").items()
        if "SmokeTest" in name
    ]
    assert [each.get("KmsKeyId") for each in groups_of_logs] == [None, arn, arn]
    sealed_role, both_role = (
        json.dumps(role["Properties"]["Policies"])
        for name, role in resources(stack, "AWS::IAM::Role").items()
        if "SmokeTest" in name and not name.startswith("LambdaConstructsBeforeTrafficSmokeTestRole")
    )
    assert "kms:Decrypt" in sealed_role
    assert "ec2:CreateNetworkInterface" not in sealed_role
    assert "kms:Decrypt" in both_role
    assert "ec2:CreateNetworkInterface" in both_role
    assert warnings(stack) == []


def test_a_smoke_test_in_isolated_subnets_warns() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
    )
    function(stack, "Untested", vpc=vpc)
    assert warnings(stack) == []
    function(stack, "Tested", vpc=vpc, rollout=Canary(before_traffic=SmokeTest()))
    assert warnings(stack) == ["lambda-constructs:smoke-test-network"]


def test_a_smoke_test_after_the_traffic_is_a_separate_function() -> None:
    stack = new_stack()

    function(stack, rollout=Canary(before_traffic=SmokeTest(), after_traffic=SmokeTest()))

    hooks = [name for name in resources(stack, "AWS::Lambda::Function") if "SmokeTest" in name]
    assert len(hooks) == 2
    assert update_policy(stack)["BeforeAllowTrafficHook"] != update_policy(stack)["AfterAllowTrafficHook"]


def test_a_function_of_the_user_is_run_and_may_report() -> None:
    stack = new_stack()
    check = user_hook(stack)

    function(stack, rollout=Linear(after_traffic=check))

    (hook,) = (name for name in resources(stack, "AWS::Lambda::Function") if name.startswith("Check"))
    assert update_policy(stack)["AfterAllowTrafficHook"] == {"Ref": hook}
    assert statements(stack, "CheckServiceRole") == [
        {
            "Action": "codedeploy:PutLifecycleEventHookExecutionStatus",
            "Effect": "Allow",
            "Resource": group_arn(stack, "Orders"),
        }
    ]


def test_the_user_may_hand_the_version_to_the_hook_without_a_cycle() -> None:
    stack = new_stack()
    check = user_hook(stack)

    orders = function(stack, rollout=Canary(before_traffic=check))
    orders.version.grant_invoke(check)
    check.add_environment("VERSION", orders.version.function_arn)

    assertions.Template.from_stack(stack)  # raises for a template that is a cycle


def test_an_imported_hook_is_run_and_a_warning_names_what_it_needs() -> None:
    stack = new_stack()
    check = lambda_.Function.from_function_arn(
        stack, "Check", "arn:aws:lambda:eu-west-1:123456789012:function:check"
    )

    function(stack, rollout=Canary(before_traffic=check))

    assert warnings(stack) == ["lambda-constructs:role-not-changed"]


def test_a_hook_that_starts_the_version_answers_the_warning_about_provisioned_concurrency() -> None:
    stack = new_stack()

    function(
        stack,
        provisioned_concurrency=ProvisionedConcurrency(minimum=1, maximum=5),
        rollout=Canary(before_traffic=SmokeTest()),
    )

    assert warnings(stack) == []


def test_an_emergency_does_not_skip_the_smoke_test() -> None:
    stack = new_stack(context={"lambda-constructs:emergency-deployment": "true"})

    function(stack, rollout=Canary(before_traffic=SmokeTest()))

    assert "BeforeAllowTrafficHook" in update_policy(stack)


def test_refuses_what_is_no_hook() -> None:
    assert_refused(
        function,
        "option-type",
        "rollout.before_traffic",
        rollout=Canary(before_traffic="check"),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "value",
    [object(), float("nan"), {1: "one"}, ("a", "b")],
    ids=["an object", "not a number", "a key that is no text", "a tuple"],
)
def test_refuses_a_payload_that_is_no_json(value: object) -> None:
    assert_refused(
        function,
        "option-type",
        "JSON values",
        rollout=Canary(after_traffic=SmokeTest(payload={"when": value})),
    )


def test_more_tests_than_fit_one_function_do_not_synthesize() -> None:
    stack = new_stack()
    for number in range(3):
        payload = {"text": "x" * 1400}
        function(stack, f"F{number}", rollout=Canary(before_traffic=SmokeTest(payload=payload)))

    with pytest.raises(RuntimeError, match="environment-size"):
        resources(stack)
