"""A subscription to an SNS topic as trigger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.context import Context
from ..core.failure_destination import FailureDestination, check_sender, let_service_send
from ..core.guard import Guard, plain
from ..core.location import is_late, location, own_location
from ..core.permissions import let_invoke
from ..rules.event import topic_fifo, topic_filter, topic_filters_two
from ..rules.location import topic_region, topic_without_dead_letters
from .source import EventSource


@dataclass(frozen=True, kw_only=True)
class TopicSubscription(EventSource):
    """Handle the messages of an SNS topic.

    SNS sends messages that it cannot deliver to the failure queue, if the topic is in the region of the
    stack.

    Args:
        topic: The topic, a standard one; of any account, and of any region from which SNS delivers to the
            region of the stack.
        filter_policy: Filter on the attributes of messages. Default: all
        filter_policy_with_message_body: Filter on the body of messages. Default: all
    """

    topic: sns.Topic | sns.ITopic
    filter_policy: Mapping[str, sns.SubscriptionFilter] | None = None
    filter_policy_with_message_body: Mapping[str, sns.FilterOrPolicy] | None = None

    def check(self, guard: Guard, failures: FailureDestination) -> None:
        """Check the topic, its region and the filter."""
        guard.check(topic_fifo, fifo=bool(self.topic.fifo))
        own, _ = own_location(guard.scope)
        if (region := self._other_region(guard)) and not is_late(own):
            guard.check(topic_region, region, own, opt_in=_must_be_enabled(own))
            guard.check(topic_without_dead_letters, region, own)
        filters = (self.filter_policy, self.filter_policy_with_message_body)
        guard.check(topic_filters_two, sum(each is not None for each in filters))
        if self.filter_policy is not None:
            policy = {key: plain(each.conditions) for key, each in self.filter_policy.items()}
            guard.check(topic_filter, "filter_policy", policy)
        if self.filter_policy_with_message_body is not None:
            body = _conditions(self.filter_policy_with_message_body)
            guard.check(topic_filter, "filter_policy_with_message_body", body)
        check_sender(guard, "SNS", failures.queue)

    def connect(self, context: Context, failures: FailureDestination) -> sns.Subscription:
        """Subscribe the alias."""
        topic_arn = ask(self.topic, "topic_arn")
        region, principal = self._other_region(context.guard), "sns.amazonaws.com"
        queue: sqs.IQueue | None = failures.create_queue()
        if region and not is_late(own_location(context.guard.scope)[0]):
            queue = None
            if _must_be_enabled(region):
                principal = f"sns.{region}.amazonaws.com"
        permission = let_invoke(context, principal, topic_arn)
        sender = "" if queue is None else self._sender(context, queue)
        by_attributes, by_body = self.filter_policy, self.filter_policy_with_message_body
        subscription = sns.Subscription(
            context.scope,
            "Subscription",
            topic=self.topic,
            protocol=sns.SubscriptionProtocol.LAMBDA,
            endpoint=context.alias_arn,
            filter_policy=None if by_attributes is None else dict(by_attributes),
            filter_policy_with_message_body=None if by_body is None else dict(by_body),
            dead_letter_queue=queue if sender == topic_arn else None,
            region=region or None,
        )
        if queue is not None:
            let_service_send(context, queue, principal, sender)
            if sender != topic_arn:  # CDK's own statement in the policy of the queue names the topic
                resource = cast(sns.CfnSubscription, subscription.node.default_child)
                resource.redrive_policy = {"deadLetterTargetArn": ask(queue, "queue_arn")}
        subscription.node.add_dependency(permission)
        acknowledgements.acknowledge(subscription, acknowledgements.SUBSCRIBED_ALIAS)
        return subscription

    def _sender(self, context: Context, queue: sqs.IQueue) -> str:
        """The ARN of the topic; a pattern if the policy of the queue could not refer to it.

        A queue of another stack, to which the subscription refers, cannot refer to a topic of a third one.
        """
        topic_arn, of_queue = ask(self.topic, "topic_arn"), ask(queue, "stack")
        _, account = location("ITopic", self.topic)
        if (
            of_queue in (context.stack.stack, ask(self.topic, "stack"))
            or not is_late(topic_arn)
            or account not in ("", own_location(context.guard.scope)[1])
        ):
            return str(topic_arn)
        return context.stack.arn("sns", "*", "", "")

    def repeats(self, other: EventSource) -> bool:
        """Whether it is a subscription to the same topic: SNS has one for each endpoint."""
        if not isinstance(other, TopicSubscription):
            return False
        return bool(ask(self.topic, "topic_arn") == ask(other.topic, "topic_arn"))

    def loop(self, _: Context) -> tuple[str, str] | None:
        """Publishing to the same topic; None with a filter, which `recursive-trigger-possible` reports."""
        if self.filter_policy is not None or self.filter_policy_with_message_body is not None:
            return None
        return "sns:Publish", ask(self.topic, "topic_arn")

    def _other_region(self, guard: Guard) -> str:
        """The region of the topic if it is known, and not known to be that of the stack."""
        region, _ = location("ITopic", self.topic)
        return "" if region == own_location(guard.scope)[0] else region


def _conditions(policy: Mapping[str, sns.FilterOrPolicy]) -> dict[str, object]:
    """A policy as JSON, with what is known only at deployment as unknown."""
    return {
        key: plain(each.filter_doc.conditions)
        if isinstance(each, sns.Filter)
        else _conditions(each.policy_doc)
        for key, each in policy.items()
        if isinstance(each, sns.Filter | sns.Policy)
    }


def _must_be_enabled(region: str) -> bool:
    """Whether an account must enable a region before it can use it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
    """
    from aws_cdk.region_info import RegionInfo  # noqa: PLC0415 - only for topics of other regions

    return RegionInfo.get(region).is_opt_in_region
