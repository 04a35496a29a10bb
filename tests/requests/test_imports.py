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

stack = cdk.Stack(cdk.App(analytics_reporting=False), "Shop")
for endpoint in ({endpoints}):
    function = constructs.HttpFunction(
        stack,
        f"Orders{{type(endpoint).__name__}}",
        code=Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=Runtime.PYTHON_3_14,
        endpoint=endpoint,
    )
    print(*(name for name in sys.modules if name.startswith("aws_cdk.aws_")))
"""
HTTP = {"aws_apigatewayv2", "aws_apigatewayv2_authorizers"}
OTHERS = {
    "aws_certificatemanager",
    "aws_cognito",
    "aws_elasticloadbalancingv2",
    "aws_wafv2",
}


@pytest.mark.parametrize(
    "unused",
    [
        {
            "constructs.FunctionUrlEndpoint()": OTHERS | HTTP | {"aws_apigateway"},
            "None": OTHERS | {"aws_apigateway"},
        },
        {"constructs.RestApiEndpoint()": OTHERS | HTTP},
    ],
)
def test_an_endpoint_loads_only_what_it_uses(unused: dict[str, set[str]]) -> None:
    """What an endpoint loads stays, so those that load more come later, or in another process."""
    script = SCRIPT.format(endpoints="".join(f"{endpoint}, " for endpoint in unused))
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    for names, others in zip(run.stdout.splitlines(), unused.values(), strict=True):
        loaded = {name.removeprefix("aws_cdk.") for name in names.split()}
        assert "aws_lambda" in loaded
        assert loaded & others == set()
