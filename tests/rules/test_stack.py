"""Stacks that are too large, or will soon be, or cannot be created at all."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, ref, resource, template
from tests.for_each import for_each

CODES = ("stack-resources-maximum", "stack-resources-near-maximum")
CIRCLE = "circular-dependency"
TOPIC = resource("AWS::SNS::Topic")


@for_each(
    ("resources", "expected"),
    [
        (449, []),
        (450, [("stack-resources-near-maximum", "warning", "template.json")]),
        (500, [("stack-resources-near-maximum", "warning", "template.json")]),
        (501, [("stack-resources-maximum", "error", "template.json")]),
    ],
)
def test_a_stack_has_500_resources(resources: int, expected: list[tuple[str, str, str]]) -> None:
    source = template(**{f"Topic{number}": TOPIC for number in range(resources)})

    assert found(source, *CODES) == expected


def test_the_finding_is_about_the_template() -> None:
    (finding,) = findings(template(**{f"Topic{number}": TOPIC for number in range(501)}), *CODES)

    assert (finding.path, finding.location) == ("template.json", "")


def waiting(**waits: Any) -> Json:
    """Topics that wait in some way."""
    return template(
        {"Parameters": {"Stage": {"Type": "String"}}, "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}},
        **{name: {"Type": "AWS::SNS::Topic", **how} for name, how in waits.items()},
    )


def named(value: Any) -> Json:
    return {"Properties": {"TopicName": value}}


@for_each(
    "first",
    [
        named(ref("B")),
        named(arn("B")),
        named({"Fn::Sub": "x-${B}"}),
        named({"Fn::Sub": ["x-${Name}", {"Name": {"Fn::GetAtt": "B.Name"}}]}),
        named({"Fn::Join": ["-", ["x", ref("B")]]}),
        {"Properties": {"Tags": [{"Key": "x", "Value": ref("B")}]}},
        {"DependsOn": "B"},
        {"DependsOn": ["Nobody", "B"]},
        {"UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"ApplicationName": ref("B")}}},
        {"CreationPolicy": {"ResourceSignal": {"Count": ref("B")}}},
    ],
)
def test_resources_that_wait_for_each_other(first: Json) -> None:
    (finding,) = findings(waiting(A=first, B=named(ref("C")), C={"DependsOn": "A"}), CIRCLE)

    assert finding.severity == "error"
    around = [finding.resource, *finding.about]
    start = around.index("A")
    assert around[start:] + around[:start] == ["A", "B", "C"]


def test_a_resource_that_waits_for_itself() -> None:
    assert found(waiting(A=named(ref("A"))), CIRCLE) == [(CIRCLE, "error", "A")]


@for_each(
    "first",
    [
        {},
        named(ref("Stage")),
        named({"Fn::Sub": "${!B}"}),
        {**named(ref("B")), "Condition": "Never"},
        {"Metadata": {"Beside": ref("B")}},
        {"DependsOn": "Nobody"},
        {"DependsOn": {"Malformed": True}},
    ],
)
def test_resources_that_do_not(first: Json) -> None:
    assert found(waiting(A=first, B={"DependsOn": "A"}), CIRCLE) == []
