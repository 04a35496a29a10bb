"""Reserved concurrency in templates."""

from __future__ import annotations

from tests.audit.support import found, function, parameter, ref, template

RANGE = "reserved-concurrency-range"


def test_reserved_concurrency_is_not_negative() -> None:
    reserved = {"Negative": -1, "Text": "-1", "None": None, "Zero": 0, "Some": 5, "Open": ref("Number")}
    functions = {name: function(ReservedConcurrentExecutions=each) for name, each in reserved.items()}
    source = template({"Parameters": {"Number": parameter()}}, **functions)

    assert found(source, RANGE) == [
        (RANGE, "error", "Negative"),
        (RANGE, "error", "Text"),
        (RANGE, "undecided", "Open"),
    ]
