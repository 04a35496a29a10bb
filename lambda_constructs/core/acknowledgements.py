"""What cdk-nag finds in the bundle by design, and why it is right as it is.

cdk-nag need not be installed: acknowledgements are metadata that its packs, version 3, read.
Each one sits on the construct that it is about, so a finding of the user's own is never hidden.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

import aws_cdk as cdk
from constructs import IConstruct

from .cdk_objects import ask

VALIDATOR: Final = "CloudFormation-Validate::"
ALIAS_AS_ENDPOINT: Final = f"{VALIDATOR}W3694"
ANY_RESOURCE: Final = "AwsSolutions-IAM5[Resource::*]"
DEAD_LETTER_QUEUE_WITHOUT_REDRIVE: Final = "Serverless-SQSRedrivePolicy"
END_OF_THE_LINE: Final = ("AwsSolutions-SQS3", DEAD_LETTER_QUEUE_WITHOUT_REDRIVE)
MAPPING_WITHOUT_DESTINATION: Final = "Serverless-LambdaEventSourceMappingDestination"
CDK_FUNCTION: Final = (
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    ANY_RESOURCE,
)
ROUTE_WITHOUT_AUTHORIZATION: Final = "AwsSolutions-APIG4"
METHOD_WITHOUT_USER_POOL: Final = "AwsSolutions-COG4"
METHOD_WITHOUT_AUTHORIZATION: Final = (ROUTE_WITHOUT_AUTHORIZATION, METHOD_WITHOUT_USER_POOL)
STAGE_WITHOUT_WEB_ACL: Final = "AwsSolutions-APIG3"
GATEWAY_LOGS_POLICY: Final = (
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role"
    "/AmazonAPIGatewayPushToCloudWatchLogs]"
)
TABLE_WITHOUT_BACKUP_PLAN: Final = (
    "HIPAA.Security-DynamoDBInBackupPlan",
    "NIST.800.53.R4-DynamoDBInBackupPlan",
    "NIST.800.53.R5-DynamoDBInBackupPlan",
)
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
SOURCE_DESCRIBE: Final = (
    "ec2:DescribeNetworkInterfaces, DescribeSecurityGroups, DescribeSubnets and DescribeVpcs know no "
    "resource types, '*' is the only valid resource; Lambda needs them to reach brokers in their VPC."
)
SOURCE_INTERFACES: Final = (
    "Lambda creates and deletes the network interfaces itself through which it reaches the brokers, so their "
    "ids are not known at deployment; limited to this account and region, and to the brokers' subnets and "
    "security groups where they are given."
)
MSK_BROKERS: Final = (
    "kafka:GetBootstrapBrokers knows no resource types, '*' is the only valid resource; Lambda needs it to "
    "find the brokers of the cluster."
)
CONSUMER_GROUPS: Final = (
    "Lambda names the consumer group itself unless it is told a name; limited to the groups of this cluster."
)
LIST_STREAMS: Final = (
    "dynamodb:ListStreams knows no resource types, '*' is the only valid resource; Lambda needs it to create "
    "the mapping of a table's stream."
)
INSIGHTS_STREAMS: Final = (
    "The Lambda Insights extension names its log streams itself; limited to the log group "
    "/aws/lambda-insights of this account and region."
)
DEAD_LETTERS: Final = (
    "This queue is itself the dead-letter queue, the end of the line; its depth is watched by an alarm "
    "unless that is turned off."
)
DELIVERED_OBJECTS: Final = (
    "Lambda names the objects itself in which it keeps what failed; limited to the prefix aws/lambda/ of "
    "the destination's bucket."
)
IDEMPOTENCY_TABLE: Final = (
    "The table holds nothing but records of finished work that expire by themselves; it has point-in-time "
    "recovery, and an older backup of them would be of no use."
)
SUBSCRIBED_ALIAS: Final = (
    "SNS delivers to an alias by its ARN; the validator knows the ARN of a function only."
)
NOTIFICATIONS_HANDLER: Final = (
    "CDK's own function, one per stack, that sets the notifications of buckets; its policies are CDK's and "
    "cannot be changed from here."
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
ASYNC_FUNCTION: Final = (
    "The on-failure destination of the alias gets what failed; a dead-letter queue of the function would get "
    "the same events again, and is frozen into each version."
)
STREAM_FUNCTION: Final = (
    "The mapping invokes the function synchronously, a dead-letter queue of the function is never used; "
    "records that fail for good go to the mapping's on-failure destination."
)
BROKER_FUNCTION: Final = (
    "The mapping invokes the function synchronously, a dead-letter queue of the function is never used; "
    "messages that fail go back to the broker, whose dead-letter queue gets them."
)
BROKER_MAPPING: Final = (
    "Mappings of Amazon MQ have no on-failure destination (Lambda API); messages that fail go back to the "
    "broker, whose dead-letter queue gets them."
)
PUBLIC: Final = (
    "Public by choice: the workload was given PublicAccess(), without which callers are authorized by IAM; "
    "the requests that get through are bounded by the stage's throttling."
)
PREFLIGHT: Final = (
    "A browser's question before a call (CORS preflight) has no credentials by definition; API Gateway "
    "answers it itself from the API's configuration."
)
NO_USER_POOL: Final = (
    "Callers are authorized by IAM or by a function of the user's own, as the workload's authorizer says; "
    "not every caller is a user of a Cognito user pool."
)
WEB_ACL: Final = (
    "A web ACL has rules that depend on the callers, and costs extra; web_acl= associates one. The stage is "
    "throttled in any case."
)
GATEWAY_LOGS: Final = (
    "The role as which API Gateway writes logs, one for account and region; API Gateway asks for the "
    "permissions of this policy when it is set."
)
HTTP_FUNCTION: Final = (
    "The endpoint invokes the function synchronously, a dead-letter queue of the function is never used; "
    "the caller gets the error."
)
COGNITO_FUNCTION: Final = (
    "Cognito invokes the function synchronously, a dead-letter queue of the function is never used; the user "
    "who signs in or up gets the error."
)
SQS_FUNCTION: Final = (
    "The mapping invokes the function synchronously, a dead-letter queue of the function is never used; "
    "failed messages reach the queue's dead-letter queue by its redrive policy."
)


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Acknowledge findings on one construct, so that they stand in the report with their reason.

    As metadata, which is what `Validations.acknowledge` writes too, in fewer messages to CDK's process.
    """
    acknowledged = {_id(finding): reason for finding in findings}
    ask(construct, "node").add_metadata(_metadata_key(), acknowledged)


def _id(finding: str) -> str:
    """The id under which CDK reports a finding: of its own validator, or of a pack of cdk-nag."""
    pack = "" if finding.startswith(VALIDATOR) else f"{finding.split('-', maxsplit=1)[0]}::"
    return f"{pack}{finding}"


@cache
def _metadata_key() -> str:
    return cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY


def granular(stack: cdk.Stack, arn: str) -> str:
    """The id of cdk-nag's finding for a wildcard in an ARN, as cdk-nag writes references."""
    return f"AwsSolutions-IAM5[Resource::{flatten(stack.resolve(arn))}]"


def flatten(value: object) -> str:
    """A resolved text, with references as cdk-nag writes them."""
    match value:
        case str():
            return value
        case {"Fn::Join": [str(delimiter), [*parts]]}:
            return delimiter.join(flatten(part) for part in parts)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{flatten(resource)}.{flatten(attribute)}>"
        case {"Ref": reference}:
            return f"<{flatten(reference)}>"
        case _:
            return json.dumps(value, separators=(",", ":"))
