"""Queues and mappings that do not synthesize."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from lambda_constructs import Alarms, ConfigurationError, SqsPollers
from tests.support import assert_refused, new_stack, warnings, worker

BRIEF_LETTERS = sqs.Queue(new_stack(), "Brief", retention_period=cdk.Duration.days(1))
PATTERNS = [lambda_.FilterCriteria.filter({"body": {"number": [number]}}) for number in range(6)]

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("visibility-below-timeout", {"visibility_timeout": cdk.Duration.seconds(179)}, "6 x 30 + 0 = 180"),
    (
        "visibility-below-timeout",
        {
            "visibility_timeout": cdk.Duration.seconds(180),
            "max_batching_window": cdk.Duration.seconds(1),
        },
        "6 x 30 + 1 = 181",
    ),
    ("visibility-timeout-range", {"visibility_timeout": cdk.Duration.hours(13)}, "46800 seconds"),
    (
        "max-receive-count-range",
        {"max_receive_count": 1},
        "max_receive_count is 1, and throttled deliveries count too",
    ),
    ("max-receive-count-range", {"max_receive_count": 1001}, "1001"),
    ("retention-range", {"retention_period": cdk.Duration.days(15)}, "1296000 seconds"),
    ("dead-letter-retention", {"dead_letter_queue": BRIEF_LETTERS}, "keeps messages for 86400 seconds"),
    ("batch-size-range", {"batch_size": 0}, "batch_size is 0"),
    ("batch-size-range", {"batch_size": 11}, "without max_batching_window"),
    (
        "batch-size-range",
        {"batch_size": 10001, "max_batching_window": cdk.Duration.seconds(1)},
        "1 to 10000 for a standard queue",
    ),
    ("batch-size-range", {"batch_size": 11, "fifo": True}, "1 to 10 for a FIFO queue"),
    (
        "batching-window-range",
        {"fifo": True, "max_batching_window": cdk.Duration.seconds(1)},
        "FIFO queues do not support it",
    ),
    ("batching-window-range", {"max_batching_window": cdk.Duration.seconds(301)}, "301 seconds"),
    ("max-concurrency-range", {"max_concurrency": 1}, "one message group"),
    ("max-concurrency-range", {"max_concurrency": 1001}, "1001"),
    (
        "max-concurrency-above-reserved",
        {"max_concurrency": 50, "reserved_concurrency": 5},
        "max_concurrency can reach 50 concurrent invocations, but reserved_concurrency is 5",
    ),
    (
        "max-concurrency-above-reserved",
        {
            "provisioned_pollers": SqsPollers(minimum=2, maximum=6),
            "reserved_concurrency": 50,
        },
        "provisioned_pollers.maximum can reach 60",
    ),
    ("reserved-concurrency-too-low", {"reserved_concurrency": 1}, "reserved_concurrency is 1"),
    ("reserved-concurrency-too-low", {"reserved_concurrency": 0}, "enabled=False"),
    (
        "pollers-and-max-concurrency",
        {"provisioned_pollers": SqsPollers(minimum=2, maximum=6), "max_concurrency": 10},
        "max_concurrency is 10",
    ),
    ("pollers-range", {"provisioned_pollers": SqsPollers(minimum=1, maximum=6)}, "minimum is 1"),
    ("pollers-range", {"provisioned_pollers": SqsPollers(minimum=6, maximum=5)}, "maximum is 5"),
    ("queue-name", {"queue_name": "orders", "fifo": True}, "ends with .fifo"),
    ("queue-name", {"queue_name": "orders.fifo"}, "fifo=True"),
    ("queue-name", {"queue_name": "o" * 81}, "81 characters"),
    ("deduplication-without-fifo", {"content_based_deduplication": True}, "fifo=True"),
    ("filters-maximum", {"filters": PATTERNS}, "the number of filters is 6"),
    ("option-type", {"filters": PATTERNS[:1] * 2}, "twice; pass each of them once"),
    (
        "failed-events-percentage-range",
        {"alarms": Alarms(failed_events_percentage=100)},
        "failed_events_percentage is 100",
    ),
    ("option-type", {"filters": [{"body": {"kind": ["order"]}}]}, "FilterCriteria.filter"),
    ("filter-pattern-length", {"filters": [{"pattern": "x" * 4097}]}, "4097 characters"),
    ("option-type", {"provisioned_pollers": 3}, "SqsPollers"),
    ("option-type", {"batch_size": "10"}, "'10' (str)"),
    ("option-type", {"max_batching_window": 5}, "5 (int); pass a Duration"),
    ("option-type", {"alarms": Alarms(message_age_threshold=3600)}, "message_age_threshold"),  # type: ignore[arg-type]
    ("timeout-range", {"timeout": cdk.Duration.minutes(16)}, "960 seconds"),
]


@pytest.mark.parametrize(
    ("code", "options", "fragment"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_refuses(code: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(worker, code, fragment, **options)


def refusal(stack: cdk.Stack, **options: Any) -> str:
    """The code of the rule that refuses a worker, which then is not created."""
    with pytest.raises(ConfigurationError) as error:
        worker(stack, **options)
    assert stack.node.try_find_child("Orders") is None
    return error.value.code


def queue_with(
    stack: cdk.Stack, seconds: int = 180, receives: int = 5, kept: int = 14, **options: Any
) -> sqs.Queue:
    dead_letter_queue = sqs.Queue(
        stack, "Dead", retention_period=cdk.Duration.days(kept), fifo=options.get("fifo")
    )
    return sqs.Queue(
        stack,
        "Given",
        visibility_timeout=cdk.Duration.seconds(seconds),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=receives),
        **options,
    )


def test_refuses_a_given_queue_that_hides_messages_too_briefly() -> None:
    stack = new_stack()
    assert refusal(stack, queue=queue_with(stack, 30)) == "visibility-below-timeout"


def test_refuses_a_given_queue_with_the_visibility_timeout_that_sqs_defaults_to() -> None:
    stack = new_stack()
    dead_letter_queue = sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Dead"), max_receive_count=5)
    queue = sqs.Queue(
        stack,
        "Given",
        dead_letter_queue=dead_letter_queue,
        retention_period=cdk.Duration.days(1),
    )

    assert refusal(stack, queue=queue) == "visibility-below-timeout"


def test_refuses_a_given_queue_without_dead_letter_queue() -> None:
    stack = new_stack()
    queue = sqs.Queue(stack, "Given", visibility_timeout=cdk.Duration.seconds(180))

    assert refusal(stack, queue=queue) == "no-dead-letter-queue"


def test_refuses_a_given_queue_whose_dead_letters_expire_on_arrival() -> None:
    stack = new_stack()
    queue = queue_with(stack, kept=1)

    assert refusal(stack, queue=queue) == "dead-letter-retention"


def test_refuses_a_given_queue_that_gives_up_after_one_delivery() -> None:
    stack = new_stack()
    assert refusal(stack, queue=queue_with(stack, receives=1)) == "max-receive-count-range"


def test_refuses_a_batching_window_for_a_given_fifo_queue() -> None:
    stack = new_stack()
    queue = queue_with(stack, 186, fifo=True)

    code = refusal(stack, queue=queue, max_batching_window=cdk.Duration.seconds(1))

    assert code == "batching-window-range"


@pytest.mark.parametrize(
    "options",
    [
        {"max_receive_count": 5},
        {"queue_name": "orders"},
        {"fifo": True},
        {"retention_period": cdk.Duration.days(1)},
        {"visibility_timeout": cdk.Duration.minutes(5)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_refuses_options_of_a_new_queue_together_with_a_given_one(options: dict[str, Any]) -> None:
    stack = new_stack()
    assert refusal(stack, queue=queue_with(stack), **options) == "not-your-queue"


def test_refuses_an_imported_queue_that_does_not_tell_what_matters() -> None:
    stack = new_stack()
    arn = "arn:aws:sqs:eu-west-1:123456789012:"
    queue = sqs.Queue.from_queue_arn(stack, "Given", f"{arn}orders")
    dead_letter_queue = sqs.Queue.from_queue_arn(stack, "Dead", f"{arn}dead")

    assert refusal(stack, queue=queue) == "dead-letter-queue-unknown"
    assert refusal(stack, queue=queue, dead_letter_queue=dead_letter_queue) == "visibility-unknown"
    assert (
        refusal(
            stack,
            queue=queue,
            dead_letter_queue=dead_letter_queue,
            visibility_timeout=cdk.Duration.seconds(60),
        )
        == "visibility-below-timeout"
    )


def test_refuses_a_dead_letter_queue_of_another_kind() -> None:
    stack = new_stack()
    dead_letter_queue = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))

    assert refusal(stack, fifo=True, dead_letter_queue=dead_letter_queue) == "fifo-mismatch"


def test_four_deliveries_are_allowed_with_a_warning() -> None:
    stack = new_stack()

    worker(stack, max_receive_count=4)

    assert warnings(stack) == ["lambda-constructs:max-receive-count-low"]


@pytest.mark.parametrize("given", [False, True])
def test_dead_letters_kept_as_long_as_messages_are_a_warning(*, given: bool) -> None:
    stack = new_stack()
    days = cdk.Duration.days(14)
    if given:
        worker(stack, queue=queue_with(stack, retention_period=days))
    else:
        worker(stack, retention_period=days)

    assert warnings(stack) == ["lambda-constructs:dead-letter-retention-equal"]


def test_tokens_are_warnings_and_the_queue_is_made_for_the_longest_timeout() -> None:
    stack = new_stack()
    seconds = cdk.CfnParameter(stack, "Seconds", type="Number").value_as_number
    size = cdk.CfnParameter(stack, "Size", type="Number").value_as_number

    worker(stack, timeout=cdk.Duration.seconds(seconds), batch_size=size, max_concurrency=size)

    assert warnings(stack) == [
        "lambda-constructs:batch-size-range",
        "lambda-constructs:max-concurrency-range",
        "lambda-constructs:timeout-range",
        "lambda-constructs:version-unpublished",
        "lambda-constructs:visibility-below-timeout",
    ]
