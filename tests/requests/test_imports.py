"""CDK's modules load when the option that needs them is given: each costs time at every synthesis."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support import ROOT

SCRIPT = """
import sys
import aws_cdk as cdk
from aws_cdk.aws_lambda import Code, Runtime
import lambda_constructs as constructs

function = constructs.HttpFunction(
    cdk.Stack(cdk.App(analytics_reporting=False), "Shop"),
    "Orders",
    code=Code.from_inline("def handler(event, context): ..."),
    handler="index.handler",
    runtime=Runtime.PYTHON_3_14,
    endpoint={endpoint},
)
print(*(name for name in sys.modules if name.startswith("aws_cdk.aws_")))
"""
OTHERS = {
    "aws_certificatemanager",
    "aws_cognito",
    "aws_elasticloadbalancingv2",
    "aws_wafv2",
}


@pytest.mark.parametrize(
    ("endpoint", "unused"),
    [
        ("None", OTHERS | {"aws_apigateway"}),
        ("constructs.RestApiEndpoint()", OTHERS | {"aws_apigatewayv2", "aws_apigatewayv2_authorizers"}),
        (
            "constructs.FunctionUrlEndpoint()",
            OTHERS | {"aws_apigateway", "aws_apigatewayv2", "aws_apigatewayv2_authorizers"},
        ),
    ],
)
def test_an_endpoint_loads_only_what_it_uses(endpoint: str, unused: set[str]) -> None:
    script = SCRIPT.format(endpoint=endpoint)
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    loaded = {name.removeprefix("aws_cdk.") for name in run.stdout.split()}

    assert "aws_lambda" in loaded
    assert loaded & unused == set()
