"""Mistakes with queues and their event source mappings."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource

from benchmarks.mistakes.mistake import function, mistake, options, queue, seconds
from lambda_constructs import EventHandler, EventRule, SqsWorker

PARTIAL: dict[str, Any] = {"report_batch_item_failures": True, "max_concurrency": 5}


@mistake(
    "visibility timeout equals the function's timeout",
    lambda stack: SqsWorker(stack, "Orders", visibility_timeout=seconds(60), **options(timeout=seconds(60))),
)
def visibility(stack: cdk.Stack, *, wrong: bool) -> None:
    source = queue(stack, visibility_timeout=seconds(60 if wrong else 360))
    function(stack, timeout=seconds(60)).add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "visibility timeout is shorter than the function's timeout",
    lambda stack: SqsWorker(stack, "Orders", visibility_timeout=seconds(30), **options(timeout=seconds(60))),
)
def visibility_below(stack: cdk.Stack, *, wrong: bool) -> None:
    source = queue(stack, visibility_timeout=seconds(30 if wrong else 360))
    function(stack, timeout=seconds(60)).add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "message is dead-lettered after one failed or throttled delivery",
    lambda stack: SqsWorker(stack, "Orders", max_receive_count=1, **options()),
)
def receives(stack: cdk.Stack, *, wrong: bool) -> None:
    function(stack).add_event_source(SqsEventSource(queue(stack, receives=1 if wrong else 5), **PARTIAL))


@mistake(
    "queue has no dead-letter queue",
    lambda stack: SqsWorker(stack, "Orders", queue=sqs.Queue(stack, "Queue"), **options()),
)
def no_dead_letters(stack: cdk.Stack, *, wrong: bool) -> None:
    changed: dict[str, Any] = {"dead_letter_queue": None} if wrong else {}
    source = queue(stack, **changed)
    function(stack).add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "dead-letter queue of the function instead of its queue",
    lambda stack: SqsWorker(stack, "Orders", queue=sqs.Queue(stack, "Queue"), **options()),
)
def dead_letters_of_function(stack: cdk.Stack, *, wrong: bool) -> None:
    if wrong:
        source = queue(stack, dead_letter_queue=None)
        worker = function(stack, dead_letter_queue_enabled=True)
    else:
        source, worker = queue(stack), function(stack)
    worker.add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "dead-letter queue has a shorter retention period than the queue",
    lambda stack: SqsWorker(
        stack,
        "Orders",
        dead_letter_queue=sqs.Queue(stack, "Failed", retention_period=cdk.Duration.days(1)),
        **options(),
    ),
)
def retention(stack: cdk.Stack, *, wrong: bool) -> None:
    source = queue(stack, retention_period=cdk.Duration.days(4), kept=1 if wrong else 14)
    function(stack).add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "FIFO queue has a standard dead-letter queue",
    lambda stack: SqsWorker(
        stack, "Orders", fifo=True, dead_letter_queue=sqs.Queue(stack, "Failed"), **options()
    ),
)
def fifo(stack: cdk.Stack, *, wrong: bool) -> None:
    source = queue(stack, fifo=True if wrong else None)
    function(stack).add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "two functions read one queue",
    instead="each `SqsWorker` makes a separate queue; the audit finds a queue that you pass to two of them",
)
def shared(stack: cdk.Stack, *, wrong: bool) -> None:
    source = queue(stack)
    function(stack).add_event_source(SqsEventSource(source, **PARTIAL))
    if wrong:
        function(stack, "Other").add_event_source(SqsEventSource(source, **PARTIAL))


@mistake(
    "one failed message returns its whole batch to the queue",
    instead="partial batch responses are always on",
)
def whole_batches(stack: cdk.Stack, *, wrong: bool) -> None:
    mapped = SqsEventSource(queue(stack), max_concurrency=5, report_batch_item_failures=not wrong)
    function(stack).add_event_source(mapped)


@mistake(
    "mapping has a higher maximum concurrency than the function's reservation",
    lambda stack: SqsWorker(stack, "Orders", max_concurrency=50, **options(reserved_concurrency=5)),
)
def concurrency(stack: cdk.Stack, *, wrong: bool) -> None:
    worker = function(stack, reserved_concurrent_executions=5 if wrong else 50)
    worker.add_event_source(SqsEventSource(queue(stack), max_concurrency=50, report_batch_item_failures=True))


@mistake(
    "queue worker has a reserved concurrency of 1",
    lambda stack: SqsWorker(stack, "Orders", **options(reserved_concurrency=1)),
)
def reserved_one(stack: cdk.Stack, *, wrong: bool) -> None:
    worker = function(stack, reserved_concurrent_executions=1 if wrong else 5)
    mapped = SqsEventSource(
        queue(stack), report_batch_item_failures=True, max_concurrency=None if wrong else 5
    )
    worker.add_event_source(mapped)


@mistake(
    "mapping of a queue with a maximum concurrency of 1",
    lambda stack: SqsWorker(stack, "Orders", max_concurrency=1, **options()),
)
def concurrency_one(stack: cdk.Stack, *, wrong: bool) -> None:
    mapped = SqsEventSource(queue(stack), report_batch_item_failures=True, max_concurrency=1 if wrong else 2)
    function(stack).add_event_source(mapped)


@mistake(
    "batch of 100 messages without a batching window",
    lambda stack: SqsWorker(stack, "Orders", batch_size=100, **options()),
)
def batch(stack: cdk.Stack, *, wrong: bool) -> None:
    function(stack).add_event_source(SqsEventSource(queue(stack), batch_size=100 if wrong else 10, **PARTIAL))


def send_back(stack: cdk.Stack) -> None:
    """A worker that can send to the queue that triggers it."""
    worker = SqsWorker(stack, "Orders", **options())
    worker.queue.grant_send_messages(worker)


@mistake("function writes to the queue that triggers it", send_back)
def loop(stack: cdk.Stack, *, wrong: bool) -> None:
    source, worker = queue(stack), function(stack)
    worker.add_event_source(SqsEventSource(source, **PARTIAL))
    if wrong:
        source.grant_send_messages(worker)


def managed(stack: cdk.Stack) -> sqs.Queue:
    """A queue encrypted with the AWS managed key, which other services cannot use."""
    return sqs.Queue(stack, "Parked", encryption=sqs.QueueEncryption.KMS_MANAGED)


@mistake(
    "EventBridge sends to a queue whose key it cannot use",
    lambda stack: EventHandler(
        stack,
        "Orders",
        source=EventRule(pattern=events.EventPattern(source=["shop"])),
        on_failure=managed(stack),
        **options(),
    ),
)
def managed_key(stack: cdk.Stack, *, wrong: bool) -> None:
    encryption = sqs.QueueEncryption.KMS_MANAGED if wrong else sqs.QueueEncryption.SQS_MANAGED
    failed = sqs.Queue(stack, "Failed", encryption=encryption)
    rule = events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["shop"]))
    rule.add_target(targets.LambdaFunction(function(stack), dead_letter_queue=failed))


@mistake(
    "SNS sends to a queue whose key it cannot use",
    instead="`SqsWorker` encrypts its queue with a key that SQS owns, or with your key",
)
def managed_key_of_topic(stack: cdk.Stack, *, wrong: bool) -> None:
    encryption = sqs.QueueEncryption.KMS_MANAGED if wrong else sqs.QueueEncryption.SQS_MANAGED
    topic = sns.Topic(stack, "Topic")
    topic.add_subscription(subscriptions.SqsSubscription(sqs.Queue(stack, "Queue", encryption=encryption)))


@mistake(
    "FIFO queue as destination of asynchronous failures",
    lambda stack: EventHandler(
        stack,
        "Orders",
        source=EventRule(pattern=events.EventPattern(source=["shop"])),
        on_failure=sqs.Queue(stack, "Failed", fifo=True),
        **options(),
    ),
)
def fifo_destination(stack: cdk.Stack, *, wrong: bool) -> None:
    failed = sqs.Queue(stack, "Failed", fifo=True if wrong else None)
    lambda_.CfnEventInvokeConfig(
        stack,
        "Async",
        function_name=function(stack).function_name,
        qualifier="$LATEST",
        destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
            on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=failed.queue_arn)
        ),
    )
