"""Lambda Insights: the extension as a layer, and its own scoped statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk.region_info import FactName, RegionInfo
from constructs import Construct

from ..core import acknowledgements
from ..core.guard import Guard
from ..rules.function import insights_version_known

if TYPE_CHECKING:
    from ..core.execution_role import ExecutionRole

_REFERENCE_REGION = "us-east-1"  # every version is published here


def check_insights(guard: Guard, version: str | None, architecture: lambda_.Architecture) -> None:
    """Check that CDK knows a layer of this version for the architecture."""
    if version is not None:
        guard.text("insights_version", version)
        known = RegionInfo.get(_REFERENCE_REGION).cloudwatch_lambda_insights_arn(version, architecture.name)
        guard.check(insights_version_known, version, architecture.name, known=known is not None)


def insights_layer(
    scope: Construct, version: str, architecture: lambda_.Architecture
) -> lambda_.ILayerVersion:
    """The extension's layer in the stack's region; looked up at deployment if that is not known yet.

    Not by the option of the L2 function: that attaches an AWS-managed policy to the role.
    """
    arn = cdk.Stack.of(scope).regional_fact(
        FactName.cloudwatch_lambda_insights_version(version, architecture.name)
    )
    return lambda_.LayerVersion.from_layer_version_arn(scope, "Insights", arn)


def allow_insights(scope: Construct, role: ExecutionRole) -> None:
    """Let the extension write to its log group, which all functions of a region share."""
    stack = cdk.Stack.of(scope)
    log_group = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name="/aws/lambda-insights:*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    role.allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [log_group])
    acknowledgements.acknowledge(
        role.role, acknowledgements.INSIGHTS_STREAMS, acknowledgements.granular(stack, log_group)
    )
