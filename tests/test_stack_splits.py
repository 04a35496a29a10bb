"""A team splits its app into stacks: what another stack creates is used, or is refused by name."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from lambda_constructs import Canary, EventHandler, EventRule
from tests.support import basics, flags, only, resources, warnings

HOME = cdk.Environment(account="123456789012", region="eu-west-1")
PATTERN = events.EventPattern(source=["shop"])


@pytest.mark.parametrize("env", [HOME, None], ids=["env", "agnostic"])
def test_a_role_a_hook_and_a_failure_queue_of_other_stacks_work(env: cdk.Environment | None) -> None:
    app = cdk.App(context=flags(), analytics_reporting=False)
    central, stack = (cdk.Stack(app, name, env=env) for name in ("Central", "Shop"))
    role = iam.Role(central, "Role", path="/shop/", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    hook = lambda_.Function(central, "Hook", **basics())
    letters = sqs.Queue(central, "Letters", enforce_ssl=True)
    secret = secretsmanager.Secret(stack, "Secret")

    handler = EventHandler(
        stack,
        "Orders",
        source=EventRule(pattern=PATTERN),
        role=role,
        secrets={"DATABASE": secret},
        rollout=Canary(before_traffic=hook),
        on_failure=letters,
        **basics(),
    )
    secret.grant_write(handler)

    assert warnings(stack) == []
    granted = [
        action
        for each in resources(stack, "AWS::IAM::Policy").values()
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        for action in [statement["Action"]]
    ]
    for action in (
        "codedeploy:PutLifecycleEventHookExecutionStatus",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        "sqs:SendMessage",
    ):
        assert action in granted
    for action in ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "xray:PutTraceSegments"):
        assert any(action in each for each in granted)
    assert "role/shop/" in str(only(stack, "AWS::Lambda::Function")["Role"])
    assert "Shop" not in str(assertions.Template.from_stack(central).to_json())
