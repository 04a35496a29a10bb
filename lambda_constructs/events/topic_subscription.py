"""A subscription to an SNS topic as trigger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..rules.event import topic_fifo, topic_filters_two


@dataclass(frozen=True, kw_only=True)
class TopicSubscription:
    """Handle the messages of an SNS topic.

    What SNS cannot hand over, because it may not invoke the function, goes to the failure queue.

    Args:
        topic: The topic, a standard one.
        filter_policy: Which messages, by their attributes. Default: all
        filter_policy_with_message_body: Which messages, by their body. Default: all
    """

    topic: sns.Topic | sns.ITopic
    filter_policy: Mapping[str, sns.SubscriptionFilter] | None = None
    filter_policy_with_message_body: Mapping[str, sns.FilterOrPolicy] | None = None


def check_topic_subscription(guard: Guard, source: TopicSubscription) -> None:
    """Check the topic and that there is one kind of filter."""
    if not hasattr(source.topic, "topic_arn"):
        guard.refuse_type("source.topic", source.topic, "a topic")
    guard.check(topic_fifo, fifo=bool(source.topic.fifo))
    filters = (source.filter_policy, source.filter_policy_with_message_body)
    guard.check(topic_filters_two, sum(each is not None for each in filters))


def create_topic_subscription(
    scope: Construct, source: TopicSubscription, alias: lambda_.Alias, queue: sqs.IQueue
) -> sns.Subscription:
    """Subscribe the alias, with the queue for what cannot be handed over."""
    topic_arn = source.topic.topic_arn
    permission = let_invoke(scope, alias, service="sns.amazonaws.com", source_arn=topic_arn)
    by_attributes, by_body = source.filter_policy, source.filter_policy_with_message_body
    subscription = sns.Subscription(
        scope,
        "Subscription",
        topic=source.topic,
        protocol=sns.SubscriptionProtocol.LAMBDA,
        endpoint=alias.function_arn,
        filter_policy=None if by_attributes is None else dict(by_attributes),
        filter_policy_with_message_body=None if by_body is None else dict(by_body),
        dead_letter_queue=queue,
    )
    subscription.node.add_dependency(permission)
    acknowledgements.acknowledge(
        subscription, acknowledgements.SUBSCRIBED_ALIAS, acknowledgements.ALIAS_AS_ENDPOINT
    )
    return subscription
