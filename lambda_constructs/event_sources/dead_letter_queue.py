"""The dead-letter queue that a worker creates: it shares the queue policy that requires TLS."""

from __future__ import annotations

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from ..core.cdk_objects import ask

# Replaces the principal and the resource in the statement of CDK, which are those of one queue.
_DENY_WITHOUT_TLS = {"Principal": "*", "Resource": "*"}


class DeadLetterQueue(sqs.Queue):
    """A queue with the policy of its source queue, until it gets another statement and so its own policy."""

    _shared: tuple[sqs.CfnQueuePolicy, str] | None = None

    def share_policy(self, source: sqs.Queue, policy: sqs.CfnQueuePolicy) -> None:
        """Share the statement of `enforce_ssl`, which denies requests without TLS, with the source queue.

        `Resource: '*'` means the queue that the policy is attached to; AWS's own example of one policy for
        two queues uses it: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
        """
        source_url = ask(source, "queue_url")
        # An override of the template would work too, but cdk-nag reads this property.
        policy.queues = [source_url, ask(self, "queue_url")]
        self._shared = policy, source_url

    def add_to_resource_policy(self, statement: iam.PolicyStatement) -> iam.AddToResourcePolicyResult:
        """Add a statement to the policy of this queue; CDK calls it too.

        CloudFormation keeps one policy of a queue. So the queue leaves the shared policy before it gets its
        own, and gets the shared one again before its own is removed from the stack: that deletes nothing.
        """
        if self._shared is not None:
            (shared, source_url), self._shared = self._shared, None
            shared.queues = [source_url]
            super().add_to_resource_policy(
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=["sqs:*"],
                    resources=[self.queue_arn],
                    conditions={"Bool": {"aws:SecureTransport": "false"}},
                )
            )
            own = cast(sqs.QueuePolicy, self.node.find_child("Policy"))
            own.node.add_dependency(shared)
            own.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        return super().add_to_resource_policy(statement)


def policy_of(queue: sqs.Queue) -> sqs.CfnQueuePolicy:
    """The policy of a queue with `enforce_ssl`, whose statement is for every queue that it is attached to."""
    policy = next(each for each in ask(queue, "node").find_all() if isinstance(each, sqs.CfnQueuePolicy))
    policy.add_property_override("PolicyDocument.Statement.0", _DENY_WITHOUT_TLS)
    return policy
