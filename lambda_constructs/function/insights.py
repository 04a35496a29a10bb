"""Lambda Insights: the extension as a layer, and its scoped permissions."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from aws_cdk.region_info import FactName, RegionInfo
from constructs import Construct

from ..core import acknowledgements
from ..core.execution_role import ExecutionRole
from ..core.guard import Guard, Unknown
from ..core.stack_resources import StackResources
from ..rules.function import insights_version_known

_REFERENCE_REGION = "us-east-1"  # every version is published in this region


def check_insights(guard: Guard, version: str | None, architecture: lambda_.Architecture) -> None:
    """Check that CDK knows the layer of this version for the architecture."""
    if version is not None and not isinstance(guard.text(version), Unknown):
        known = RegionInfo.get(_REFERENCE_REGION).cloudwatch_lambda_insights_arn(version, architecture.name)
        guard.check(insights_version_known, version, architecture.name, known=known is not None)


def insights_layer(
    scope: Construct, stack: StackResources, version: str, architecture: lambda_.Architecture
) -> lambda_.ILayerVersion:
    """The extension's layer in the stack's region; looked up at deployment if the region is not known.

    This does not use the option of the L2 function, which attaches an AWS managed policy to the role.
    """
    arn = stack.stack.regional_fact(FactName.cloudwatch_lambda_insights_version(version, architecture.name))
    return lambda_.LayerVersion.from_layer_version_arn(scope, "Insights", arn)


def allow_insights(stack: StackResources, role: ExecutionRole) -> None:
    """Let the extension write to its log group, which all functions in a region share."""
    log_group = stack.arn("logs", "log-group", "/aws/lambda-insights:*", ":")
    role.allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [log_group])
    acknowledgements.acknowledge(
        role.role, acknowledgements.INSIGHTS_STREAMS, acknowledgements.granular(stack.stack, log_group)
    )
