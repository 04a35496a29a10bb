"""A queue and its dead-letter queue: encrypted, TLS only, both FIFO or both standard."""

from __future__ import annotations

import aws_cdk as cdk
import jsii
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IValidation

from ..core import acknowledgements
from ..core.cdk_objects import ask, make, seconds, tell
from ..core.guard import Unknown
from ..core.stack_resources import StackResources
from ..function.settings import Settings
from ..rules import defaults
from ..rules.dead_letters import dead_letter_queue_policy
from .queue_checks import QueueFacts, QueueOptions

# Replaces the principal and the resource in the statement of CDK, which are those of one queue.
_DENY_WITHOUT_TLS = {"Principal": "*", "Resource": "*"}


def create_queue(
    scope: Construct, stack: StackResources, options: QueueOptions, facts: QueueFacts, settings: Settings
) -> sqs.Queue:
    """Create a queue, and its dead-letter queue unless one is given."""
    dead_letter_queue, key = options.dead_letter_queue, settings.encryption_key
    encryption = sqs.QueueEncryption.SQS_MANAGED if key is None else sqs.QueueEncryption.KMS
    common = {
        "fifo": options.fifo or None,
        "removal_policy": settings.removal_policy,
        "encryption": encryption,
        "encryption_master_key": key,
        "data_key_reuse": None if key is None else seconds(defaults.DATA_KEY_REUSE),
    }
    created = None
    if dead_letter_queue is None:
        dead_letter_queue = created = make(
            sqs.Queue,
            scope,
            "DeadLetterQueue",
            retention_period=seconds(defaults.DEAD_LETTER_RETENTION),
            redrive_allow_policy=_allow_redrive_from(scope, stack, options.queue_name),
            **common,
        )
        tell(created, "stack", stack.stack)
        acknowledgements.acknowledge(
            created, acknowledgements.DEAD_LETTERS, acknowledgements.DEAD_LETTER_QUEUE_WITHOUT_REDRIVE
        )
    receives = options.max_receive_count or defaults.MAX_RECEIVE_COUNT
    queue = make(
        sqs.Queue,
        scope,
        "Queue",
        queue_name=options.queue_name,
        content_based_deduplication=options.content_based_deduplication or None,
        visibility_timeout=options.visibility_timeout or _duration(facts.visibility_timeout),
        retention_period=options.retention_period or seconds(defaults.QUEUE_RETENTION),
        dead_letter_queue={"queue": dead_letter_queue, "maxReceiveCount": receives},
        enforce_ssl=True,
        **common,
    )
    tell(queue, "dead_letter_queue", dead_letter_queue)
    tell(queue, "stack", stack.stack)
    _demand_tls(stack, queue, created)
    return queue


def _allow_redrive_from(
    scope: Construct, stack: StackResources, queue_name: str | None
) -> sqs.RedriveAllowPolicy | None:
    """Only the named source may send dead letters.

    Without a physical name this would be a reference to the queue, which would create a circular dependency.
    """
    if queue_name is None:
        return None
    arn = stack.stack.format_arn(service="sqs", resource=queue_name)
    source = sqs.Queue.from_queue_arn(scope, "Source", arn)
    return sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.BY_QUEUE, source_queues=[source])


def _demand_tls(stack: StackResources, queue: sqs.Queue, dead_letter_queue: sqs.Queue | None) -> None:
    """Share the statement of `enforce_ssl`, which denies requests without TLS, with the dead-letter queue.

    `Resource: '*'` means the queue that the policy is attached to; AWS's own example of one policy for two
    queues uses it: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    """
    policy = next(each for each in ask(queue, "node").find_all() if isinstance(each, sqs.CfnQueuePolicy))
    policy.add_property_override("PolicyDocument.Statement.0", _DENY_WITHOUT_TLS)
    if dead_letter_queue is not None:
        # An override of the template would work too, but cdk-nag reads this property.
        policy.queues = [ask(queue, "queue_url"), dead_letter_queue.queue_url]
        stack.once("Queues", _SharedPolicies).dead_letter_queues.append(dead_letter_queue)


@jsii.implements(IValidation)
class _SharedPolicies:
    """Finds a second policy on a dead-letter queue that shares the policy of its source queue."""

    def __init__(self, stack: StackResources, _: str) -> None:
        self.dead_letter_queues: list[sqs.Queue] = []
        stack.node.add_validation(self)

    def validate(self) -> list[str]:
        rule = dead_letter_queue_policy
        return [
            f"{rule(queue.node.path)} [{rule.code}] ({rule.source})"
            for queue in self.dead_letter_queues
            if queue.node.try_find_child("Policy") is not None
        ]


def _duration(value: int | Unknown) -> cdk.Duration | None:
    return None if isinstance(value, Unknown) else seconds(value)
