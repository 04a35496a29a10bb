"""The mapping of a stream, a Kafka topic or a broker's queue to the alias: batches, position, retries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_lambda import CfnEventSourceMapping as _Mapping
from constructs import Construct

from ..core.guard import UNKNOWN, Guard, Unknown
from ..core.permissions import let_use_key
from ..rules.mapping import filter_pattern_length, source_timeout
from ..rules.ranges_mapping import (
    filters_maximum,
    record_age_range,
    source_batch_size,
    source_batching_window,
)
from ..rules.starting_position import starting_position_latest, starting_timestamp, starting_timestamp_future
from ..rules.stream import stream_retries


@dataclass(frozen=True, kw_only=True)
class SourceOptions:
    """What a user says of a mapping, as it was said; None is left to Lambda, or unknown to the source."""

    batch_size: int
    max_batching_window: cdk.Duration | None
    filters: Sequence[Mapping[str, object]]
    enabled: bool
    starting_position: lambda_.StartingPosition | None = None
    starting_position_timestamp: datetime | None = None
    bisect_batch_on_error: bool | None = None
    retry_attempts: int | None = None
    max_record_age: cdk.Duration | None = None
    parallelization_factor: int | None = None
    tumbling_window: cdk.Duration | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a mapping reads, in plain values, and what it reports.

    Attributes:
        arn: What is read; None for brokers of the user's own.
        bootstrap_servers: These brokers.
        topic: The topic to read.
        consumer_group_id: The consumer group to join.
        queue: The queue of a broker to read.
        pollers: Least and most pollers that are always there, and the group that shares them.
        access: Credentials and network, by the types of the API.
        on_failure: ARN of where records go that fail for good.
        partial_responses: Whether the function reports which records failed.
        metrics: Groups of metrics that the mapping publishes.
    """

    arn: str | None = None
    bootstrap_servers: Sequence[str] = ()
    topic: str | None = None
    consumer_group_id: str | None = None
    queue: str | None = None
    pollers: tuple[int, int, str | None] | None = None
    access: Sequence[tuple[str, str]] = ()
    on_failure: str | None = None
    partial_responses: bool = False
    metrics: Sequence[str] = ()


def check_batches(guard: Guard, options: SourceOptions) -> None:
    """Check how records are gathered and which are taken."""
    guard.check(source_batch_size, guard.integer("batch_size", options.batch_size))
    if options.max_batching_window is not None:
        window = guard.seconds("max_batching_window", options.max_batching_window)
        guard.check(source_batching_window, window)
    guard.check(filters_maximum, len(options.filters))
    for pattern in options.filters:
        text = pattern.get("pattern") if isinstance(pattern, Mapping) else None
        if not isinstance(text, str):
            guard.refuse_type("filters", pattern, "patterns of FilterCriteria.filter(...)")
        guard.check(filter_pattern_length, text)


def check_position(
    guard: Guard, position: lambda_.StartingPosition, timestamp: datetime | None, *, by_time: bool
) -> None:
    """Check where reading starts; `by_time` says whether the source knows positions by time."""
    guard.instance("starting_position", position, lambda_.StartingPosition, "a StartingPosition")
    if timestamp is not None and (not isinstance(timestamp, datetime) or timestamp.tzinfo is None):
        guard.refuse_type("starting_position_timestamp", timestamp, "a datetime with a time zone")
    guard.check(starting_timestamp, position.name, timestamp=timestamp is not None, by_time=by_time)
    guard.check(starting_position_latest, position.name)
    if timestamp is not None:
        now = datetime.now(UTC).timestamp()
        guard.check(starting_timestamp_future, int(timestamp.timestamp()), int(now))


def check_retries(guard: Guard, options: SourceOptions) -> int | Unknown:
    """Check retries and age; returns the age in seconds at which records are given up."""
    if options.retry_attempts is not None:
        guard.check(stream_retries, guard.integer("retry_attempts", options.retry_attempts))
    if options.max_record_age is None:
        return UNKNOWN
    age = guard.seconds("max_record_age", options.max_record_age)
    guard.check(record_age_range, age)
    return age


def check_timeout(guard: Guard, timeout: cdk.Duration | None) -> None:
    """Check the function's timeout against what Lambda allows one that reads brokers."""
    if timeout is not None:
        guard.check(source_timeout, guard.seconds("timeout", timeout))


