"""Mappings of streams: what fails, what is given up, and what is never read."""

from __future__ import annotations

from ...rules import defaults, limits
from ...rules.destinations import destination_fifo
from ...rules.stream import (
    parallelization_above_reserved,
    parallelization_range,
    record_age_above_retention,
    record_age_equals_retention,
    record_age_range,
    starting_timestamp,
    stream_batch_undivided,
    stream_retries,
    stream_without_destination,
    stream_without_end,
    tumbling_window_range,
)
from ...template.sources import Consumer, consumers
from ...template.targets import STREAM, is_fifo, resource_of
from ...template.template import Resource
from ...template.values import Unknown
from ..findings import Findings
from .mappings import check_batches, check_starting_position, response_types

_DESTINATION = ("DestinationConfig", "OnFailure", "Destination")
_RETRIES = "MaximumRetryAttempts"
_AGE = "MaximumRecordAgeInSeconds"
_WITHOUT_END = -1
"""How mappings say that there is no limit, and what they have by default."""


def check(findings: Findings) -> None:
    """Check every mapping of a stream."""
    for consumer in consumers(findings.template):
        if consumer.reads_stream:
            check_batches(findings, consumer.mapping)
            _check_numbers(findings, consumer)
            _check_start(findings, consumer)
            _check_failures(findings, consumer.mapping)
            _check_age(findings, consumer)


def _check_numbers(findings: Findings, consumer: Consumer) -> None:
    mapping = consumer.mapping
    factor = mapping.integer("ParallelizationFactor", default=1)
    findings.check(parallelization_range, mapping, "ParallelizationFactor", factor)
    window = mapping.integer("TumblingWindowInSeconds", default=0)
    findings.check(tumbling_window_range, mapping, "TumblingWindowInSeconds", window)
    if consumer.target is None or consumer.idle:
        return
    function = consumer.target.function
    reserved = function.number("ReservedConcurrentExecutions")
    if reserved is not None:
        findings.check(
            parallelization_above_reserved,
            mapping,
            "ParallelizationFactor",
            factor,
            reserved,
            about=[function],
        )


def _check_start(findings: Findings, consumer: Consumer) -> None:
    mapping = consumer.mapping
    check_starting_position(findings, mapping)
    position = mapping.text("StartingPosition")
    if isinstance(position, str):
        by_time: bool | Unknown = consumer.kind != "table"
        if consumer.kind == "stream" and position == "AT_TIMESTAMP":
            by_time = Unknown("the stream")
        timestamp = mapping.given("StartingPositionTimestamp")
        findings.check(
            starting_timestamp,
            mapping,
            "StartingPosition",
            position,
            timestamp=timestamp,
            by_time=by_time,
        )


def _check_failures(findings: Findings, mapping: Resource) -> None:
    location = "/".join(_DESTINATION)
    findings.check(stream_without_destination, mapping, location, destination=mapping.given(*_DESTINATION))
    if (destination := mapping.get(*_DESTINATION)) is not None:
        fifo = is_fifo(findings.template, destination)
        findings.check(destination_fifo, mapping, location, "the on-failure destination", fifo=fifo)
    retries = mapping.integer(_RETRIES, default=_WITHOUT_END)
    age = mapping.integer(_AGE, default=_WITHOUT_END)
    findings.check(stream_without_end, mapping, _RETRIES, retries, age)
    if retries != _WITHOUT_END:
        findings.check(stream_retries, mapping, _RETRIES, retries)
    if age != _WITHOUT_END:
        findings.check(record_age_range, mapping, _AGE, age)
    reported = response_types(mapping)
    findings.check(
        stream_batch_undivided,
        mapping,
        "BisectBatchOnFunctionError",
        mapping.integer("BatchSize", default=defaults.STREAM_BATCH_SIZE),
        bisect=mapping.flag("BisectBatchOnFunctionError"),
        reports=reported if isinstance(reported, Unknown) else "ReportBatchItemFailures" in reported,
    )


def _check_age(findings: Findings, consumer: Consumer) -> None:
    mapping = consumer.mapping
    age = mapping.integer(_AGE, default=_WITHOUT_END)
    if age != _WITHOUT_END:
        retention = _retention(findings, consumer)
        stream = [] if consumer.source is None else [consumer.source]
        findings.check(record_age_above_retention, mapping, _AGE, age, retention, about=stream)
        if isinstance(age, int) and isinstance(retention, int):
            findings.check(record_age_equals_retention, mapping, _AGE, age, retention, about=stream)


def _retention(findings: Findings, consumer: Consumer) -> int | Unknown:
    """Seconds that the stream keeps its records."""
    if consumer.kind == "table":
        return limits.STREAM_RETENTION
    stream = consumer.source
    if stream is not None and stream.type != STREAM:  # a consumer with a throughput of its own
        stream = resource_of(findings.template, stream.get("StreamARN"), STREAM)
    if stream is None:
        return Unknown("the stream")
    hours = stream.integer("RetentionPeriodHours", default=limits.STREAM_RETENTION // 3600)
    return hours if isinstance(hours, Unknown) else hours * 3600
