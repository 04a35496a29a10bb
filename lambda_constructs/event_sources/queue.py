"""A queue and its dead-letter queue: encrypted, TLS only, both FIFO or both standard."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import make, seconds, tell
from ..core.stack_resources import StackResources
from ..function.settings import Settings
from ..rules import defaults
from ..template.values import Unknown
from .dead_letter_queue import DeadLetterQueue, policy_of
from .queue_checks import QueueFacts, QueueTriggerOptions


def create_queue(
    scope: Construct,
    stack: StackResources,
    options: QueueTriggerOptions,
    facts: QueueFacts,
    settings: Settings,
) -> sqs.Queue:
    """Create a queue, and its dead-letter queue unless one is given."""
    dead_letter_queue, key = options.get("dead_letter_queue"), settings.encryption_key
    encryption = sqs.QueueEncryption.SQS_MANAGED if key is None else sqs.QueueEncryption.KMS
    common = {
        "fifo": options.get("fifo") or None,
        "removal_policy": settings.removal_policy,
        "encryption": encryption,
        "encryption_master_key": key,
        "data_key_reuse": None if key is None else seconds(defaults.DATA_KEY_REUSE),
    }
    created = None
    if dead_letter_queue is None:
        dead_letter_queue = created = make(
            DeadLetterQueue,
            scope,
            "DeadLetterQueue",
            retention_period=seconds(defaults.DEAD_LETTER_RETENTION),
            redrive_allow_policy=_allow_redrive_from(scope, stack, options.get("queue_name")),
            **common,
        )
        tell(created, "stack", stack.stack)
        acknowledgements.acknowledge(created, acknowledgements.DEAD_LETTERS)
    receives = options.get("max_receive_count") or defaults.MAX_RECEIVE_COUNT
    queue = make(
        sqs.Queue,
        scope,
        "Queue",
        queue_name=options.get("queue_name"),
        content_based_deduplication=options.get("content_based_deduplication") or None,
        visibility_timeout=options.get("visibility_timeout") or _duration(facts.visibility_timeout),
        retention_period=options.get("retention_period") or seconds(defaults.QUEUE_RETENTION),
        dead_letter_queue={"queue": dead_letter_queue, "maxReceiveCount": receives},
        enforce_ssl=True,
        **common,
    )
    tell(queue, "dead_letter_queue", dead_letter_queue)
    tell(queue, "stack", stack.stack)
    policy = policy_of(queue)
    if created is not None:
        created.share_policy(queue, policy)
    return queue


def _allow_redrive_from(
    scope: Construct, stack: StackResources, queue_name: str | None
) -> sqs.RedriveAllowPolicy | None:
    """Only the named source may send dead letters.

    Without a physical name this would be a reference to the queue, which would create a circular dependency.
    """
    if queue_name is None or _may_be_generated(stack, queue_name):
        return None
    arn = stack.stack.format_arn(service="sqs", resource=queue_name)
    source = sqs.Queue.from_queue_arn(scope, "Source", arn)
    return sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.BY_QUEUE, source_queues=[source])


def _may_be_generated(stack: StackResources, queue_name: str) -> bool:
    """Whether a physical name leaves it to CDK or, in a condition, to CloudFormation to choose one."""
    if "${Token[" not in queue_name:
        return False
    if queue_name == cdk.PhysicalName.GENERATE_IF_NEEDED:
        return True
    return "AWS::NoValue" in str(stack.stack.resolve(queue_name))


def _duration(value: int | Unknown) -> cdk.Duration | None:
    return None if isinstance(value, Unknown) else seconds(value)
