"""A rule of AWS IoT Core as trigger."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core.guard import Guard
from ..core.permissions import let_invoke

_SQL_VERSION = "2016-03-23"  # https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html


@dataclass(frozen=True, kw_only=True)
class IotTopicRule:
    """Handle the messages of things that a rule of AWS IoT selects.

    What the rule cannot hand over goes to the failure queue, by its error action.

    Args:
        sql: The rule's statement, such as "SELECT * FROM 'shop/+/till'".
        enabled: Whether the rule is on. Default: True
    """

    sql: str
    enabled: bool = True


def check_iot_topic_rule(guard: Guard, source: IotTopicRule) -> None:
    """Check the statement."""
    guard.text("source.sql", source.sql)


def create_iot_topic_rule(
    scope: Construct, source: IotTopicRule, alias: lambda_.Alias, queue: sqs.IQueue
) -> iot.CfnTopicRule:
    """Create the rule, and the role as which it writes what it cannot hand over to the queue."""
    rule = iot.CfnTopicRule
    statement = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[queue.queue_arn])
    key = queue.encryption_master_key
    key_statement = (
        []
        if key is None
        else [iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn])]
    )
    role = iam.Role(
        scope,
        "ErrorActionRole",
        assumed_by=iam.ServicePrincipal("iot.amazonaws.com"),
        inline_policies={"ErrorAction": iam.PolicyDocument(statements=[statement, *key_statement])},
    )
    created = rule(
        scope,
        "Rule",
        topic_rule_payload=rule.TopicRulePayloadProperty(
            sql=source.sql,
            aws_iot_sql_version=_SQL_VERSION,
            rule_disabled=not source.enabled,
            actions=[rule.ActionProperty(lambda_=rule.LambdaActionProperty(function_arn=alias.function_arn))],
            error_action=rule.ActionProperty(
                sqs=rule.SqsActionProperty(
                    queue_url=queue.queue_url, role_arn=role.role_arn, use_base64=False
                )
            ),
        ),
    )
    let_invoke(scope, alias, service="iot.amazonaws.com", source_arn=created.attr_arn)
    return created
