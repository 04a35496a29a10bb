"""Provisioned concurrency in templates, fixed and scaled."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    findings,
    found,
    function,
    kept_warm,
    parameter,
    ref,
    scalable,
    template,
    version,
)
from tests.for_each import for_each

OVER, ALL = "provisioned-above-reserved", "provisioned-equals-reserved"
RANGE, OWNERS, LATEST = "provisioned-range", "provisioned-two-owners", "provisioned-on-latest"
SECTIONS = {"Parameters": {"Open": parameter(), "Text": parameter("String")}}


def shop(reserved: Any, **resources: Json) -> Json:
    common = {
        "Function": function(ReservedConcurrentExecutions=reserved),
        "Version": version(),
        "Alias": alias(),
    }
    return template(SECTIONS, **{**common, **resources})


@for_each(
    ("reserved", "resources", "problems"),
    [
        (5, {"Alias": alias(**kept_warm(6))}, [(OVER, "error")]),
        (5, {"Version": version(**kept_warm(6))}, [(OVER, "error")]),
        (5, {"Alias": alias(**kept_warm(3)), "Blue": alias(Name="blue", **kept_warm(3))}, [(OVER, "error")]),
        (5, {"Alias": alias(**kept_warm(3)), "Version": version(**kept_warm(3))}, [(OVER, "error")]),
        (5, {"Scaling": scalable(1, 6)}, [(OVER, "error")]),
        (5, {"Alias": alias(**kept_warm(1)), "Scaling": scalable(1, 6)}, [(OVER, "error")]),
        (5, {"Scaling": scalable(1, 2, actions=[{"MinCapacity": 1, "MaxCapacity": 6}])}, [(OVER, "error")]),
        (5, {"Scaling": scalable(1, 2, actions=[{"MinCapacity": 6}])}, [(OVER, "error")]),
        (5, {"Alias": alias(**kept_warm(5))}, [(ALL, "warning")]),
        (5, {"Scaling": scalable(1, ref("Open"))}, [(OVER, "undecided")]),
        (ref("Open"), {"Alias": alias(**kept_warm(1))}, [(OVER, "undecided")]),
        (5, {"Alias": alias(**kept_warm(1)), "Scaling": scalable(1, 4)}, []),
        (5, {"Alias": alias(**kept_warm(4))}, []),
        (5, {"Alias": alias(FunctionName="elsewhere", **kept_warm(9))}, []),
        (None, {"Alias": alias(**kept_warm(9))}, []),
    ],
)
def test_provisioned_against_reserved(
    reserved: Any, resources: Json, problems: list[tuple[str, str]]
) -> None:
    assert found(shop(reserved, **resources), OVER, ALL) == [
        (code, severity, "Function") for code, severity in problems
    ]


@for_each(
    ("scaling", "places"),
    [
        (scalable(0, 5), [("error", "MinCapacity")]),
        (scalable(5, 4), [("error", "MinCapacity")]),
        (scalable(ref("Open"), 5), [("undecided", "MinCapacity")]),
        (
            scalable(1, 5, actions=[{"MinCapacity": 0}]),
            [("error", "ScheduledActions/0/ScalableTargetAction")],
        ),
        (
            scalable(1, 5, actions=[{"MaxCapacity": 3}, {"MinCapacity": 0, "MaxCapacity": 0}]),
            [("error", "ScheduledActions/1/ScalableTargetAction")],
        ),
        (scalable(1, 1), []),
        (scalable(1, 5, actions=[{"MinCapacity": 2, "MaxCapacity": 3}]), []),
    ],
)
def test_bounds_of_scaling(scaling: Json, places: list[tuple[str, str]]) -> None:
    problems = findings(shop(None, Scaling=scaling), RANGE)

    assert [(each.severity, each.location) for each in problems] == [
        (severity, f"Properties/{place}") for severity, place in places
    ]


def test_other_scalable_targets_are_not_asked() -> None:
    table = scalable(0, 5, "table/orders")
    other = scalable(0, 5)
    other["Properties"]["ServiceNamespace"] = "dynamodb"

    assert found(shop(None, Table=table, Other=other), RANGE) == []


@for_each(
    ("number", "minimum", "severity"),
    [(5, 1, "warning"), (1, 2, "warning"), (ref("Open"), 1, "undecided"), (2, 2, None), (3, "3", None)],
)
@for_each(
    "resource_id",
    [
        {"Fn::Sub": "function:${Function}:live"},
        {"Fn::Join": ["", ["function:", {"Fn::Select": [6, {"Fn::Split": [":", ref("Alias")]}]}, ":live"]]},
    ],
)
def test_alias_with_two_owners(number: Any, minimum: Any, severity: str | None, resource_id: Any) -> None:
    source = shop(None, Alias=alias(**kept_warm(number)), Scaling=scalable(minimum, 9, resource_id))

    problems = findings(source, OWNERS)

    assert [(each.severity, each.resource, each.about) for each in problems] == (
        [(severity, "Alias", ("Scaling",))] if severity else []
    )


def test_one_owner_is_fine() -> None:
    apart = shop(None, Alias=alias(**kept_warm(5)), Scaling=scalable(1, 9, "function:elsewhere:live"))

    assert found(apart, OWNERS) == []


@for_each(
    ("resources", "problems"),
    [
        ({"Scaling": scalable(1, 2, {"Fn::Sub": "function:${Function}"})}, [("error", "Scaling")]),
        ({"Scaling": scalable(1, 2, {"Fn::Sub": "function:${Function}:$LATEST"})}, [("error", "Scaling")]),
        ({"Alias": alias(FunctionVersion="$LATEST"), "Scaling": scalable(1, 2)}, [("error", "Scaling")]),
        ({"Alias": alias(FunctionVersion="$LATEST", **kept_warm(1))}, [("error", "Alias")]),
        ({"Alias": alias(FunctionVersion=ref("Text"), **kept_warm(1))}, [("undecided", "Alias")]),
        ({"Alias": alias(FunctionVersion="7", **kept_warm(1))}, []),
        ({"Version": version(**kept_warm(1))}, []),
        ({"Scaling": scalable(1, 2)}, []),
        ({"Scaling": scalable(1, 2, {"Fn::Sub": "function:${Function}:7"})}, []),
    ],
)
def test_what_is_kept_warm_is_a_version(resources: Json, problems: list[tuple[str, str]]) -> None:
    places = {"Scaling": "ResourceId", "Alias": "ProvisionedConcurrencyConfig"}

    kept = findings(shop(None, **resources), LATEST)

    assert [(each.severity, each.resource, each.location) for each in kept] == [
        (severity, name, f"Properties/{places[name]}") for severity, name in problems
    ]
