"""An AWS IoT Core rule as trigger."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot

from ..core.context import Context
from ..core.execution_role import document
from ..core.failure_destination import FailureDestination, sending_statements
from ..core.guard import Guard
from ..core.permissions import let_invoke, service_for
from ..core.stack_resources import StackResources
from ..rules.iot_sql import iot_sql_form
from .source import EventSource

_SQL_VERSION = "2016-03-23"  # https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html


@dataclass(frozen=True, kw_only=True)
class IotTopicRule(EventSource):
    """Handle the messages that an AWS IoT rule selects.

    The error action of the rule sends messages that it cannot deliver to the failure queue.

    Args:
        sql: The rule's statement, such as "SELECT * FROM 'shop/+/till'", in SQL version 2016-03-23. Without a
            version, CloudFormation and CDK's `CfnTopicRule` use 2015-10-08.
        enabled: Whether the rule is enabled. Default: True
    """

    sql: str
    enabled: bool | None = None

    def check(self, guard: Guard, failures: FailureDestination) -> None:  # noqa: ARG002
        """Check the statement."""
        guard.check(iot_sql_form, guard.text(self.sql))

    def connect(self, context: Context, failures: FailureDestination) -> iot.CfnTopicRule:
        """Create the rule, and the role with which it sends messages that it cannot deliver to the queue."""
        queue = failures.create_queue()
        rule = iot.CfnTopicRule
        role = iam.Role(
            context.scope,
            "ErrorActionRole",
            assumed_by=context.stack.once("IotRules", _iot),
            inline_policies={
                "ErrorAction": iam.PolicyDocument.from_json(document(sending_statements(queue)))
            },
        )
        created = rule(
            context.scope,
            "Rule",
            topic_rule_payload=rule.TopicRulePayloadProperty(
                sql=self.sql,
                aws_iot_sql_version=_SQL_VERSION,
                rule_disabled=self.enabled is False,
                actions=[
                    rule.ActionProperty(lambda_=rule.LambdaActionProperty(function_arn=context.alias_arn))
                ],
                error_action=rule.ActionProperty(
                    sqs=rule.SqsActionProperty(
                        queue_url=queue.queue_url, role_arn=role.role_arn, use_base64=False
                    )
                ),
            ),
        )
        let_invoke(context, "iot.amazonaws.com", created.attr_arn)
        return created


def _iot(stack: StackResources, _: str) -> iam.ServicePrincipal:
    """AWS IoT, for its rules in this account and region: a rule's generated name depends on the role.

    https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html
    """
    return service_for(stack, "iot.amazonaws.com", stack.arn("iot", "rule", "*"))
