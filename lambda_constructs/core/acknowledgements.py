"""Findings of cdk-nag that the constructs cause by design, each with the reason why it is acceptable.

cdk-nag need not be installed: acknowledgements are metadata that version 3 of its packs reads.
Each acknowledgement is on the construct that it is about, so it never hides a finding in the user's code.
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
ASYNC_WITHOUT_DESTINATION: Final = "Serverless-LambdaAsyncFailureDestination"
CDK_FUNCTION: Final = (
    "HIPAA.Security-LambdaConcurrency",
    "HIPAA.Security-LambdaDLQ",
    "HIPAA.Security-LambdaInsideVPC",
    "NIST.800.53.R4-LambdaInsideVPC",
    "NIST.800.53.R5-LambdaConcurrency",
    "NIST.800.53.R5-LambdaDLQ",
    "NIST.800.53.R5-LambdaInsideVPC",
    "PCI.DSS.321-LambdaInsideVPC",
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    ANY_RESOURCE,
)
ROUTE_WITHOUT_AUTHORIZATION: Final = "AwsSolutions-APIG4"
METHOD_WITHOUT_USER_POOL: Final = "AwsSolutions-COG4"
METHOD_WITHOUT_AUTHORIZATION: Final = (ROUTE_WITHOUT_AUTHORIZATION, METHOD_WITHOUT_USER_POOL)
STAGE_WITHOUT_WEB_ACL: Final = (
    "AwsSolutions-APIG3",
    "NIST.800.53.R5-APIGWAssociatedWithWAF",
    "PCI.DSS.321-APIGWAssociatedWithWAF",
)
STAGE_WITHOUT_CACHE: Final = (
    "HIPAA.Security-APIGWCacheEnabledAndEncrypted",
    "NIST.800.53.R4-APIGWCacheEnabledAndEncrypted",
    "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted",
    "PCI.DSS.321-APIGWCacheEnabledAndEncrypted",
)
STAGE_WITHOUT_CLIENT_CERTIFICATE: Final = (
    "HIPAA.Security-APIGWSSLEnabled",
    "NIST.800.53.R5-APIGWSSLEnabled",
    "PCI.DSS.321-APIGWSSLEnabled",
)
PUBLIC_FUNCTION: Final = (
    "HIPAA.Security-LambdaFunctionPublicAccessProhibited",
    "NIST.800.53.R4-LambdaFunctionPublicAccessProhibited",
    "NIST.800.53.R5-LambdaFunctionPublicAccessProhibited",
    "PCI.DSS.321-LambdaFunctionPublicAccessProhibited",
)
INLINE_POLICY: Final = (
    "HIPAA.Security-IAMNoInlinePolicy",
    "NIST.800.53.R4-IAMNoInlinePolicy",
    "NIST.800.53.R5-IAMNoInlinePolicy",
    "PCI.DSS.321-IAMNoInlinePolicy",
)
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
    "xray:PutTraceSegments and xray:PutTelemetryRecords do not support resource types, so '*' is the only "
    "valid resource; this policy has no other statement."
)
COMPOSITE_ALARMS: Final = (
    "CloudWatch returns composite alarms only to roles that may call cloudwatch:DescribeAlarms for '*'; this "
    "policy has no other statement."
)
VPC_DESCRIBE: Final = (
    "ec2:DescribeNetworkInterfaces and ec2:DescribeSubnets do not support resource types, so '*' is the only "
    "valid resource; Lambda needs them to place the function's network interfaces."
)
NETWORK_INTERFACES: Final = (
    "Lambda creates and deletes the function's network interfaces itself, so their ids are not known "
    "at deployment; the permission is limited to network interfaces of this account and region."
)
SOURCE_DESCRIBE: Final = (
    "ec2:DescribeNetworkInterfaces, DescribeSecurityGroups, DescribeSubnets and DescribeVpcs do not support "
    "resource types, so '*' is the only valid resource; Lambda needs them to reach brokers in their VPC."
)
SOURCE_INTERFACES: Final = (
    "Lambda itself creates and deletes the network interfaces through which it reaches the brokers, so their "
    "ids are not known at deployment; the permission is limited to this account and region, and to the "
    "brokers' subnets and security groups if they are given."
)
MSK_BROKERS: Final = (
    "kafka:GetBootstrapBrokers does not support resource types, so '*' is the only valid resource; Lambda "
    "needs it to find the brokers of the cluster."
)
CONSUMER_GROUPS: Final = (
    "Lambda generates the name of the consumer group unless one is given; the permission is limited to the "
    "consumer groups of this cluster."
)
LIST_STREAMS: Final = (
    "dynamodb:ListStreams does not support resource types, so '*' is the only valid resource; Lambda needs "
    "it to create the event source mapping of a table's stream."
)
INSIGHTS_STREAMS: Final = (
    "The Lambda Insights extension names its log streams itself; the permission is limited to the log "
    "group /aws/lambda-insights of this account and region."
)
DURABLE_EXECUTIONS: Final = (
    "The executions of a durable function belong to its versions, whose numbers are not known at deployment; "
    "the permission is limited to the versions of this function."
)
DURABLE_FAILURES: Final = (
    "Lambda delivers nothing to destinations of a durable function; its dead-letter queue gets failed events."
)
DEAD_LETTERS: Final = (
    "This queue is itself the dead-letter queue; an alarm watches its depth unless you turn that alarm off."
)
DELIVERED_OBJECTS: Final = (
    "Lambda names the objects that it writes for failed events itself; the permission is limited to the "
    "prefix aws/lambda/ of the bucket."
)
IDEMPOTENCY_TABLE: Final = (
    "The table contains only records of processed events, which expire by themselves; it has point-in-time "
    "recovery, and an older backup would not be useful."
)
SUBSCRIBED_ALIAS: Final = (
    "SNS can deliver to the ARN of an alias; the validator knows only the ARN of a function."
)
NOTIFICATIONS_HANDLER: Final = (
    "CDK creates this function, one per stack, to set the notifications of buckets; its settings and its "
    "policies come from CDK and cannot be changed here."
)
SQS_MAPPING: Final = (
    "The Lambda API does not support on-failure destinations for SQS; the redrive policy of the queue moves "
    "failed messages to its dead-letter queue."
)
FUNCTION_WITHOUT_TRIGGER: Final = (
    "The construct has no trigger; you handle failures with the trigger that you add to the alias. "
    "DeadLetterConfig is fixed in each version, and two versions behind a weighted alias must share it."
)
HOOK_FUNCTION: Final = (
    "CodeDeploy invokes the hook and waits for its report; a hook that does not report fails the deployment, "
    "so there are no lost events that a dead-letter queue could keep."
)
ASYNC_FUNCTION: Final = (
    "The on-failure destination of the alias receives failed events; a dead-letter queue of the function "
    "would receive the same events again, and is fixed in each version."
)
STREAM_FUNCTION: Final = (
    "The event source mapping invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "records that fail on every attempt go to the on-failure destination of the mapping."
)
BROKER_FUNCTION: Final = (
    "The event source mapping invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "failed messages go back to the broker, which moves them to its dead-letter queue."
)
BROKER_MAPPING: Final = (
    "The Lambda API does not support on-failure destinations for Amazon MQ; failed messages go back to the "
    "broker, which moves them to its dead-letter queue."
)
PUBLIC: Final = (
    "Public by choice: the workload has PublicAccess(), and IAM authorizes callers without it; "
    "the stage throttles requests."
)
PREFLIGHT: Final = (
    "A CORS preflight request never has credentials; API Gateway itself answers it from the API's "
    "configuration."
)
NO_USER_POOL: Final = (
    "IAM or a Lambda function authorizes callers, depending on the workload's authorizer; "
    "callers need not be users of a Cognito user pool."
)
CACHE: Final = (
    "The stage does not cache responses, so there is no cache to encrypt; a cache could also answer one "
    "caller with the data of another."
)
CLIENT_CERTIFICATE: Final = (
    "A client certificate identifies API Gateway to HTTP servers; this API invokes a Lambda function, whose "
    "permission allows only this API."
)
INLINE_POLICIES: Final = (
    "Each role has a policy that only this role can have and that is removed with it, which IAM recommends "
    "for a strict one-to-one relationship; the rules about wildcards read its statements all the same."
)
WEB_ACL: Final = (
    "The rules of a web ACL depend on the callers, and it costs extra; pass web_acl=... to associate one. "
    "The stage always throttles requests."
)
GATEWAY_LOGS: Final = (
    "API Gateway writes logs with this role, one for each account and region; it requires the permissions of "
    "this policy when the role is set."
)
HTTP_FUNCTION: Final = (
    "The endpoint invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "the caller gets the error."
)
COGNITO_FUNCTION: Final = (
    "Cognito invokes the function synchronously, so Lambda never uses a dead-letter queue; the user "
    "who signs in or up gets the error."
)
SQS_FUNCTION: Final = (
    "The event source mapping invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "the redrive policy of the queue moves failed messages to its dead-letter queue."
)


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Acknowledge findings on one construct: the report of cdk-nag then shows them with the reason.

    The metadata is what `Validations.acknowledge` writes, with fewer messages to CDK's process.
    """
    acknowledged = {_id(finding): reason for finding in findings}
    ask(construct, "node").add_metadata(_metadata_key(), acknowledged)


def _id(finding: str) -> str:
    """The id with which CDK reports a finding of the CDK validator or of a cdk-nag pack."""
    pack = "" if finding.startswith(VALIDATOR) else f"{finding.split('-', maxsplit=1)[0]}::"
    return f"{pack}{finding}"


@cache
def _metadata_key() -> str:
    return cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY


def granular(stack: cdk.Stack, arn: str) -> str:
    """The id of cdk-nag's finding for a wildcard in an ARN, as cdk-nag writes references."""
    return f"AwsSolutions-IAM5[Resource::{flatten(stack.resolve(arn))}]"


def flatten(value: object) -> str:
    """A resolved string, with references as cdk-nag writes them."""
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
