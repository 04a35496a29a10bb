"""Stacks with a queue worker."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from lambda_constructs import Alarms, AllAtOnce, Canary, SqsPollers, SqsWorker
from tests.support import basics, code
from tests.variants.options import everything


def worker_defaults(stack: cdk.Stack) -> None:
    """`SqsWorker` as it comes."""
    SqsWorker(stack, "Orders", **basics())


def worker_everything_on(stack: cdk.Stack) -> None:
    """`SqsWorker` with every option."""
    SqsWorker(
        stack,
        "Orders",
        queue_name="orders",
        visibility_timeout=cdk.Duration.minutes(10),
        retention_period=cdk.Duration.days(2),
        max_receive_count=8,
        batch_size=100,
        max_batching_window=cdk.Duration.seconds(10),
        max_concurrency=30,
        filters=[lambda_.FilterCriteria.filter({"body": {"kind": ["order"]}})],
        allow_recursion=True,
        **everything(stack),
    )


def worker_fifo(stack: cdk.Stack) -> None:
    """`SqsWorker` on a FIFO queue, with SnapStart and a slower canary."""
    SqsWorker(
        stack,
        "Orders",
        code=code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        fifo=True,
        content_based_deduplication=True,
        snap_start=True,
        rollout=Canary(percentage=5, interval=cdk.Duration.minutes(15)),
    )


def worker_given_queue(stack: cdk.Stack) -> None:
    """`SqsWorker` on a queue of the user, with pollers and all at once."""
    dead_letter_queue = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14), enforce_ssl=True)
    queue = sqs.Queue(
        stack,
        "Queue",
        visibility_timeout=cdk.Duration.minutes(5),
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
    )
    SqsWorker(
        stack,
        "Orders",
        code=code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        queue=queue,
        provisioned_pollers=SqsPollers(minimum=2, maximum=10),
        rollout=AllAtOnce(),
        alarms=Alarms.NONE,
        enabled=False,
    )


def worker_two_queues(stack: cdk.Stack) -> None:
    """`SqsWorker` with a second queue that has other settings, and a third one of the user."""
    worker = SqsWorker(stack, "Orders", max_concurrency=10, **everything(stack))
    worker.add_queue(
        "Returns",
        queue_name="returns.fifo",
        fifo=True,
        content_based_deduplication=True,
        max_receive_count=8,
        retention_period=cdk.Duration.days(2),
        visibility_timeout=cdk.Duration.minutes(10),
        max_concurrency=5,
        filters=[lambda_.FilterCriteria.filter({"body": {"kind": ["return"]}})],
    )
    dead_letter_queue = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14), enforce_ssl=True)
    queue = sqs.Queue(
        stack,
        "Claims",
        visibility_timeout=cdk.Duration.minutes(10),
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
    )
    worker.add_queue("Claims", queue=queue, enabled=False)


VARIANTS = (
    worker_defaults,
    worker_everything_on,
    worker_fifo,
    worker_given_queue,
    worker_two_queues,
)
