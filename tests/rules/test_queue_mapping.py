"""Event source mappings in templates: batches, concurrency, pollers, filters, timeouts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.support import Json, findings, found, function, mapping, parameter, queue, ref, template

SECTIONS = {"Parameters": {"Open": parameter()}}
FIFO = {"FifoQueue": True}
WINDOW = "MaximumBatchingWindowInSeconds"
SCALING = "ScalingConfig"
POLLERS = "ProvisionedPollerConfig"
KAFKA = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1"
BROKER = "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1"


def shop(of_queue: Json | None = None, /, **properties: Any) -> Json:
    return template(
        SECTIONS,
        Function=function(),
        Queue=queue(**(of_queue or {})),
        Mapping=mapping(to="Function", **properties),
    )


def verdict(source: Json, code: str) -> list[str]:
    return [each.severity for each in findings(source, code) if each.resource == "Mapping"]


@pytest.mark.parametrize(
    ("of_queue", "properties", "code", "severity"),
    [
        ({}, {"BatchSize": 11}, "batch-size-range", "error"),
        ({}, {"BatchSize": 0}, "batch-size-range", "error"),
        ({}, {"BatchSize": "11", WINDOW: 0}, "batch-size-range", "error"),
        ({}, {"BatchSize": 10_001, WINDOW: 1}, "batch-size-range", "error"),
        (FIFO, {"BatchSize": 11, WINDOW: 1}, "batch-size-range", "error"),
        ({}, {"BatchSize": ref("Open")}, "batch-size-range", "undecided"),
        (
            {},
            {"BatchSize": 11, WINDOW: ref("Open")},
            "batch-size-range",
            "undecided",
        ),
        ({}, {"BatchSize": 10, WINDOW: ref("Open")}, "batch-size-range", None),
        ({"FifoQueue": ref("Open")}, {"BatchSize": 10}, "batch-size-range", None),
        ({}, {"BatchSize": 10_000, WINDOW: 1}, "batch-size-range", None),
        ({}, {}, "batch-size-range", None),
        ({}, {WINDOW: 301}, "batching-window-range", "error"),
        (FIFO, {WINDOW: 1}, "batching-window-range", "error"),
        ({}, {WINDOW: ref("Open")}, "batching-window-range", "undecided"),
        (FIFO, {WINDOW: 0}, "batching-window-range", None),
        ({}, {SCALING: {"MaximumConcurrency": 1}}, "max-concurrency-range", "error"),
        ({}, {SCALING: {"MaximumConcurrency": ref("Open")}}, "max-concurrency-range", "undecided"),
        ({}, {SCALING: {"MaximumConcurrency": 2}}, "max-concurrency-range", None),
        ({}, {POLLERS: {"MinimumPollers": 1}}, "pollers-range", "error"),
        ({}, {POLLERS: {"MinimumPollers": 5, "MaximumPollers": 4}}, "pollers-range", "error"),
        ({}, {POLLERS: {"MaximumPollers": ref("Open")}}, "pollers-range", "undecided"),
        ({}, {POLLERS: {"MinimumPollers": 5}}, "pollers-range", None),
        ({}, {POLLERS: {}, SCALING: {"MaximumConcurrency": 5}}, "pollers-and-max-concurrency", "error"),
        ({}, {POLLERS: {}}, "pollers-and-max-concurrency", None),
        ({}, {"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 6}}, "filters-maximum", "error"),
        ({}, {"FilterCriteria": {"Filters": ref("Open")}}, "filters-maximum", "undecided"),
        ({}, {"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 5}}, "filters-maximum", None),
        ({}, {"FilterCriteria": {"Filters": [{"Pattern": "p" * 4097}]}}, "filter-pattern-length", "error"),
        ({}, {"FilterCriteria": {"Filters": [{"Pattern": "p" * 4096}]}}, "filter-pattern-length", None),
        ({}, {"FunctionResponseTypes": None}, "partial-batch-responses", "warning"),
        ({}, {"FunctionResponseTypes": []}, "partial-batch-responses", "warning"),
        ({}, {"FunctionResponseTypes": ref("Open")}, "partial-batch-responses", "undecided"),
        ({}, {"FunctionResponseTypes": None, "BatchSize": 1}, "partial-batch-responses", None),
        ({}, {}, "partial-batch-responses", None),
    ],
    ids=str,
)
def test_mapping_of_a_queue(of_queue: Json, properties: Json, code: str, severity: str | None) -> None:
    assert verdict(shop(of_queue, **properties), code) == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("source", "properties", "code", "severity"),
    [
        (KAFKA, {"BatchSize": 10_001}, "source-batch-size", "error"),
        (BROKER, {"BatchSize": ref("Open")}, "source-batch-size", "undecided"),
        (KAFKA, {"BatchSize": 10_000}, "source-batch-size", None),
        (BROKER, {WINDOW: 301}, "source-batching-window", "error"),
        (KAFKA, {WINDOW: 300}, "source-batching-window", None),
        (KAFKA, {"StartingPosition": "LATEST"}, "starting-position-latest", "warning"),
        (KAFKA, {"StartingPosition": "TRIM_HORIZON"}, "starting-position-latest", None),
        (BROKER, {}, "starting-position-latest", None),
        (KAFKA, {POLLERS: {"MinimumPollers": 3, "MaximumPollers": 2}}, "kafka-pollers-range", "error"),
        (KAFKA, {POLLERS: {"MinimumPollers": ref("Open")}}, "kafka-pollers-range", "undecided"),
        (KAFKA, {POLLERS: {"MinimumPollers": 1}}, "kafka-pollers-range", None),
        (KAFKA, {"MaximumRetryAttempts": 3}, "kafka-without-pollers", "error"),
        (KAFKA, {"MaximumRetryAttempts": 3, POLLERS: {"MinimumPollers": 1}}, "kafka-without-pollers", None),
        (KAFKA, {}, "kafka-without-pollers", None),
        (KAFKA, {"FunctionResponseTypes": None}, "partial-batch-responses", None),
    ],
    ids=str,
)
def test_mapping_of_kafka_or_a_broker(source: str, properties: Json, code: str, severity: str | None) -> None:
    assert verdict(shop(EventSourceArn=source, **properties), code) == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("source", "timeout", "severity"),
    [
        (KAFKA, 841, "error"),
        (BROKER, 900, "error"),
        (BROKER, ref("Open"), "undecided"),
        (KAFKA, 840, None),
        (KAFKA, None, None),
        ("arn:aws:sqs:eu-west-1:123456789012:orders", 900, None),
    ],
)
def test_timeout_of_what_reads_kafka_or_a_broker(source: str, timeout: Any, severity: str | None) -> None:
    read = template(SECTIONS, Function=function(Timeout=timeout), Mapping=mapping(source, "Function"))

    assert found(read, "source-timeout") == ([("source-timeout", severity, "Function")] if severity else [])


def test_timeout_is_about_the_mapping() -> None:
    read = template(Function=function(Timeout=841), Mapping=mapping(KAFKA, "Function"))

    assert [each.about for each in findings(read, "source-timeout")] == [("Mapping",)]
