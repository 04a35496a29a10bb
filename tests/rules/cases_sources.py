"""The table, continued: event source mappings, streams, Kafka, Amazon MQ and destinations."""

from __future__ import annotations

from lambda_constructs.rules import (
    destinations,
    filter_pattern,
    kafka,
    mapping,
    pollers,
    queue_mapping,
    ranges_mapping,
    record_age,
    starting_position,
    stream,
)
from lambda_constructs.rules.rule import Rule
from tests.rules.case import accept, refuse

# Asked only where the answer is already no.
ALWAYS_REFUSE: tuple[Rule[...], ...] = (
    destinations.queue_policy_not_changed,
    mapping.broker_dead_letters_unknown,
    pollers.pollers_and_max_concurrency,
    stream.table_without_stream,
)

RANGES = (
    accept(ranges_mapping.max_concurrency_range, 2),
    accept(ranges_mapping.max_concurrency_range, 1000),
    refuse(ranges_mapping.max_concurrency_range, 1),
    refuse(ranges_mapping.max_concurrency_range, 1001),
    accept(ranges_mapping.filters_maximum, 0),
    accept(ranges_mapping.filters_maximum, 5),
    refuse(ranges_mapping.filters_maximum, 6),
    accept(ranges_mapping.source_batch_size, 1),
    accept(ranges_mapping.source_batch_size, 10_000),
    refuse(ranges_mapping.source_batch_size, 0),
    refuse(ranges_mapping.source_batch_size, 10_001),
    accept(ranges_mapping.source_batching_window, 0),
    accept(ranges_mapping.source_batching_window, 300),
    refuse(ranges_mapping.source_batching_window, 301),
    accept(ranges_mapping.record_age_range, 60),
    accept(ranges_mapping.record_age_range, 604_800),
    refuse(ranges_mapping.record_age_range, -1),
    refuse(ranges_mapping.record_age_range, 59),
    refuse(ranges_mapping.record_age_range, 604_801),
    accept(ranges_mapping.parallelization_range, 1),
    accept(ranges_mapping.parallelization_range, 10),
    refuse(ranges_mapping.parallelization_range, 0),
    refuse(ranges_mapping.parallelization_range, 11),
    accept(ranges_mapping.tumbling_window_range, 0),
    accept(ranges_mapping.tumbling_window_range, 900),
    refuse(ranges_mapping.tumbling_window_range, 901),
)

MAPPING = (
    accept(filter_pattern.filter_pattern_length, "f" * 4096),
    refuse(filter_pattern.filter_pattern_length, "f" * 4097),
    accept(mapping.source_name, "topic", "orders", pattern="[a-z]+", maximum=6),
    refuse(mapping.source_name, "topic", "", pattern="[a-z]*", maximum=6),
    refuse(mapping.source_name, "topic", "orders2", pattern="[a-z]+", maximum=9),
    refuse(mapping.source_name, "topic", "invoices", pattern="[a-z]+", maximum=6),
    accept(mapping.source_timeout, 840),
    refuse(mapping.source_timeout, 841),
)

