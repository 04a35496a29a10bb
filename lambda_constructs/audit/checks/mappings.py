"""Event source mappings by themselves: batches, pollers, filters, and how long their function may run."""

from __future__ import annotations

from ...rules import defaults, limits
from ...rules.kafka import kafka_pollers_range, kafka_without_pollers
from ...rules.queue_mapping import (
    batch_size_range,
    batching_window_range,
    filter_pattern_length,
    filters_maximum,
    partial_batch_responses,
    pollers_and_max_concurrency,
    pollers_range,
)
from ...rules.stream import (
    source_batch_size,
    source_batching_window,
    source_timeout,
    starting_position_latest,
)
from ...template.sources import Consumer, consumers
from ...template.targets import is_fifo
from ...template.template import Resource
from ...template.values import Unknown, is_known
from ..findings import Findings

_WINDOW = "MaximumBatchingWindowInSeconds"
_POLLERS = "ProvisionedPollerConfig"
_WITH_POLLERS = ("MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError")
"""What Lambda lets mappings of Kafka set together with pollers only."""


def check(findings: Findings) -> None:
    """Check every mapping of the template."""
    for consumer in consumers(findings.template):
        _check_filters(findings, consumer.mapping)
        match consumer.kind:
            case "queue":
                _check_queue_batches(findings, consumer.mapping)
                _check_queue_concurrency(findings, consumer.mapping)
            case "kafka" | "broker":
                check_batches(findings, consumer.mapping)
                _check_timeout(findings, consumer)
        if consumer.kind == "kafka":
            _check_kafka(findings, consumer.mapping)


def check_batches(findings: Findings, mapping: Resource) -> None:
    """Check the batches of what is no queue."""
    batch_size = mapping.integer("BatchSize", default=defaults.STREAM_BATCH_SIZE)
    findings.check(source_batch_size, mapping, "BatchSize", batch_size)
    findings.check(source_batching_window, mapping, _WINDOW, mapping.integer(_WINDOW, default=0))


def check_starting_position(findings: Findings, mapping: Resource) -> None:
    """Check that nothing is missed while the mapping starts."""
    position = mapping.text("StartingPosition")
    if position is not None:
        findings.check(starting_position_latest, mapping, "StartingPosition", position)


def response_types(mapping: Resource) -> list[str] | Unknown:
    """What the function reports; unknown if it is not known in full."""
    found = mapping.get("FunctionResponseTypes")
    if found is None or (isinstance(found, list) and is_known(found)):
        return [str(each) for each in found or ()]
    return Unknown("what the function reports")


def _check_filters(findings: Findings, mapping: Resource) -> None:
    findings.check(
        filters_maximum, mapping, "FilterCriteria/Filters", mapping.count("FilterCriteria", "Filters")
    )
    for index in range(len(mapping.items("FilterCriteria", "Filters"))):
        pattern = mapping.get("FilterCriteria", "Filters", index, "Pattern")
        if isinstance(pattern, str):
            location = f"FilterCriteria/Filters/{index}/Pattern"
            findings.check(filter_pattern_length, mapping, location, pattern)


def _check_queue_batches(findings: Findings, mapping: Resource) -> None:
    batch_size = mapping.integer("BatchSize", default=defaults.BATCH_SIZE)
    window = mapping.integer(_WINDOW, default=0)
    fifo = is_fifo(findings.template, mapping.get("EventSourceArn"))
    if window != 0:
        findings.check(batching_window_range, mapping, _WINDOW, window, fifo=fifo)
    if isinstance(batch_size, Unknown) or batch_size > limits.BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW:
        findings.check(batch_size_range, mapping, "BatchSize", batch_size, window=window, fifo=fifo)
    else:  # small enough for every queue
        findings.check(batch_size_range, mapping, "BatchSize", batch_size, window=0, fifo=fifo is True)
    findings.check(
        partial_batch_responses, mapping, "FunctionResponseTypes", batch_size, response_types(mapping)
    )


def _check_queue_concurrency(findings: Findings, mapping: Resource) -> None:
    location = "ScalingConfig/MaximumConcurrency"
    concurrency = mapping.number("ScalingConfig", "MaximumConcurrency")
    if mapping.get(_POLLERS) is None:
        return
    if concurrency is not None:
        findings.check(pollers_and_max_concurrency, mapping, location, concurrency)
    (low, _), (_, high) = limits.POLLERS_MINIMUM_RANGE, limits.POLLERS_MAXIMUM_RANGE
    minimum = mapping.integer(_POLLERS, "MinimumPollers", default=low)
    maximum = mapping.integer(_POLLERS, "MaximumPollers", default=high)
    findings.check(pollers_range, mapping, _POLLERS, minimum, maximum)


def _check_timeout(findings: Findings, consumer: Consumer) -> None:
    if consumer.target is not None:
        function = consumer.target.function
        timeout = function.integer("Timeout", default=limits.TIMEOUT_DEFAULT)
        findings.check(source_timeout, function, "Timeout", timeout, about=[consumer.mapping])


def _check_kafka(findings: Findings, mapping: Resource) -> None:
    check_starting_position(findings, mapping)
    if mapping.get(_POLLERS) is None:
        given = ", ".join(name for name in _WITH_POLLERS if mapping.get(name) is not None)
        findings.check(kafka_without_pollers, mapping, _POLLERS, given)
        return
    (low, _), (_, high) = limits.KAFKA_POLLERS_MINIMUM_RANGE, limits.KAFKA_POLLERS_MAXIMUM_RANGE
    minimum = mapping.integer(_POLLERS, "MinimumPollers", default=low)
    maximum = mapping.integer(_POLLERS, "MaximumPollers", default=high)
    findings.check(kafka_pollers_range, mapping, _POLLERS, minimum, maximum)
