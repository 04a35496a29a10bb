"""The limits against the service models that AWS publishes, as botocore carries them.

Where a model is wider than ours, the test says why, and that it still is: a model that changes is news.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader

from lambda_constructs.rules import (
    alarm,
    dead_letters,
    defaults,
    derive,
    environment,
    filter_pattern,
    function,
    pollers,
    provisioned_concurrency,
    queue,
    queue_mapping,
    ranges,
    ranges_mapping,
    rollout_alarms,
    stack,
    visibility_timeout,
)
from tests.for_each import for_each

Shape = dict[str, Any]


@cache
def model(service: str) -> Shape:
    """The newest model of a service."""
    found: Shape = Loader().load_service_model(service, "service-2")
    return found


def shape(name: str, service: str = "lambda") -> Shape:
    found: Shape = model(service)["shapes"][name]
    return found


def prose(service: str, structure: str, member: str) -> str:
    """The documentation of a member, as plain text with plain dashes."""
    text: str = shape(structure, service)["members"][member]["documentation"]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).replace("\N{EN DASH}", "-")


@for_each(
    ("name", "bounds"),
    [
        ("BatchSize", (ranges_mapping.source_batch_size.low, ranges_mapping.source_batch_size.high)),
        (
            "MaximumBatchingWindowInSeconds",
            (defaults.MAX_BATCHING_WINDOW, ranges_mapping.source_batching_window.high),
        ),
        (
            "MaximumConcurrency",
            (ranges_mapping.max_concurrency_range.low, ranges_mapping.max_concurrency_range.high),
        ),
        ("Description", (0, function.DESCRIPTION_MAXIMUM)),
        ("Pattern", (0, filter_pattern.FILTER_PATTERN_MAXIMUM)),
    ],
)
def test_range_is_the_one_of_lambdas_model(name: str, bounds: tuple[int, int]) -> None:
    assert (shape(name)["min"], shape(name)["max"]) == bounds


@for_each(
    ("name", "bounds", "for_managed_instances"),
    [
        ("MemorySize", (ranges.memory_size_range.low, ranges.memory_size_range.high), 32_768),
        ("Timeout", (ranges.timeout_range.low, ranges.timeout_range.high), 5_400),
        (
            "EphemeralStorageSize",
            (ranges.ephemeral_storage_range.low, ranges.ephemeral_storage_range.high),
            32_768,
        ),
    ],
)
def test_maximum_is_stricter_than_the_model_whose_rest_belongs_to_managed_instances(
    name: str, bounds: tuple[int, int], for_managed_instances: int
) -> None:
    minimum, maximum = bounds

    assert (shape(name)["min"], shape(name)["max"]) == (minimum, for_managed_instances)
    assert maximum < for_managed_instances


def test_timeout_maximum_is_the_one_that_the_model_names_for_ordinary_functions() -> None:
    text = prose("lambda", "CreateFunctionRequest", "Timeout")

    assert f"maximum allowed value is {ranges.timeout_range.high} seconds" in text


def test_pollers_have_the_range_of_queues_within_the_wider_one_of_all_sources() -> None:
    (low, high), (least, most) = pollers.POLLERS_MINIMUM_RANGE, pollers.POLLERS_MAXIMUM_RANGE
    minimum = prose("lambda", "ProvisionedPollerConfig", "MinimumPollers")
    maximum = prose("lambda", "ProvisionedPollerConfig", "MaximumPollers")

    assert f"For Amazon SQS events source mappings, default is {low}, and minimum {low} required" in minimum
    assert shape("MinimumNumberOfPollers")["max"] == high
    assert (
        f"For Amazon SQS event source mappings, the accepted range is between {least} and {most:,}" in maximum
    )
    # Kafka's mappings may have a single poller.
    assert (shape("MinimumNumberOfPollers")["min"], shape("MaximumNumberOfPollers")["min"]) == (1, 1)
    assert shape("MaximumNumberOfPollers")["max"] == most


def test_batches_of_queues_are_as_large_as_the_model_says() -> None:
    text = prose("lambda", "CreateEventSourceMappingRequest", "BatchSize")

    assert (
        f"Amazon Simple Queue Service - Default {defaults.BATCH_SIZE}. "
        f"For standard queues the max is {ranges_mapping.source_batch_size.high:,}. "
        f"For FIFO queues the max is {queue_mapping.BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW}."
    ) in text


def test_larger_batches_need_a_window_as_the_model_says() -> None:
    text = prose("lambda", "CreateEventSourceMappingRequest", "MaximumBatchingWindowInSeconds")

    assert (
        f"when you set BatchSize to a value greater than {queue_mapping.BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW}, "
        "you must set MaximumBatchingWindowInSeconds to at least 1"
    ) in text


@for_each("key", ["Ab", "A_", "aZ09_", "A", "", "1A", "_A", "A-B", "A.B", "Ä_", "A b"])
def test_environment_keys_match_the_same_as_in_the_model(key: str) -> None:
    theirs = re.fullmatch(shape("EnvironmentVariableName")["pattern"], key)

    assert bool(re.fullmatch(environment.ENVIRONMENT_KEY_PATTERN, key)) == bool(theirs)


def test_reserved_concurrency_may_be_zero_and_provisioned_may_not() -> None:
    provisioned = shape("PutProvisionedConcurrencyConfigRequest")["members"][
        "ProvisionedConcurrentExecutions"
    ]

    assert shape("ReservedConcurrentExecutions")["min"] == 0
    assert shape(provisioned["shape"])["min"] == 1


def test_visibility_timeout_has_the_range_of_sqs_model() -> None:
    assert (
        "VisibilityTimeout - The visibility timeout for the queue, in seconds. Valid values: An integer "
        f"from 0 to {ranges.visibility_timeout_range.high:,} (12 hours). "
        f"Default: {visibility_timeout.VISIBILITY_TIMEOUT_DEFAULT}."
    ) in prose("sqs", "CreateQueueRequest", "Attributes")


def test_retention_has_the_range_of_sqs_model() -> None:
    assert (
        f"retains a message. Valid values: An integer from {ranges.retention_range.low} seconds (1 minute) "
        f"to {ranges.retention_range.high:,} seconds (14 days). "
        f"Default: {dead_letters.RETENTION_DEFAULT:,} (4 days)."
    ) in prose("sqs", "CreateQueueRequest", "Attributes")


def test_queue_name_is_as_long_as_sqs_allows() -> None:
    text = prose("sqs", "CreateQueueRequest", "QueueName")

    assert f"up to {queue.QUEUE_NAME_MAXIMUM} characters" in text


def test_dead_letters_are_kept_as_long_as_sqs_allows() -> None:
    assert ranges.retention_range.high == defaults.DEAD_LETTER_RETENTION


def test_longest_function_leaves_its_queue_a_valid_visibility_timeout() -> None:
    longest = derive.visibility_timeout(ranges.timeout_range.high, ranges_mapping.source_batching_window.high)
    longest = derive.visibility_timeout(ranges.timeout_range.high, ranges_mapping.source_batching_window.high)

    assert longest <= ranges.visibility_timeout_range.high


def test_deployment_group_has_as_many_alarms_as_codedeploy_allows() -> None:
    text = prose("codedeploy", "AlarmConfiguration", "alarms")

    assert f"A maximum of {rollout_alarms.ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM} alarms can be added" in text


def test_alarm_name_is_as_long_as_cloudwatch_allows() -> None:
    assert shape("AlarmName", "cloudwatch")["max"] == alarm.ALARM_NAME_MAXIMUM


def test_stack_name_is_as_long_as_cloudformation_allows() -> None:
    text = prose("cloudformation", "CreateStackInput", "StackName")

    assert f"can't be longer than {stack.STACK_NAME_MAXIMUM} characters" in text


def test_defaults_are_within_the_limits() -> None:
    assert ranges.memory_size_range(defaults.MEMORY_SIZE) is None
    assert ranges.timeout_range(defaults.TIMEOUT) is None
    assert provisioned_concurrency.target_utilization_range(defaults.TARGET_UTILIZATION) is None
    assert 5 <= defaults.MAX_RECEIVE_COUNT <= dead_letters.RECEIVE_COUNT_MAXIMUM
    assert (
        ranges_mapping.source_batch_size.low
        <= defaults.BATCH_SIZE
        <= queue_mapping.BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW
    )
    assert (
        ranges_mapping.source_batch_size.low
        <= defaults.BATCH_SIZE
        <= queue_mapping.BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW
    )
