"""Event source mappings of any source in templates: filters and the timeout of the function."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, findings, found, function, mapping, parameter, ref, template

SECTIONS = {"Parameters": {"Open": parameter()}}
SOURCES = {
    each: f"arn:aws:{service}:eu-west-1:123456789012:{name}"
    for each, service, name in (
        ("queue", "sqs", "orders"),
        ("kafka", "kafka", "cluster/shop/1"),
        ("broker", "mq", "broker:shop:b-1"),
    )
}


def shop(source: str, of_mapping: Json, **of_function: Any) -> Json:
    return template(
        SECTIONS,
        Function=function(**of_function),
        Mapping=mapping(SOURCES[source], "Function", **of_mapping),
    )


def test_filter_patterns_are_not_too_long() -> None:
    code = "filter-pattern-length"

    for source in SOURCES:
        for patterns, locations in (
            ([{"Pattern": "p" * 4096}, {"Pattern": ref("Open")}], []),
            ([{"Pattern": "{}"}, {"Pattern": "p" * 4097}], ["Properties/FilterCriteria/Filters/1/Pattern"]),
        ):
            problems = findings(shop(source, {"FilterCriteria": {"Filters": patterns}}), code)
            assert [each.location for each in problems] == locations, (source, patterns)


def test_timeout_of_a_function_that_reads_kafka_or_amazon_mq() -> None:
    expected: list[tuple[str, Any, str | None]] = [
        ("kafka", 841, "error"),
        ("broker", 900, "error"),
        ("broker", ref("Open"), "undecided"),
        ("kafka", 840, None),
        ("kafka", None, None),
        ("queue", 900, None),
    ]
    for source, timeout, severity in expected:
        assert found(shop(source, {}, Timeout=timeout), "source-timeout") == (
            [("source-timeout", severity, "Function")] if severity else []
        ), (source, timeout)

    assert [each.about for each in findings(shop("kafka", {}, Timeout=841), "source-timeout")] == [
        ("Mapping",)
    ]
    elsewhere = shop("kafka", {"FunctionName": "elsewhere"}, Timeout=841)
    assert found(elsewhere, "source-timeout") == []
