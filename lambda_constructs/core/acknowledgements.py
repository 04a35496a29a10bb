"""Findings of cdk-nag that the constructs cause by design, each with the reason why it is acceptable.

cdk-nag need not be installed: acknowledgements are metadata that version 3 of its packs reads.
Each acknowledgement is on the construct that it is about, so it never hides a finding in the user's code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Final

import aws_cdk as cdk
from constructs import IConstruct

from .cdk_objects import ask, call

_VALIDATOR: Final = "CloudFormation-Validate::"
_HIPAA: Final = "HIPAA.Security"
_NIST_4: Final = "NIST.800.53.R4"
_NIST_5: Final = "NIST.800.53.R5"
_PCI: Final = "PCI.DSS.321"


@dataclass(frozen=True)
class Acknowledgement:
    """Findings that a construct causes by design."""

    reason: str  # why they are acceptable
    # Their ids, without those that name a resource of the app: see `granular`
    findings: tuple[str, ...] = ()


def _of_packs(rule: str, *packs: str) -> tuple[str, ...]:
    """The ids of a rule that several packs of cdk-nag have."""
    return tuple(f"{pack}-{rule}" for pack in packs)


_AWS_MANAGED_POLICY: Final = "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
_ROUTE_WITHOUT_AUTHORIZATION: Final = ("AwsSolutions-APIG4",)
_MAPPING_WITHOUT_DESTINATION: Final = ("Serverless-LambdaEventSourceMappingDestination",)
_INLINE_POLICY: Final = _of_packs("IAMNoInlinePolicy", _HIPAA, _NIST_4, _NIST_5, _PCI)
_WITHOUT_DEAD_LETTERS: Final = ("Serverless-LambdaDLQ", *_of_packs("LambdaDLQ", _HIPAA, _NIST_5))
ANY_RESOURCE: Final = "AwsSolutions-IAM5[Resource::*]"
QUEUE_WITHOUT_DEAD_LETTERS: Final = "AwsSolutions-SQS3"
METHOD_WITHOUT_USER_POOL: Final = "AwsSolutions-COG4"
CDK_FUNCTION: Final = (
    *_of_packs("LambdaConcurrency", _HIPAA, _NIST_5),
    *_of_packs("LambdaDLQ", _HIPAA, _NIST_5),
    *_of_packs("LambdaInsideVPC", _HIPAA, _NIST_4, _NIST_5, _PCI),
    f"{_AWS_MANAGED_POLICY}AWSLambdaBasicExecutionRole]",
    ANY_RESOURCE,
)

TRACING: Final = Acknowledgement(
    "xray:PutTraceSegments and xray:PutTelemetryRecords do not support resource types, so '*' is the only "
    "valid resource; this policy has no other statement.",
)
COMPOSITE_ALARMS: Final = Acknowledgement(
    "CloudWatch returns composite alarms only to roles that may call cloudwatch:DescribeAlarms for '*'; this "
    "policy has no other statement.",
)
VPC_DESCRIBE: Final = Acknowledgement(
    "ec2:DescribeNetworkInterfaces and ec2:DescribeSubnets do not support resource types, so '*' is the only "
    "valid resource; Lambda needs them to place the function's network interfaces.",
)
NETWORK_INTERFACES: Final = Acknowledgement(
    "Lambda creates and deletes the function's network interfaces itself, so their ids are not known "
    "at deployment; the permission is limited to network interfaces of this account and region.",
)
SOURCE_DESCRIBE: Final = Acknowledgement(
    "ec2:DescribeNetworkInterfaces, DescribeSecurityGroups, DescribeSubnets and DescribeVpcs do not support "
    "resource types, so '*' is the only valid resource; Lambda needs them to reach brokers in their VPC.",
)
SOURCE_INTERFACES: Final = Acknowledgement(
    "Lambda itself creates and deletes the network interfaces through which it reaches the brokers, so their "
    "ids are not known at deployment; the permission is limited to this account and region, and to the "
    "brokers' subnets and security groups if they are given.",
)
MSK_BROKERS: Final = Acknowledgement(
    "kafka:GetBootstrapBrokers does not support resource types, so '*' is the only valid resource; Lambda "
    "needs it to find the brokers of the cluster.",
)
CONSUMER_GROUPS: Final = Acknowledgement(
    "Lambda generates the name of the consumer group unless one is given; the permission is limited to the "
    "consumer groups of this cluster.",
)
LIST_STREAMS: Final = Acknowledgement(
    "dynamodb:ListStreams does not support resource types, so '*' is the only valid resource; Lambda needs "
    "it to create the event source mapping of a table's stream.",
)
INSIGHTS_STREAMS: Final = Acknowledgement(
    "The Lambda Insights extension names its log streams itself; the permission is limited to the log "
    "group /aws/lambda-insights of this account and region.",
)
DURABLE_EXECUTIONS: Final = Acknowledgement(
    "The executions of a durable function belong to its versions, whose numbers are not known at deployment; "
    "the permission is limited to the versions of this function.",
)
DURABLE_FAILURES: Final = Acknowledgement(
    "Lambda delivers nothing to destinations of a durable function; "
    "its dead-letter queue gets failed events.",
    ("Serverless-LambdaAsyncFailureDestination",),
)
DEAD_LETTERS: Final = Acknowledgement(
    "This queue is itself the dead-letter queue; an alarm watches its depth unless you turn that alarm off.",
    ("Serverless-SQSRedrivePolicy",),
)
DELIVERED_OBJECTS: Final = Acknowledgement(
    "Lambda names the objects that it writes for failed events itself; the permission is limited to the "
    "prefix aws/lambda/ of the bucket.",
)
IDEMPOTENCY_TABLE: Final = Acknowledgement(
    "The table contains only records of processed events, which expire by themselves; it has point-in-time "
    "recovery, and an older backup would not be useful.",
    _of_packs("DynamoDBInBackupPlan", _HIPAA, _NIST_4, _NIST_5),
)
SUBSCRIBED_ALIAS: Final = Acknowledgement(
    "SNS can deliver to the ARN of an alias; the validator knows only the ARN of a function.",
    (f"{_VALIDATOR}W3694",),
)
NOTIFICATIONS_HANDLER: Final = Acknowledgement(
    "CDK creates this function, one per stack, to set the notifications of buckets; its settings and its "
    "policies come from CDK and cannot be changed here.",
    _INLINE_POLICY,
)
SQS_MAPPING: Final = Acknowledgement(
    "The Lambda API does not support on-failure destinations for SQS; the redrive policy of the queue moves "
    "failed messages to its dead-letter queue.",
    _MAPPING_WITHOUT_DESTINATION,
)
FUNCTION_WITHOUT_TRIGGER: Final = Acknowledgement(
    "The construct has no trigger; you handle failures with the trigger that you add to the alias. "
    "DeadLetterConfig is fixed in each version, and two versions behind a weighted alias must share it.",
    _WITHOUT_DEAD_LETTERS,
)
HOOK_FUNCTION: Final = Acknowledgement(
    "CodeDeploy invokes the hook and waits for its report; a hook that does not report fails the deployment, "
    "so there are no lost events that a dead-letter queue could keep.",
    _WITHOUT_DEAD_LETTERS,
)
ASYNC_FUNCTION: Final = Acknowledgement(
    "The on-failure destination of the alias receives failed events; a dead-letter queue of the function "
    "would receive the same events again, and is fixed in each version.",
    _WITHOUT_DEAD_LETTERS,
)
STREAM_FUNCTION: Final = Acknowledgement(
    "The event source mapping invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "records that fail on every attempt go to the on-failure destination of the mapping.",
    _WITHOUT_DEAD_LETTERS,
)
BROKER_FUNCTION: Final = Acknowledgement(
    "The event source mapping invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "failed messages go back to the broker, which moves them to its dead-letter queue.",
    _WITHOUT_DEAD_LETTERS,
)
BROKER_MAPPING: Final = Acknowledgement(
    "The Lambda API does not support on-failure destinations for Amazon MQ; failed messages go back to the "
    "broker, which moves them to its dead-letter queue.",
    _MAPPING_WITHOUT_DESTINATION,
)
PUBLIC: Final = Acknowledgement(
    "Public by choice: the workload has PublicAccess(), and IAM authorizes callers without it; "
    "the stage throttles requests.",
    _ROUTE_WITHOUT_AUTHORIZATION,
)
PREFLIGHT: Final = Acknowledgement(
    "A CORS preflight request never has credentials; API Gateway itself answers it from the API's "
    "configuration.",
    _ROUTE_WITHOUT_AUTHORIZATION,
)
NO_USER_POOL: Final = Acknowledgement(
    "IAM or a Lambda function authorizes callers, depending on the workload's authorizer; "
    "callers need not be users of a Cognito user pool.",
    (METHOD_WITHOUT_USER_POOL,),
)
CACHE: Final = Acknowledgement(
    "The stage does not cache responses, so there is no cache to encrypt; a cache could also answer one "
    "caller with the data of another.",
    _of_packs("APIGWCacheEnabledAndEncrypted", _HIPAA, _NIST_4, _NIST_5, _PCI),
)
CLIENT_CERTIFICATE: Final = Acknowledgement(
    "A client certificate identifies API Gateway to HTTP servers; this API invokes a Lambda function, whose "
    "permission allows only this API.",
    _of_packs("APIGWSSLEnabled", _HIPAA, _NIST_5, _PCI),
)
INLINE_POLICIES: Final = Acknowledgement(
    "Each role has a policy that only this role can have and that is removed with it, which IAM recommends "
    "for a strict one-to-one relationship; the rules about wildcards read its statements all the same.",
    _INLINE_POLICY,
)
WEB_ACL: Final = Acknowledgement(
    "The rules of a web ACL depend on the callers, and it costs extra; pass web_acl=... to associate one. "
    "The stage always throttles requests.",
    ("AwsSolutions-APIG3", *_of_packs("APIGWAssociatedWithWAF", _NIST_5, _PCI)),
)
GATEWAY_LOGS: Final = Acknowledgement(
    "API Gateway writes logs with this role, one for each account and region; it requires the permissions of "
    "this policy when the role is set.",
    (f"{_AWS_MANAGED_POLICY}AmazonAPIGatewayPushToCloudWatchLogs]",),
)
HTTP_FUNCTION: Final = Acknowledgement(
    "The endpoint invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "the caller gets the error.",
    _WITHOUT_DEAD_LETTERS,
)
COGNITO_FUNCTION: Final = Acknowledgement(
    "Cognito invokes the function synchronously, so Lambda never uses a dead-letter queue; the user "
    "who signs in or up gets the error.",
    _WITHOUT_DEAD_LETTERS,
)
SQS_FUNCTION: Final = Acknowledgement(
    "The event source mapping invokes the function synchronously, so Lambda never uses a dead-letter queue; "
    "the redrive policy of the queue moves failed messages to its dead-letter queue.",
    _WITHOUT_DEAD_LETTERS,
)
PUBLIC_URL: Final = Acknowledgement(
    "Public by choice: the workload has PublicAccess(), and IAM authorizes callers without it.",
    _of_packs("LambdaFunctionPublicAccessProhibited", _HIPAA, _NIST_4, _NIST_5, _PCI),
)


def acknowledge(construct: IConstruct, known: Acknowledgement, *others: str) -> None:
    """Acknowledge findings on one construct, also others: cdk-nag's report then shows them with the reason.

    The metadata is what `Validations.acknowledge` writes, with fewer messages to CDK's process.
    """
    acknowledged = {_id(finding): known.reason for finding in (*known.findings, *others)}
    call(ask(construct, "node"), "addMetadata", _metadata_key(), acknowledged)


def _id(finding: str) -> str:
    """The id with which CDK reports a finding of the CDK validator or of a cdk-nag pack."""
    pack = "" if finding.startswith(_VALIDATOR) else f"{finding.split('-', maxsplit=1)[0]}::"
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
