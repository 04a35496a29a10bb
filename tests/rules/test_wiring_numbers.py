"""Numbers behind the rules about what is wired together: plans of CodeDeploy, and sizes of permissions."""

from __future__ import annotations

import json

from lambda_constructs.rules import schedule
from lambda_constructs.rules.permission import statement_size
from lambda_constructs.rules.rollout_plan import PREDEFINED, RolloutPlan
from tests.for_each import for_each
from tests.rules.test_limits import shape

# As Lambda writes a permission of CloudFormation's for a route of a REST API.
STATEMENT = {
    "Sid": "Shop-ApiGETordersPermission1A2B3C4D-kUm0sV9zQ1xR",
    "Effect": "Allow",
    "Principal": {"Service": "apigateway.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:Shop-Orders1A2B3C4D-kUm0sV9zQ1xR:live",
    "Condition": {
        "ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/*/GET/orders"}
    },
}


@for_each(
    ("name", "plan"),
    [
        ("CodeDeployDefault.LambdaAllAtOnce", RolloutPlan("AllAtOnce")),
        ("CodeDeployDefault.LambdaCanary10Percent30Minutes", RolloutPlan("Canary", 10, 30)),
        ("CodeDeployDefault.LambdaLinear10PercentEvery1Minute", RolloutPlan("Linear", 10, 1)),
    ],
)
def test_codedeploys_own_configurations_are_known_by_their_names(name: str, plan: RolloutPlan) -> None:
    assert PREDEFINED[name] == plan
    assert len(PREDEFINED) == 9


def test_a_statement_is_estimated_a_little_too_small() -> None:
    source = "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Api>/*/GET/orders"
    size = statement_size(
        "ApiGETordersPermission1A2B3C4D",
        Principal="apigateway.amazonaws.com",
        Action="lambda:InvokeFunction",
        SourceArn=source,
    )
    written = len(json.dumps(STATEMENT, separators=(",", ":")))

    assert 0.8 * written < size <= written


def test_an_expression_has_the_length_that_scheduler_allows() -> None:
    assert shape("ScheduleExpression", "scheduler")["max"] == schedule.SCHEDULE_MAXIMUM
