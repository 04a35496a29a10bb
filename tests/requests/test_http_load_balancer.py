"""A function behind a load balancer."""

from __future__ import annotations

import aws_cdk as cdk
import pytest

from tests.requests.endpoints import LISTENER, PERMISSION, alias, http, load_balancer
from tests.support import new_stack, only, resources, warnings

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    http(stack, endpoint=load_balancer(stack))
    return stack


def test_the_alias_is_the_target_of_a_rule_of_the_listener(stack: cdk.Stack) -> None:
    ((name, group),) = resources(stack, GROUP).items()
    rule = only(stack, "AWS::ElasticLoadBalancingV2::ListenerRule")

    assert group["Properties"]["TargetType"] == "lambda"
    assert group["Properties"]["Targets"] == [{"Id": alias(stack)}]
    assert (rule["ListenerArn"], rule["Priority"]) == (LISTENER, 10)
    assert rule["Actions"] == [{"Type": "forward", "TargetGroupArn": {"Ref": name}}]
    assert rule["Conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/orders"]}}]


def test_one_permission_that_is_there_first_lets_this_group_invoke_the_alias(stack: cdk.Stack) -> None:
    (group,) = resources(stack, GROUP).values()
    ((name, permission),) = resources(stack, PERMISSION).items()
    source = permission["Properties"]["SourceArn"]["Fn::Join"][1]

    assert permission["Properties"]["FunctionName"] == alias(stack)
    assert permission["Properties"]["Principal"] == "elasticloadbalancing.amazonaws.com"
    assert "SourceAccount" not in permission["Properties"]  # the ARN of the source contains it
    assert source[-1] == f":targetgroup/{group['Properties']['Name']}/*"
    assert group["DependsOn"] == [name]


def test_its_errors_are_those_that_the_function_answers_and_those_that_it_raises(stack: cdk.Stack) -> None:
    (alarm,) = (
        each["Properties"]
        for each in resources(stack, "AWS::CloudWatch::Alarm").values()
        if each["Properties"].get("AlarmName") == "Shop/Orders/FailedEvents"
    )
    metrics = {each["Id"]: each for each in alarm["Metrics"]}

    assert metrics["expr_1"]["Expression"] == "100*(FILL(answered,0)+FILL(raised,0))/requests"
    assert {
        each["MetricStat"]["Metric"]["MetricName"] for each in metrics.values() if "MetricStat" in each
    } == {"HTTPCode_Target_5XX_Count", "LambdaUserError", "RequestCount"}
    assert {each["Name"] for each in metrics["requests"]["MetricStat"]["Metric"]["Dimensions"]} == {
        "LoadBalancer",
        "TargetGroup",
    }


def test_headers_may_be_lists() -> None:
    stack = new_stack()

    made = http(stack, endpoint=load_balancer(stack, multi_value_headers=True))

    (attribute,) = only(stack, GROUP)["TargetGroupAttributes"]
    assert attribute == {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
    assert made.target_group.target_group_arn


def test_it_works_in_a_nested_stack_whose_name_is_not_known() -> None:
    names = set()
    for _ in range(2):  # a new name would replace the target group
        nested = cdk.NestedStack(new_stack(), "Nested")
        http(nested, endpoint=load_balancer(nested))
        names.add(str(only(nested, GROUP)["Name"]))

    (name,) = names
    assert name.startswith("Orders-")


def test_two_copies_of_a_stack_have_target_groups_of_different_names() -> None:
    names = set()
    for stack_name in ("ShopTest", "ShopProd"):
        stack = cdk.Stack(cdk.App(), "Shop", stack_name=stack_name)
        http(stack, endpoint=load_balancer(stack))
        names.add(str(only(stack, GROUP)["Name"]))

    assert len(names) == len({"ShopTest", "ShopProd"})


def test_a_function_that_takes_longer_than_an_idle_connection_is_a_warning() -> None:
    stack = new_stack()

    http(stack, endpoint=load_balancer(stack), timeout=cdk.Duration.seconds(61))

    assert warnings(stack) == ["lambda-constructs:timeout-above-idle-timeout"]
