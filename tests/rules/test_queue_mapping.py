"""Event source mappings of queues in templates: batches, and concurrency against the reserved concurrency."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    findings,
    found,
    function,
    mapping,
    parameter,
    queue,
    ref,
    template,
    version,
)

SECTIONS = {"Parameters": {"Open": parameter()}}
FIFO = {"FifoQueue": True}
WINDOW = "MaximumBatchingWindowInSeconds"
POLLERS = "ProvisionedPollerConfig"
SIZE, PARTIAL = "batch-size-range", "partial-batch-responses"
LOW, MISSING, ABOVE = (
    "reserved-concurrency-too-low",
    "max-concurrency-missing",
    "max-concurrency-above-reserved",
)


def shop(of_queue: Json, of_mapping: Json) -> Json:
    return template(
        SECTIONS,
        Function=function(),
        Queue=queue(**of_queue),
        Mapping=mapping(to="Function", **of_mapping),
    )


def test_batches() -> None:
    expected: list[tuple[Json, Json, str, str | None]] = [
        ({}, {"BatchSize": 11}, SIZE, "error"),
        ({}, {"BatchSize": 0}, SIZE, "error"),
        ({}, {"BatchSize": "11", WINDOW: 0}, SIZE, "error"),
        ({}, {"BatchSize": 10_001, WINDOW: 1}, SIZE, "error"),
        (FIFO, {"BatchSize": 11, WINDOW: 1}, SIZE, "error"),
        ({}, {"BatchSize": ref("Open")}, SIZE, "undecided"),
        ({}, {"BatchSize": 11, WINDOW: ref("Open")}, SIZE, "undecided"),
        ({}, {"BatchSize": 10, WINDOW: ref("Open")}, SIZE, None),
        ({"FifoQueue": ref("Open")}, {"BatchSize": 10}, SIZE, None),
        ({}, {"BatchSize": 10_000, WINDOW: 1}, SIZE, None),
        ({}, {}, SIZE, None),
        ({}, {WINDOW: 301}, "batching-window-range", "error"),
        (FIFO, {WINDOW: 1}, "batching-window-range", "error"),
        ({}, {WINDOW: ref("Open")}, "batching-window-range", "undecided"),
        (FIFO, {WINDOW: 0}, "batching-window-range", None),
        ({"FifoQueue": ref("Open")}, {}, "batching-window-range", None),
        ({}, {"FunctionResponseTypes": None}, PARTIAL, "warning"),
        ({}, {"FunctionResponseTypes": []}, PARTIAL, "warning"),
        ({}, {"FunctionResponseTypes": ref("Open")}, PARTIAL, "undecided"),
        ({}, {"FunctionResponseTypes": None, "BatchSize": 1}, PARTIAL, None),
        ({}, {}, PARTIAL, None),
    ]
    for of_queue, of_mapping, code, severity in expected:
        assert found(shop(of_queue, of_mapping), code) == (
            [(code, severity, "Mapping")] if severity else []
        ), (of_queue, of_mapping, code)


def test_other_sources_have_their_own_rules() -> None:
    source = {"EventSourceArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1", "BatchSize": 11}

    assert found(shop({}, {**source, "FunctionResponseTypes": None, WINDOW: 400}), SIZE, PARTIAL) == []


def bounded(concurrency: Any, source: str = "Queue", **properties: Any) -> Json:
    return mapping(source, ScalingConfig={"MaximumConcurrency": concurrency}, **properties)


def reserving(reserved: Any, mappings: Json) -> Json:
    common = {
        "Function": function(ReservedConcurrentExecutions=reserved),
        "Version": version(),
        "Alias": alias(),
        "Queue": queue(),
        "Other": queue(),
        "Fifo": queue(FifoQueue=True),
    }
    return template(SECTIONS, **{**common, **mappings})


def test_mappings_against_the_reserved_concurrency() -> None:
    expected: list[tuple[Any, Json, list[tuple[str, str, str]]]] = [
        (0, {}, []),
        (0, {"One": mapping()}, [(LOW, "error", "Function")]),
        (1, {"One": bounded(5)}, [(LOW, "error", "Function")]),
        ("1", {"One": mapping(to="Function")}, [(LOW, "error", "Function")]),
        (1, {"One": mapping(Enabled=False)}, []),
        (1, {"One": mapping("Fifo")}, []),
        (1, {"One": mapping("Fifo"), "Two": mapping()}, [(LOW, "error", "Function")]),
        (1, {"One": mapping(FunctionName="elsewhere")}, []),
        (2, {"One": mapping()}, [(MISSING, "warning", "One")]),
        (5, {"One": bounded(6)}, [(ABOVE, "error", "Function")]),
        (5, {"One": bounded(3), "Two": bounded(3, "Other")}, [(ABOVE, "error", "Function")]),
        (5, {"One": bounded(3), "Two": mapping("Other")}, [(MISSING, "warning", "Two")]),
        (19, {"One": mapping(**{POLLERS: {"MaximumPollers": 2}})}, [(ABOVE, "error", "Function")]),
        (20, {"One": mapping(**{POLLERS: {"MaximumPollers": 2}})}, []),
        (20, {"One": mapping(**{POLLERS: {"MinimumPollers": 2}})}, [(MISSING, "warning", "One")]),
        (5, {"One": bounded(ref("Open"))}, [(ABOVE, "undecided", "Function")]),
        (
            ref("Open"),
            {"One": bounded(5)},
            [(ABOVE, "undecided", "Function"), (LOW, "undecided", "Function")],
        ),
        (6, {"One": bounded(3), "Two": bounded(3, "Other")}, []),
        (5, {"One": bounded(3), "Two": bounded(3, "Other", Enabled=False)}, []),
        (None, {"One": mapping()}, []),
    ]
    for reserved, mappings, problems in expected:
        assert found(reserving(reserved, mappings), LOW, MISSING, ABOVE) == problems, (reserved, mappings)


def test_the_sum_of_concurrency_is_about_the_mappings() -> None:
    source = reserving(5, {"One": bounded(3), "Two": bounded(3, "Other")})

    assert [each.about for each in findings(source, ABOVE)] == [("One", "Two")]


def test_a_queue_that_a_function_reads_twice() -> None:
    code = "queue-twice"
    twice = [(code, "error", "Two")]
    assert found(reserving(None, {"One": mapping(), "Two": mapping()}), code) == twice
    apart: list[Json] = [
        {"One": mapping(), "Two": mapping("Other")},
        {"One": mapping(), "Two": mapping(to="Function")},
        {"One": mapping(), "Two": mapping(FunctionName="elsewhere")},
        {"One": mapping(), "Two": {**mapping(), "Condition": "Open"}},
        {"One": mapping(EventSourceArn=ref("Open")), "Two": mapping(EventSourceArn=ref("Open"))},
    ]
    for mappings in apart:
        assert found(reserving(None, mappings), code) == [], mappings
