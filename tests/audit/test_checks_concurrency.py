"""Reserved concurrency in templates against the mappings of queues."""

from __future__ import annotations

from typing import Any

import pytest

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

SECTIONS = {"Parameters": {"Open": parameter(), "Text": parameter("String")}}
LOW, MISSING, ABOVE = (
    "reserved-concurrency-too-low",
    "max-concurrency-missing",
    "max-concurrency-above-reserved",
)
UNDECIDED = "undecided"


def bounded(concurrency: Any, source: str = "Queue", **properties: Any) -> Json:
    return mapping(source, ScalingConfig={"MaximumConcurrency": concurrency}, **properties)


def shop(reserved: Any, **resources: Json) -> Json:
    common = {
        "Function": function(ReservedConcurrentExecutions=reserved),
        "Version": version(),
        "Alias": alias(),
        "Queue": queue(),
        "Other": queue(),
    }
    return template(SECTIONS, **{**common, **resources})


@pytest.mark.parametrize(
    ("reserved", "mappings", "problems"),
    [
        (0, {"One": mapping()}, [(LOW, "error", "Function")]),
        (1, {"One": bounded(5)}, [(LOW, "error", "Function")]),
        ("1", {"One": mapping(to="Function")}, [(LOW, "error", "Function")]),
        (1, {"One": mapping(Enabled=False)}, []),
        (1, {"One": mapping(FunctionName="elsewhere")}, []),
        (5, {"One": mapping()}, [(MISSING, "warning", "One")]),
        (5, {"One": bounded(6)}, [(ABOVE, "error", "Function")]),
        (5, {"One": bounded(3), "Two": bounded(3, "Other")}, [(ABOVE, "error", "Function")]),
        (5, {"One": bounded(3), "Two": mapping("Other")}, [(MISSING, "warning", "Two")]),
        (19, {"One": mapping(ProvisionedPollerConfig={"MaximumPollers": 2})}, [(ABOVE, "error", "Function")]),
        (20, {"One": mapping(ProvisionedPollerConfig={"MaximumPollers": 2})}, []),
        (20, {"One": mapping(ProvisionedPollerConfig={"MinimumPollers": 2})}, [(MISSING, "warning", "One")]),
        (5, {"One": bounded(ref("Open"))}, [(ABOVE, "undecided", "Function")]),
        (ref("Open"), {"One": bounded(5)}, [(ABOVE, UNDECIDED, "Function"), (LOW, UNDECIDED, "Function")]),
        (6, {"One": bounded(3), "Two": bounded(3, "Other")}, []),
        (5, {"One": bounded(3), "Two": bounded(3, "Other", Enabled=False)}, []),
        (None, {"One": mapping()}, []),
    ],
    ids=str,
)  # fmt: skip
def test_mappings_against_the_reservation(reserved: Any, mappings: Json, problems: list[Any]) -> None:
    assert found(shop(reserved, **mappings), LOW, MISSING, ABOVE) == problems


def test_sum_is_about_the_mappings() -> None:
    source = shop(5, One=bounded(3), Two=bounded(3, "Other"))

    assert [each.about for each in findings(source, ABOVE)] == [("One", "Two")]
