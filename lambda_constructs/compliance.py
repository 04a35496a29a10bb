"""What cdk-nag finds in the bundle by design, and why it is right as it is.

cdk-nag need not be installed: acknowledgements are metadata that its packs, version 3, read.
Each one sits on the construct that it is about, so a finding of the user's own is never hidden.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import aws_cdk as cdk
from constructs import IConstruct

ANY_RESOURCE: Final = "AwsSolutions-IAM5[Resource::*]"
DEAD_LETTER_QUEUE_WITHOUT_REDRIVE: Final = "Serverless-SQSRedrivePolicy"
MAPPING_WITHOUT_DESTINATION: Final = "Serverless-LambdaEventSourceMappingDestination"
FUNCTION_WITHOUT_DEAD_LETTERS: Final = (
    "Serverless-LambdaDLQ",
    "HIPAA.Security-LambdaDLQ",
    "NIST.800.53.R5-LambdaDLQ",
)

TRACING: Final = (
    "xray:PutTraceSegments and xray:PutTelemetryRecords know no resource types, '*' is the only valid "
    "resource; the statement is alone in this policy."
)
VPC_DESCRIBE: Final = (
    "ec2:DescribeNetworkInterfaces and ec2:DescribeSubnets know no resource types, '*' is the only valid "
    "resource; Lambda needs them to place the function's network interfaces."
)
NETWORK_INTERFACES: Final = (
    "Lambda creates and deletes the function's network interfaces itself, so their ids are not known "
    "at deployment; limited to network interfaces of this account and region."
)
INSIGHTS_STREAMS: Final = (
    "The Lambda Insights extension names its log streams itself; limited to the log group "
    "/aws/lambda-insights of this account and region."
)
DEAD_LETTERS: Final = (
    "This queue is itself the dead-letter queue, the end of the line; its depth is watched by an alarm "
    "unless that is turned off."
)
SQS_MAPPING: Final = (
    "Mappings of SQS queues have no on-failure destination (Lambda API); failed messages reach the "
    "queue's dead-letter queue by its redrive policy."
)
FUNCTION_WITHOUT_TRIGGER: Final = (
    "The function has no trigger of its own; failures belong to the trigger that is added to its alias. A "
    "DeadLetterConfig is frozen into each version, and two versions behind a weighted alias must share it."
)
HOOK_FUNCTION: Final = (
    "CodeDeploy invokes the hook and waits for its report; a hook that does not report fails the deployment, "
    "so no event is lost that a dead-letter queue could keep."
)
SQS_FUNCTION: Final = (
    "The mapping invokes the function synchronously, a dead-letter queue of the function is never used; "
    "failed messages reach the queue's dead-letter queue by its redrive policy."
)


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Acknowledge findings on one construct, so that they stand in the report with their reason.

    As metadata, which is what `Validations.acknowledge` writes too, in fewer messages to CDK's process.
    """
    acknowledged = {f"{finding.split('-')[0]}::{finding}": reason for finding in findings}
    construct.node.add_metadata(_metadata_key(), acknowledged)


@cache
def _metadata_key() -> str:
    return cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY


def granular(stack: cdk.Stack, arn: str) -> str:
    """The id of cdk-nag's finding for a wildcard in an ARN, as cdk-nag writes references."""
    return f"AwsSolutions-IAM5[Resource::{_flatten(stack.resolve(arn))}]"


def _flatten(value: object) -> str:
    match value:
        case str():
            return value
        case {"Fn::Join": [str(delimiter), [*parts]]}:
            return delimiter.join(_flatten(part) for part in parts)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{_flatten(resource)}.{_flatten(attribute)}>"
        case {"Ref": reference}:
            return f"<{_flatten(reference)}>"
        case _:
            raise TypeError(f"no form of an ARN: {value!r}")