def create_source_mapping(
    scope: Construct,
    guard: Guard,
    alias: lambda_.Alias,
    source: Source,
    *,
    options: SourceOptions,
    key: kms.IKey | None,
) -> _Mapping:
    """Map the source to the alias; a key encrypts the filters.

    An L1 resource: the L2 mapping takes the alias's ARN apart to build it again, and its event sources
    grant more than their mapping needs.
    """
    if not options.filters:
        key = None
    if key is not None:
        _let_lambda_decrypt(scope, guard, key)
    window, age, tumbling = options.max_batching_window, options.max_record_age, options.tumbling_window
    position, timestamp = options.starting_position, options.starting_position_timestamp
    managed, group = source.arn is not None, source.consumer_group_id
    return _Mapping(
        scope,
        "Mapping",
        function_name=alias.function_arn,
        event_source_arn=source.arn,
        self_managed_event_source=_brokers(source),
        topics=None if source.topic is None else [source.topic],
        queues=None if source.queue is None else [source.queue],
        amazon_managed_kafka_event_source_config=(
            _Mapping.AmazonManagedKafkaEventSourceConfigProperty(consumer_group_id=group)
            if group is not None and managed
            else None
        ),
        self_managed_kafka_event_source_config=(
            _Mapping.SelfManagedKafkaEventSourceConfigProperty(consumer_group_id=group)
            if group is not None and not managed
            else None
        ),
        provisioned_poller_config=_pollers(source),
        source_access_configurations=_access(source),
        starting_position=None if position is None else position.name,
        starting_position_timestamp=None if timestamp is None else int(timestamp.timestamp()),
        batch_size=options.batch_size,
        maximum_batching_window_in_seconds=None if window is None else window.to_seconds(),
        bisect_batch_on_function_error=options.bisect_batch_on_error,
        maximum_retry_attempts=options.retry_attempts,
        maximum_record_age_in_seconds=None if age is None else age.to_seconds(),
        parallelization_factor=options.parallelization_factor,
        tumbling_window_in_seconds=None if tumbling is None else tumbling.to_seconds(),
        filter_criteria=_filters(options),
        kms_key_arn=None if key is None else key.key_arn,
        destination_config=_destination(source),
        function_response_types=["ReportBatchItemFailures"] if source.partial_responses else None,
        metrics_config=(
            _Mapping.MetricsConfigProperty(metrics=list(source.metrics)) if source.metrics else None
        ),
        enabled=None if options.enabled else False,
    )


def _let_lambda_decrypt(scope: Construct, guard: Guard, key: kms.IKey) -> None:
    """Let the mappings of this account and region decrypt their filters.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption
    """
    stack = cdk.Stack.of(scope)
    mappings = stack.format_arn(
        service="lambda",
        resource="event-source-mapping",
        resource_name="*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    let_use_key(
        scope,
        guard,
        key,
        service=f"lambda.{stack.region}.amazonaws.com",
        actions=["kms:Decrypt"],
        conditions={"ArnLike": {"aws:SourceArn": mappings}},
    )


def _brokers(source: Source) -> _Mapping.SelfManagedEventSourceProperty | None:
    if not source.bootstrap_servers:
        return None
    servers = _Mapping.EndpointsProperty(kafka_bootstrap_servers=list(source.bootstrap_servers))
    return _Mapping.SelfManagedEventSourceProperty(endpoints=servers)


def _pollers(source: Source) -> _Mapping.ProvisionedPollerConfigProperty | None:
    if source.pollers is None:
        return None
    minimum, maximum, group = source.pollers
    return _Mapping.ProvisionedPollerConfigProperty(
        minimum_pollers=minimum, maximum_pollers=maximum, poller_group_name=group
    )


def _access(source: Source) -> list[_Mapping.SourceAccessConfigurationProperty] | None:
    if not source.access:
        return None
    return [_Mapping.SourceAccessConfigurationProperty(type=kind, uri=uri) for kind, uri in source.access]


def _filters(options: SourceOptions) -> _Mapping.FilterCriteriaProperty | None:
    if not options.filters:
        return None
    patterns = [_Mapping.FilterProperty(pattern=str(each["pattern"])) for each in options.filters]
    return _Mapping.FilterCriteriaProperty(filters=patterns)


def _destination(source: Source) -> _Mapping.DestinationConfigProperty | None:
    if source.on_failure is None:
        return None
    on_failure = _Mapping.OnFailureProperty(destination=source.on_failure)
    return _Mapping.DestinationConfigProperty(on_failure=on_failure)
