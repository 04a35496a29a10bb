"""The numbers of streams, Kafka and Amazon MQ: against Lambda's model, and against each other."""

from __future__ import annotations

import re

from lambda_constructs.rules import (
    defaults,
    derive,
    kafka,
    mapping,
    pollers,
    ranges_mapping,
    record_age,
    stream,
)
from tests.for_each import for_each
from tests.rules.test_limits import prose, shape


@for_each(
    ("name", "bounds"),
    [
        ("ParallelizationFactor", (1, ranges_mapping.parallelization_range.high)),
        ("TumblingWindowInSeconds", (0, ranges_mapping.tumbling_window_range.high)),
        ("Topic", (1, kafka.TOPIC_MAXIMUM)),
        ("URI", (1, mapping.SOURCE_URI_MAXIMUM)),
        ("ProvisionedPollerGroupName", (0, kafka.POLLER_GROUP_MAXIMUM)),
        ("EndpointLists", (1, kafka.BOOTSTRAP_SERVERS_MAXIMUM)),
        ("Queue", (1, mapping.BROKER_QUEUE_MAXIMUM)),
    ],
)
def test_range_is_the_one_of_lambdas_model(name: str, bounds: tuple[int, int]) -> None:
    assert (shape(name)["min"], shape(name)["max"]) == bounds


@for_each(
    ("name", "maximum"),
    [
        ("MaximumRetryAttemptsEventSourceMapping", stream.STREAM_RETRIES_MAXIMUM),
        ("MaximumRecordAgeInSeconds", ranges_mapping.record_age_range.high),
    ],
)
def test_minus_one_is_infinite_to_the_model_and_not_offered_here(name: str, maximum: int) -> None:
    assert (shape(name)["min"], shape(name)["max"]) == (-1, maximum)


def test_records_are_discarded_after_a_minute_at_the_earliest() -> None:
    text = prose("lambda", "EventSourceMappingConfiguration", "MaximumRecordAgeInSeconds")

    assert (
        f"The minimum valid value for maximum record age is {ranges_mapping.record_age_range.low}s." in text
    )


def test_pollers_have_the_range_of_kafka_within_the_wider_one_of_all_sources() -> None:
    (low, high), (least, most) = pollers.KAFKA_POLLERS_MINIMUM_RANGE, pollers.KAFKA_POLLERS_MAXIMUM_RANGE
    maximum = prose("lambda", "ProvisionedPollerConfig", "MaximumPollers")

    assert (shape("MinimumNumberOfPollers")["min"], shape("MinimumNumberOfPollers")["max"]) == (low, high)
    assert (
        "For Amazon MSK and self-managed Apache Kafka event source mappings, the accepted range is between "
        f"{least} and {most:,}" in maximum
    )


@for_each("source", ["Amazon Kinesis", "Amazon DynamoDB Streams", "Self-managed Apache Kafka"])
def test_batches_are_as_large_as_the_model_says(source: str) -> None:
    text = prose("lambda", "CreateEventSourceMappingRequest", "BatchSize")

    assert (
        f"{source} - Default {defaults.STREAM_BATCH_SIZE}. Max {ranges_mapping.source_batch_size.high:,}."
        in text
    )


@for_each(
    ("pattern", "name", "text"),
    [
        (kafka.TOPIC_PATTERN, "Topic", "orders"),
        (kafka.TOPIC_PATTERN, "Topic", ".orders"),
        (kafka.TOPIC_PATTERN, "Topic", "my orders"),
        (mapping.SOURCE_URI_PATTERN, "URI", "order-function"),
        (mapping.SOURCE_URI_PATTERN, "URI", "/shop"),
        (mapping.SOURCE_URI_PATTERN, "URI", "shop#1"),
        (kafka.POLLER_GROUP_PATTERN, "ProvisionedPollerGroupName", "shop_1"),
        (kafka.POLLER_GROUP_PATTERN, "ProvisionedPollerGroupName", "shop.1"),
        (kafka.BOOTSTRAP_SERVER_PATTERN, "Endpoint", "broker-1.shop.example:9092"),
        (kafka.BOOTSTRAP_SERVER_PATTERN, "Endpoint", "10.0.0.1:9092"),
        (kafka.BOOTSTRAP_SERVER_PATTERN, "Endpoint", "broker-1.shop.example"),
        (kafka.BOOTSTRAP_SERVER_PATTERN, "Endpoint", "-broker:9092"),
    ],
)
def test_names_match_the_same_as_in_the_model(pattern: str, name: str, text: str) -> None:
    assert bool(re.fullmatch(pattern, text)) == bool(re.fullmatch(shape(name)["pattern"], text))


def test_consumer_name_is_as_long_as_kinesis_allows() -> None:
    assert shape("ConsumerName", "kinesis")["max"] == stream.STREAM_CONSUMER_NAME_MAXIMUM


def test_records_are_discarded_while_the_stream_still_has_them() -> None:
    assert ranges_mapping.record_age_range.low <= defaults.MAX_RECORD_AGE <= record_age.STREAM_RETENTION // 2


def test_alarm_comes_while_there_is_time_to_react() -> None:
    assert derive.iterator_age(defaults.MAX_RECORD_AGE) == defaults.ITERATOR_AGE
    assert (
        derive.iterator_age(ranges_mapping.record_age_range.low) == ranges_mapping.record_age_range.low // 2
    )


def test_lag_grows_with_the_batches() -> None:
    assert derive.offset_lag(1) == defaults.OFFSET_LAG_BATCHES
    assert derive.offset_lag(defaults.STREAM_BATCH_SIZE) == 10_000


def test_longest_invocation_of_a_brokers_queue_is_no_stalled_consumer() -> None:
    assert defaults.BROKER_STALLED_PERIODS * defaults.ALARM_PERIOD > mapping.SOURCE_TIMEOUT_MAXIMUM
