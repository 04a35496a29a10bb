"""The event source mapping from an SQS queue, a stream, a Kafka topic or an Amazon MQ queue to the alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from ..core.cdk_objects import make
from ..core.context import Context
from ..core.guard import Guard
from ..core.permissions import let_use_key
from ..rules import derive
from ..rules.filter_pattern import filter_metadata, filter_pattern_form, filter_pattern_length
from ..rules.options import option_type
from ..rules.ranges_mapping import filters_maximum
from ..template.sources import SourceKind
from ..template.values import Unknown

Filters: TypeAlias = Sequence[Mapping[str, object]]
"""Filter patterns, created with `FilterCriteria.filter(...)`."""


@dataclass(frozen=True, kw_only=True)
class MappingOptions:
    """The options of a mapping; None is Lambda's default, or is not an option of the source."""

    batch_size: int
    max_batching_window: cdk.Duration | None = None
    filters: Filters = ()
    enabled: bool = True
    max_concurrency: int | None = None
    starting_position: lambda_.StartingPosition | None = None
    starting_position_timestamp: datetime | None = None
    bisect_batch_on_error: bool | None = None
    retry_attempts: int | None = None
    max_record_age: cdk.Duration | None = None
    parallelization_factor: int | None = None
    tumbling_window: cdk.Duration | None = None


@dataclass(frozen=True, kw_only=True)
class MappingSource:
    """The source of a mapping in plain values, and what the mapping reports."""

    arn: str | None = None  # the source; None for self-managed Kafka
    bootstrap_servers: Sequence[str] = ()  # the brokers of self-managed Kafka
    topic: str | None = None  # the topic to read
    consumer_group_id: str | None = None  # the consumer group to join
    queue: str | None = None  # the queue of Amazon MQ to read
    # Minimum and maximum of provisioned pollers, and the group that shares them
    pollers: tuple[int, int, str | None] | None = None
    access: Sequence[tuple[str, str]] = ()  # credentials and network, by the types of the API
    on_failure: str | None = None  # ARN of the on-failure destination
    partial_responses: bool = False  # whether the function reports which records failed
    metrics: Sequence[str] = ()  # groups of metrics that the mapping publishes


def check_filters(guard: Guard, filters: Filters, kind: SourceKind) -> None:
    """Check that filters are patterns, and that there are not too many or too long ones."""
    guard.check(filters_maximum, len(filters))
    for each in filters:
        pattern = each.get("pattern")
        if not isinstance(pattern, str):
            guard.refuse(option_type, "filters", repr(each), "patterns of FilterCriteria.filter(...)")
        guard.check(filter_pattern_length, pattern)
        known = guard.text(pattern)
        guard.check(filter_pattern_form, known, kind)
        if isinstance(known, str):
            guard.check(filter_metadata, known, kind)


def create_mapping(
    context: Context, source: MappingSource, options: MappingOptions
) -> lambda_.CfnEventSourceMapping:
    """Map the source to the alias.

    An L1 resource: the L2 mapping splits and rebuilds the ARN of the alias, and the L2 event sources grant
    more than the mapping needs.
    """
    key = context.key if options.filters else None
    if key is not None:
        _let_lambda_decrypt(context, key)
    position, timestamp = options.starting_position, options.starting_position_timestamp
    mapping = make(
        lambda_.CfnEventSourceMapping,
        context.scope,
        _construct_id(context.guard, source),
        function_name=context.alias_arn,
        event_source_arn=source.arn,
        topics=None if source.topic is None else [source.topic],
        queues=None if source.queue is None else [source.queue],
        source_access_configurations=[{"type": kind, "uri": uri} for kind, uri in source.access] or None,
        starting_position=None if position is None else position.name,
        starting_position_timestamp=None if timestamp is None else int(timestamp.timestamp()),
        batch_size=options.batch_size,
        maximum_batching_window_in_seconds=_seconds(options.max_batching_window),
        scaling_config=_given(maximumConcurrency=options.max_concurrency),
        bisect_batch_on_function_error=options.bisect_batch_on_error,
        maximum_retry_attempts=options.retry_attempts,
        maximum_record_age_in_seconds=_seconds(options.max_record_age),
        parallelization_factor=options.parallelization_factor,
        tumbling_window_in_seconds=_seconds(options.tumbling_window),
        filter_criteria=_given(filters=[{"pattern": each["pattern"]} for each in options.filters] or None),
        kms_key_arn=None if key is None else key.key_arn,
        destination_config=_given(onFailure=_given(destination=source.on_failure)),
        function_response_types=["ReportBatchItemFailures"] if source.partial_responses else None,
        metrics_config=_given(metrics=list(source.metrics) or None),
        enabled=options.enabled,  # Lambda leaves a mapping as it is, also paused, if an update does not tell
        **_kafka(source),
        provisioned_poller_config=_pollers(source),
    )
    context.role.must_precede(mapping)
    return mapping


def _construct_id(guard: Guard, source: MappingSource) -> str:
    """Another id for another topic or queue: CloudFormation reports their change, Lambda ignores it.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2140
    """
    name = guard.text(source.topic or source.queue or "")
    return "Mapping" if isinstance(name, Unknown) else derive.replaced_with("Mapping", name)


def _let_lambda_decrypt(context: Context, key: kms.IKey) -> None:
    """Let the mappings of this account and region decrypt their filters.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption
    """
    mappings = context.stack.arn("lambda", "event-source-mapping", "*", ":")
    let_use_key(
        context.scope,
        context.guard,
        key,
        principal="lambda.amazonaws.com",
        actions=["kms:Decrypt"],
        conditions={"ArnLike": {"aws:SourceArn": mappings}},
    )


def _kafka(source: MappingSource) -> dict[str, object]:
    """The properties that only Kafka mappings have."""
    group = _given(consumerGroupId=source.consumer_group_id)
    if source.arn is not None:
        return {"amazon_managed_kafka_event_source_config": group}
    return {
        "self_managed_event_source": {"endpoints": {"kafkaBootstrapServers": list(source.bootstrap_servers)}},
        "self_managed_kafka_event_source_config": group,
    }


def _pollers(source: MappingSource) -> dict[str, object] | None:
    if source.pollers is None:
        return None
    minimum, maximum, group = source.pollers
    return _given(minimumPollers=minimum, maximumPollers=maximum, pollerGroupName=group)


def _given(**values: object) -> dict[str, object] | None:
    """The values that are given; None if there are none."""
    return {name: value for name, value in values.items() if value is not None} or None


def _seconds(duration: cdk.Duration | None) -> float | None:
    return None if duration is None else duration.to_seconds()
