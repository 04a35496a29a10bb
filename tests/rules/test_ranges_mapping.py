"""The ranges of event source mappings in templates: each for the sources that have the property."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, found, function, mapping, parameter, ref, resource, template

SOURCES: dict[str, Any] = {
    "queue": "arn:aws:sqs:eu-west-1:123456789012:orders",
    "kinesis": arn("Stream"),
    "table": {"Fn::GetAtt": ["Table", "StreamArn"]},
    "stream": ref("Text"),
    "kafka": "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1",
    "broker": "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1",
}
STREAMS = ("kinesis", "table", "stream")
ROWS: list[tuple[str, str, int, int, tuple[str, ...]]] = [
    # By its ARN alone a source may be anything; a mapping with a ScalingConfig reads a queue.
    ("max-concurrency-range", "ScalingConfig/MaximumConcurrency", 2, 1_000, ("queue", "stream")),
    ("source-batch-size", "BatchSize", 1, 10_000, (*STREAMS, "kafka", "broker")),
    ("source-batching-window", "MaximumBatchingWindowInSeconds", 0, 300, (*STREAMS, "kafka", "broker")),
    ("record-age-range", "MaximumRecordAgeInSeconds", 60, 604_800, (*STREAMS, "kafka")),
    ("parallelization-range", "ParallelizationFactor", 1, 10, STREAMS),
    ("tumbling-window-range", "TumblingWindowInSeconds", 0, 900, STREAMS),
]


def read(source: str, **properties: Any) -> Json:
    position = {"StartingPosition": "TRIM_HORIZON"} if source == "stream" else {}
    return template(
        {"Parameters": {"Open": parameter(), "Text": parameter("String")}},
        Function=function(),
        Stream=resource("AWS::Kinesis::Stream"),
        Table=resource("AWS::DynamoDB::Table"),
        Mapping=mapping(SOURCES[source], "Function", **position, **properties),
    )


def test_ranges() -> None:
    for code, path, low, high, sources in ROWS:
        name, *nested = path.split("/")
        for source in SOURCES:
            for value, severity in (
                (low - 2, "error"),
                (low, None),
                (high, None),
                (str(high), None),
                (high + 1, "error"),
                (ref("Open"), "undecided"),
                (None, None),
            ):
                given = {nested[0]: value} if nested else value
                verdict = [(code, severity, "Mapping")] if severity and source in sources else []
                assert found(read(source, **{name: given}), code) == verdict, (code, source, value)


def test_a_record_age_without_a_limit_is_not_out_of_range() -> None:
    assert found(read("kinesis", MaximumRecordAgeInSeconds=-1), "record-age-range") == []


def test_every_mapping_has_a_few_filters() -> None:
    code = "filters-maximum"

    for source in SOURCES:
        for filters, severity in (
            ([{"Pattern": "{}"}] * 6, "error"),
            ([{"Pattern": "{}"}] * 5, None),
            (ref("Open"), "undecided"),
        ):
            verdict = [(code, severity, "Mapping")] if severity else []
            assert found(read(source, FilterCriteria={"Filters": filters}), code) == verdict, (
                source,
                filters,
            )
