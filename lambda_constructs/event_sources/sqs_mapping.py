"""The mapping of a queue to the alias: batches, concurrency, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core import acknowledgements
from ..core.guard import Guard, Unknown
from ..rules import derive
from ..rules.mapping import filter_pattern_length
from ..rules.pollers import CONCURRENCY_PER_POLLER, pollers_and_max_concurrency, pollers_range
from ..rules.queue_mapping import (
    batch_size_range,
    batching_window_range,
    max_concurrency_above_reserved,
    reserved_concurrency_too_low,
)
from ..rules.ranges_mapping import filters_maximum, max_concurrency_range


@dataclass(frozen=True, kw_only=True)
class SqsPollers:
    """Pollers that are always there, for queues whose bursts must not wait.

    Each poller runs up to 10 invocations at once, and is paid for while idle.

    Args:
        minimum: Pollers at least; 2 to 200.
        maximum: Pollers at most; 2 to 10000, `minimum` or more.
    """

    minimum: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class MappingOptions:
    """Checked options of a mapping."""

    batch_size: int
    max_batching_window: cdk.Duration | None
    max_concurrency: int | None
    provisioned_pollers: SqsPollers | None
    filters: Sequence[Mapping[str, object]]
    enabled: bool


def check_mapping(
    guard: Guard,
    options: MappingOptions,
    *,
    fifo: bool,
    window: int | Unknown,
    reserved_concurrency: int | None,
) -> None:
    """Check batches, filters and concurrency, the latter also against the reservation."""
    guard.check(batching_window_range, window, fifo=fifo)
    batch_size = guard.integer("batch_size", options.batch_size)
    guard.check(batch_size_range, batch_size, window=window, fifo=fifo)
    guard.check(filters_maximum, len(options.filters))
    for pattern in options.filters:
        text = pattern.get("pattern") if isinstance(pattern, Mapping) else None
        if not isinstance(text, str):
            guard.refuse_type("filters", pattern, "patterns of FilterCriteria.filter(...)")
        guard.check(filter_pattern_length, text)
    reserved: int | Unknown | None = None
    if reserved_concurrency is not None:
        reserved = guard.integer("reserved_concurrency", reserved_concurrency)
        guard.check(reserved_concurrency_too_low, reserved)
    concurrency: int | Unknown | None = None
    if options.max_concurrency is not None:
        option = "max_concurrency"
        concurrency = guard.integer(option, options.max_concurrency)
        guard.check(max_concurrency_range, concurrency)
    pollers = options.provisioned_pollers
    if pollers is not None:
        option = "provisioned_pollers.maximum"
        guard.instance(
            "provisioned_pollers",
            pollers,
            SqsPollers,
            "SqsPollers(minimum=..., maximum=...)",
        )
        if concurrency is not None:
            guard.check(pollers_and_max_concurrency, concurrency)
        maximum = guard.integer(option, pollers.maximum)
        minimum = guard.integer("provisioned_pollers.minimum", pollers.minimum)
        guard.check(pollers_range, minimum, maximum)
        if not isinstance(maximum, Unknown):
            concurrency = maximum * CONCURRENCY_PER_POLLER
    if reserved is not None and concurrency is not None:
        guard.check(max_concurrency_above_reserved, concurrency, reserved, option=option)


def create_mapping(
    scope: Construct,
    queue_arn: str,
    alias: lambda_.Alias,
    options: MappingOptions,
    reserved_concurrency: int | None,
) -> lambda_.CfnEventSourceMapping:
    """Map the queue to the alias; failed messages of a batch are reported one by one.

    An L1 resource: the L2 mapping takes the alias's ARN apart to build it again, in 250 bytes.
    """
    pollers = options.provisioned_pollers
    max_concurrency = options.max_concurrency
    if max_concurrency is None and pollers is None:
        max_concurrency = derive.mapping_concurrency(reserved_concurrency)
    resource = lambda_.CfnEventSourceMapping
    window = options.max_batching_window
    mapping = resource(
        scope,
        "Mapping",
        function_name=alias.function_arn,
        event_source_arn=queue_arn,
        batch_size=options.batch_size,
        maximum_batching_window_in_seconds=None if window is None else window.to_seconds(),
        scaling_config=(
            None
            if max_concurrency is None
            else resource.ScalingConfigProperty(maximum_concurrency=max_concurrency)
        ),
        provisioned_poller_config=(
            None
            if pollers is None
            else resource.ProvisionedPollerConfigProperty(
                minimum_pollers=pollers.minimum, maximum_pollers=pollers.maximum
            )
        ),
        filter_criteria=(
            None
            if not options.filters
            else resource.FilterCriteriaProperty(
                filters=[resource.FilterProperty(pattern=str(each["pattern"])) for each in options.filters]
            )
        ),
        function_response_types=["ReportBatchItemFailures"],
        metrics_config=resource.MetricsConfigProperty(metrics=["EventCount"]),
        enabled=None if options.enabled else False,
    )
    acknowledgements.acknowledge(
        mapping, acknowledgements.SQS_MAPPING, acknowledgements.MAPPING_WITHOUT_DESTINATION
    )
    return mapping