QUEUE_MAPPING = (
    accept(queue_mapping.queue_twice, "Shop/Orders", again=False),
    refuse(queue_mapping.queue_twice, "Shop/Orders", again=True),
    accept(queue_mapping.batch_size_range, 1, window=0, fifo=False),
    accept(queue_mapping.batch_size_range, 10, window=0, fifo=False),
    accept(queue_mapping.batch_size_range, 11, window=1, fifo=False),
    accept(queue_mapping.batch_size_range, 10_000, window=1, fifo=False),
    accept(queue_mapping.batch_size_range, 10, window=0, fifo=True),
    refuse(queue_mapping.batch_size_range, 0, window=0, fifo=False),
    refuse(queue_mapping.batch_size_range, 11, window=0, fifo=False),
    refuse(queue_mapping.batch_size_range, 10_001, window=1, fifo=False),
    refuse(queue_mapping.batch_size_range, 11, window=1, fifo=True),
    refuse(queue_mapping.batch_size_range, 0, window=0, fifo=True),
    accept(queue_mapping.batching_window_range, 0, fifo=False),
    accept(queue_mapping.batching_window_range, 300, fifo=False),
    accept(queue_mapping.batching_window_range, 0, fifo=True),
    refuse(queue_mapping.batching_window_range, 301, fifo=False),
    refuse(queue_mapping.batching_window_range, 1, fifo=True),
    accept(queue_mapping.max_concurrency_above_reserved, 20, 20, option="max_concurrency"),
    refuse(queue_mapping.max_concurrency_above_reserved, 21, 20, option="max_concurrency"),
    accept(queue_mapping.reserved_concurrency_too_low, 2),
    refuse(queue_mapping.reserved_concurrency_too_low, 1),
    refuse(queue_mapping.reserved_concurrency_too_low, 1, fifo=True),
    refuse(queue_mapping.reserved_concurrency_too_low, 0),
    accept(queue_mapping.max_concurrency_missing, 10, bounded=True),
    refuse(queue_mapping.max_concurrency_missing, 10, bounded=False),
    accept(queue_mapping.partial_batch_responses, 10, ["ReportBatchItemFailures"]),
    accept(queue_mapping.partial_batch_responses, 1, []),
    refuse(queue_mapping.partial_batch_responses, 2, []),
)

POLLERS = (
    accept(pollers.pollers_range, 2, 2),
    accept(pollers.pollers_range, 200, 10_000),
    refuse(pollers.pollers_range, 1, 2),
    refuse(pollers.pollers_range, 201, 300),
    refuse(pollers.pollers_range, 2, 1),
    refuse(pollers.pollers_range, 2, 10_001),
    refuse(pollers.pollers_range, 3, 2),
    refuse(pollers.pollers_and_max_concurrency, 20),
    accept(pollers.kafka_without_pollers, ""),
    refuse(pollers.kafka_without_pollers, "retry_attempts, max_record_age"),
    accept(pollers.kafka_pollers_range, 1, 1),
    accept(pollers.kafka_pollers_range, 200, 2_000),
    refuse(pollers.kafka_pollers_range, 0, 1),
    refuse(pollers.kafka_pollers_range, 201, 300),
    refuse(pollers.kafka_pollers_range, 1, 0),
    refuse(pollers.kafka_pollers_range, 1, 2_001),
    refuse(pollers.kafka_pollers_range, 3, 2),
)

STARTING_POSITION = (
    accept(starting_position.starting_position_latest, "TRIM_HORIZON"),
    accept(starting_position.starting_position_latest, "AT_TIMESTAMP"),
    refuse(starting_position.starting_position_latest, "LATEST"),
    accept(starting_position.starting_timestamp, "AT_TIMESTAMP", timestamp=True, by_time=True),
    accept(starting_position.starting_timestamp, "LATEST", timestamp=False, by_time=False),
    refuse(starting_position.starting_timestamp, "AT_TIMESTAMP", timestamp=True, by_time=False),
    refuse(starting_position.starting_timestamp, "AT_TIMESTAMP", timestamp=False, by_time=True),
    refuse(starting_position.starting_timestamp, "TRIM_HORIZON", timestamp=True, by_time=True),
    accept(starting_position.starting_timestamp_future, 1_000, 1_000),
    refuse(starting_position.starting_timestamp_future, 1_001, 1_000),
)

