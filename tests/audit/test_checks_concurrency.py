"""Concurrency in templates: reserved, provisioned, scaled; and SnapStart, which excludes some of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.support import (
    Json,
    alias,
    findings,
    found,
    function,
    parameter,
    ref,
    resource,
    template,
    version,
)

SECTIONS = {"Parameters": {"Open": parameter(), "Text": parameter("String")}}
OVER, ALL = "provisioned-above-reserved", "provisioned-equals-reserved"
RANGE, OWNERS, LATEST = "provisioned-range", "provisioned-two-owners", "provisioned-on-latest"


def kept_warm(number: Any) -> Json:
    return {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": number}}


def scalable(minimum: Any, maximum: Any, resource_id: Any = None, actions: Any = None) -> Json:
    """A scalable target of the alias, as CDK writes it."""
    return resource(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        MinCapacity=minimum,
        MaxCapacity=maximum,
        ResourceId=resource_id or {"Fn::Sub": "function:${Function}:live"},
        ScalableDimension="lambda:function:ProvisionedConcurrency",
        ServiceNamespace="lambda",
        ScheduledActions=actions and [{"ScalableTargetAction": action} for action in actions],
    )


def shop(reserved: Any, **resources: Json) -> Json:
    common = {
        "Function": function(ReservedConcurrentExecutions=reserved),
        "Version": version(),
        "Alias": alias(),
    }
    return template(SECTIONS, **{**common, **resources})


def test_reserved_concurrency_is_not_negative() -> None:
    code = "reserved-concurrency-range"

    assert found(shop(-1), code) == [(code, "error", "Function")]
    assert found(shop(0), code) == []


@pytest.mark.parametrize(
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
    ids=str,
)
def test_provisioned_against_reserved(
    reserved: Any, resources: Json, problems: list[tuple[str, str]]
) -> None:
    assert found(shop(reserved, **resources), OVER, ALL) == [
        (code, severity, "Function") for code, severity in problems
    ]


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
    ("number", "minimum", "severity"),
    [(5, 1, "warning"), (1, 2, "warning"), (ref("Open"), 1, "undecided"), (2, 2, None), (3, "3", None)],
    ids=str,
)
@pytest.mark.parametrize(
    "resource_id",
    [
        {"Fn::Sub": "function:${Function}:live"},
        {"Fn::Join": ["", ["function:", {"Fn::Select": [6, {"Fn::Split": [":", ref("Alias")]}]}, ":live"]]},
    ],
    ids=["the function's name", "CDK"],
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


@pytest.mark.parametrize(
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
    ids=str,
)
def test_what_is_kept_warm_is_a_version(resources: Json, problems: list[tuple[str, str]]) -> None:
    places = {"Scaling": "ResourceId", "Alias": "ProvisionedConcurrencyConfig"}

    kept = findings(shop(None, **resources), LATEST)

    assert [(each.severity, each.resource, each.location) for each in kept] == [
        (severity, name, f"Properties/{places[name]}") for severity, name in problems
    ]


RUNTIME, EXCLUDED = "snap-start-runtime", "snap-start-exclusions"


@pytest.mark.parametrize(
    ("properties", "resources", "problems"),
    [
        ({"Runtime": "python3.11"}, {}, [(RUNTIME, "error")]),
        ({"Runtime": "nodejs24.x"}, {}, [(RUNTIME, "error")]),
        ({"Runtime": None, "PackageType": "Image"}, {}, [(RUNTIME, "error")]),
        ({"Runtime": ref("Text")}, {}, [(RUNTIME, "undecided")]),
        ({"EphemeralStorage": {"Size": 1024}}, {}, [(EXCLUDED, "error")]),
        ({"EphemeralStorage": {"Size": ref("Open")}}, {}, [(EXCLUDED, "undecided")]),
        ({"FileSystemConfigs": [{"Arn": "a"}]}, {}, [(EXCLUDED, "error")]),
        ({}, {"Alias": alias(**kept_warm(1))}, [(EXCLUDED, "error")]),
        ({}, {"Version": version(**kept_warm(1))}, [(EXCLUDED, "error")]),
        ({}, {"Scaling": scalable(1, 2)}, [(EXCLUDED, "error")]),
        ({"SnapStart": {"ApplyOn": "None"}, "Runtime": "python3.11"}, {"Scaling": scalable(1, 2)}, []),
        ({"Runtime": "java21"}, {}, []),
        ({"EphemeralStorage": {"Size": 512}}, {}, []),
    ],
    ids=str,
)
def test_snap_start(properties: Json, resources: Json, problems: list[tuple[str, str]]) -> None:
    started = function(**{"SnapStart": {"ApplyOn": "PublishedVersions"}, **properties})

    assert found(shop(None, Function=started, **resources), RUNTIME, EXCLUDED) == [
        (code, severity, "Function") for code, severity in problems
    ]
