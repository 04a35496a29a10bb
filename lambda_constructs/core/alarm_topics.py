"""The topics that alarms notify: CloudWatch may publish to them and use their keys."""

from __future__ import annotations

from typing import Final, cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from ..rules.alarm_topic import CLOUDWATCH, alarm_actions_maximum, alarm_topic_fifo, alarm_topic_key
from .alarms import Alarms
from .cdk_objects import ask
from .guard import Guard
from .permissions import let_use_key, service_for
from .stack_resources import StackResources

_SID: Final = "LambdaConstructsAlarms"


def check_actions(guard: Guard, alarms: Alarms) -> None:
    """Check that CloudWatch can publish to the topics, and that no alarm has too many actions."""
    topics = alarms.topics()
    for option, topic in topics.items():
        guard.check(alarm_topic_fifo, option, fifo=bool(ask(topic, "fifo")))
        if (key := ask(topic, "master_key")) is not None:
            guard.check(alarm_topic_key, option, key.key_arn)
    for option, actions in (("actions", alarms.actions), ("ok_actions", alarms.ok_actions)):
        if actions:
            guard.check(alarm_actions_maximum, f"alarms.{option}", len(actions) + bool(topics))


def let_alarms_publish(scope: Construct, guard: Guard, stack: StackResources, alarms: Alarms) -> None:
    """Let alarms of this account publish to the topics, and use their keys.

    The default policy of a topic lets them publish. A policy that CDK makes, such as one that requires TLS,
    replaces it.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    for topic in alarms.topics().values():
        if (key := ask(topic, "master_key")) is not None:
            let_use_key(
                scope,
                guard,
                key,
                principal=CLOUDWATCH,
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            )
        node = ask(topic, "node")
        if node.try_find_child("Policy") is not None and node.try_find_child(_SID) is None:
            topic.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=_SID,
                    principals=[service_for(stack, CLOUDWATCH, stack.arn("cloudwatch", "alarm", "*", ":"))],
                    actions=["sns:Publish"],
                    resources=[topic.topic_arn],
                )
            )
            Construct(cast(Construct, topic), _SID)