STREAM = (
    refuse(stream.table_without_stream, "Shop/Orders"),
    accept(stream.fan_out_without_stream, stream=True),
    refuse(stream.fan_out_without_stream, stream=False),
    accept(stream.stream_retries, 0),
    accept(stream.stream_retries, 10_000),
    refuse(stream.stream_retries, -1),
    refuse(stream.stream_retries, -2),
    refuse(stream.stream_retries, 10_001),
    accept(stream.parallelization_above_reserved, 5, 5),
    refuse(stream.parallelization_above_reserved, 1, 0),
    refuse(stream.parallelization_above_reserved, 6, 5),
    refuse(stream.parallelization_above_reserved, 6, 5, streams=2),
    accept(stream.stream_twice, "Shop/Orders", again=False),
    refuse(stream.stream_twice, "Shop/Orders", again=True),
    accept(stream.stream_without_destination, destination=True),
    refuse(stream.stream_without_destination, destination=False),
    accept(stream.stream_without_end, 3, -1),
    accept(stream.stream_without_end, -1, 60),
    refuse(stream.stream_without_end, -1, -1),
    accept(stream.stream_batch_undivided, 1, bisect=False, reports=False),
    accept(stream.stream_batch_undivided, 2, bisect=True, reports=False),
    accept(stream.stream_batch_undivided, 2, bisect=False, reports=True),
    refuse(stream.stream_batch_undivided, 2, bisect=False, reports=False),
)

RECORD_AGE = (
    accept(record_age.record_age_above_retention, 86_400, 86_400),
    refuse(record_age.record_age_above_retention, 86_401, 86_400),
    accept(record_age.record_age_equals_retention, 86_399, 86_400),
    accept(record_age.record_age_equals_retention, 86_401, 86_400),
    refuse(record_age.record_age_equals_retention, 86_400, 86_400),
    accept(record_age.iterator_age_above_record_age, 59, 60),
    refuse(record_age.iterator_age_above_record_age, 60, 60),
)

KAFKA = (
    accept(kafka.cluster_arn_form, "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b-2"),
    refuse(kafka.cluster_arn_form, "arn:aws:kafka:eu-west-1:123456789012:vpc-connection/1/shop/0a1b-2"),
    refuse(kafka.cluster_arn_form, "shop"),
    accept(kafka.bootstrap_servers_form, ["broker-1.example.com:9092", "10.0.0.1:9096"]),
    refuse(kafka.bootstrap_servers_form, []),
    refuse(kafka.bootstrap_servers_form, ["broker-1.example.com:9092"] * 11),
    refuse(kafka.bootstrap_servers_form, ["broker-1.example.com"]),
    accept(kafka.kafka_network, 0, 0, authenticated=True),
    accept(kafka.kafka_network, 2, 1, authenticated=True),
    accept(kafka.kafka_network, 2, 1, authenticated=False),
    refuse(kafka.kafka_network, 2, 0, authenticated=True),
    refuse(kafka.kafka_network, 0, 1, authenticated=True),
    refuse(kafka.kafka_network, 0, 0, authenticated=False),
    accept(kafka.scram_hash, 512, managed=True),
    accept(kafka.scram_hash, 512, managed=False),
    accept(kafka.scram_hash, 256, managed=False),
    refuse(kafka.scram_hash, 256, managed=True),
    refuse(kafka.scram_hash, 384, managed=False),
    accept(kafka.offset_lag_threshold_range, 1),
    refuse(kafka.offset_lag_threshold_range, 0),
)

MQ = (
    accept(mapping.broker_arn_form, "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b"),
    refuse(mapping.broker_arn_form, "b-0a1b"),
    refuse(mapping.broker_dead_letters_unknown, "orders"),
)

DESTINATIONS = (
    accept(destinations.destination_kind, "on_failure", "queue", ("queue", "topic")),
    refuse(destinations.destination_kind, "on_success", "bucket", ("queue", "topic")),
    accept(destinations.destination_fifo, "on_failure", fifo=False),
    refuse(destinations.destination_fifo, "on_failure", fifo=True),
    refuse(destinations.queue_policy_not_changed, "events.amazonaws.com"),
    accept(destinations.destination_loop, "on_failure", own=False),
    refuse(destinations.destination_loop, "on_failure", own=True),
    accept(destinations.target_without_dead_letter_queue, "schedule", kept=True),
    refuse(destinations.target_without_dead_letter_queue, "schedule", kept=False),
)

CASES = (
    *RANGES,
    *MAPPING,
    *QUEUE_MAPPING,
    *POLLERS,
    *STARTING_POSITION,
    *STREAM,
    *RECORD_AGE,
    *KAFKA,
    *MQ,
    *DESTINATIONS,
)
