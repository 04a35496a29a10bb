"""Lambda Insights: the extension as a layer, and its scoped permissions."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk.region_info import FactName, RegionInfo
from constructs import Construct

from ..core import acknowledgements
from ..core.execution_role import ExecutionRole
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..rules.function import insights_version_known
from ..template.values import LOOKED_UP_LATER, Unknown

_REFERENCE_REGION = "us-east-1"  # every version is published in this region


def check_insights(guard: Guard, version: str | None, architecture: lambda_.Architecture) -> None:
    """Check that CDK knows a layer of this version for the architecture in the stack's region."""
    if version is None:
        return
    if isinstance(guard.text(version), Unknown):
        if cdk.Token.is_unresolved(version):
            guard.refuse_unknown("insights_version", "a version that is known at synthesis")
        return
    stack_region = cdk.Stack.of(guard.scope).region
    region = _REFERENCE_REGION if cdk.Token.is_unresolved(stack_region) else stack_region
    for each in dict.fromkeys((_REFERENCE_REGION, region)):
        known = RegionInfo.get(each).cloudwatch_lambda_insights_arn(version, architecture.name)
        guard.check(insights_version_known, version, architecture.name, each, known=known is not None)


def insights_layer(
    scope: Construct, stack: StackResources, version: str, architecture: lambda_.Architecture
) -> lambda_.ILayerVersion:
    """The extension's layer in the stack's region; looked up at deployment if the region is not known.

    This does not use the option of the L2 function, which attaches an AWS managed policy to the role.
    """
    if LOOKED_UP_LATER in version:
        arn = stack.arn("lambda", "layer", f"{version}:1", ":")
    else:
        fact = FactName.cloudwatch_lambda_insights_version(version, architecture.name)
        arn = stack.stack.regional_fact(fact)
    return lambda_.LayerVersion.from_layer_version_arn(scope, "Insights", arn)


def allow_insights(stack: StackResources, role: ExecutionRole) -> None:
    """Let the extension write to its log group, which all functions in a region share."""
    log_group = stack.arn("logs", "log-group", "/aws/lambda-insights:*", ":")
    role.allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [log_group])
    acknowledgements.acknowledge(
        role.role, acknowledgements.INSIGHTS_STREAMS, acknowledgements.granular(stack.stack, log_group)
    )
