"""Templates and their resources: what is there, and as what type."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_constructs.audit import audit
from lambda_constructs.template.sources import MAPPING
from lambda_constructs.template.template import Resource, Template, number, value_at
from lambda_constructs.template.values import Reference, Text, Unknown, Value
from tests.audit.support import Json, parameter, queue, ref, template
from tests.for_each import for_each

OPEN = Unknown("parameter Open")
SECTIONS = {
    "Parameters": {"Open": parameter("String")},
    "Conditions": {
        "Yes": {"Fn::Equals": ["a", "a"]},
        "No": {"Fn::Equals": ["a", "b"]},
        "Maybe": {"Fn::Equals": [ref("Open"), "a"]},
    },
}


def resource(**properties: Any) -> Resource:
    return Template("shop", template(SECTIONS, Queue=queue(**properties))).resources["Queue"]


def test_resources_whose_condition_does_not_hold_are_not_there() -> None:
    found = Template(
        "shop",
        template(
            SECTIONS,
            None_=queue(),
            Yes={**queue(), "Condition": "Yes"},
            No={**queue(), "Condition": "No"},
            Maybe={**queue(), "Condition": "Maybe"},
            Malformed={**queue(), "Condition": ["No"]},
        ),
    )

    assert list(found.resources) == ["None_", "Yes", "Maybe", "Malformed"]
    assert [each.certain for each in found.resources.values()] == [True, True, False, True]


def test_resources_by_type() -> None:
    found = Template("shop", template(One=queue(), Two={"Type": "AWS::SNS::Topic"}, Three=queue()))

    assert [each.id for each in found.of_type("AWS::SQS::Queue")] == ["One", "Three"]
    assert [each.id for each in found.of_type("AWS::SNS::Topic", "AWS::SQS::Queue")] == [
        "Two",
        "One",
        "Three",
    ]
    assert found.of_type("AWS::S3::Bucket") == []


def test_path_is_that_of_cdk_or_the_logical_id() -> None:
    found = Template(
        "shop",
        template(
            One={**queue(), "Metadata": {"aws:cdk:path": "Shop/Orders/Queue/Resource"}},
            Two={**queue(), "Metadata": "a"},
            Three=queue(),
        ),
    )

    assert [each.path for each in found.resources.values()] == ["Shop/Orders/Queue/Resource", "Two", "Three"]


def test_referred_resource() -> None:
    found = Template("shop", template(Queue=queue()))

    assert found.referred(Reference("Queue", "Arn")) is found.resources["Queue"]
    assert found.referred(Reference("Gone")) is None
    assert found.referred("Queue") is None


@for_each(
    ("names", "value"),
    [
        (("a",), {"b": [1, {"c": 2}]}),
        (("a", "b", 1, "c"), 2),
        (("a", "b", 2), None),
        (("a", "x", "y"), None),
        (("a", 0), None),
        (("a", "b", "c"), None),
        (("open",), OPEN),
        (("open", "deeper", 0), replace(OPEN, optional=True)),
    ],
)
def test_what_stands_at_a_path(names: tuple[str | int, ...], value: Value) -> None:
    assert value_at({"a": {"b": [1, {"c": 2}]}, "open": OPEN}, *names) == value


@for_each(
    ("value", "found"),
    [
        (None, None),
        (OPEN, OPEN),
        (5, 5),
        (5.0, 5),
        (2.5, 2.5),
        ("5", 5),
        ("-1", -1),
        ("2.5", 2.5),
        ("", Unknown("a string that is not a number")),
        ("five", Unknown("a string that is not a number")),
        ("1_000", Unknown("a string that is not a number")),
        ("nan", Unknown("a string that is not a number")),
        ("9" * 5_000, Unknown("a string that is not a number")),
        (math.inf, Unknown("a number that is not finite")),
        (10**400, 10**400),
        (math.nan, Unknown("a number that is not finite")),
        (True, Unknown("a value that is not a number")),
        ([5], Unknown("a value that is not a number")),
        ({"a": 5}, Unknown("a value that is not a number")),
        (Reference("Queue"), Unknown("a reference")),
        (Text(("5", OPEN)), Unknown("a reference")),
    ],
)
def test_numbers(value: Value, found: float | Unknown | None) -> None:
    assert number(value) == found
    assert type(number(value)) is type(found)


def test_typed_properties() -> None:
    found = resource(
        Delay=5,
        Half=2.5,
        Name="orders",
        On="true",
        Off=False,
        Open=ref("Open"),
        Own=ref("Queue"),
        List=[1, 2],
    )

    assert (found.integer("Delay", default=1), found.integer("Gone", default=1)) == (5, 1)
    assert found.integer("Half", default=1) == Unknown("a number that is not whole")
    assert (found.text("Name"), found.text("Gone"), found.text("Delay")) == ("orders", None, "5")
    assert (found.text("Own"), found.text("Open")) == (Unknown("a reference"), OPEN)
    assert found.text("List") == Unknown("a value that is not a string")
    assert (found.flag("On"), found.flag("Off"), found.flag("Gone")) == (True, False, False)
    assert found.flag("Gone", default=True) is True
    assert (found.flag("Open"), found.flag("List")) == (OPEN, Unknown("a value that is not a boolean"))
    assert (found.items("List"), found.items("Open"), found.items("Gone")) == ([1, 2], [], [])


def test_given_properties_and_how_many() -> None:
    maybe = {"Fn::If": ["Maybe", 1, {"Ref": "AWS::NoValue"}]}
    found = resource(Open=ref("Open"), Maybe=maybe, List=[1, ref("Open")], Unsure=[1, maybe])

    assert (found.given("Open"), found.given("Gone"), found.given("List")) == (True, False, True)
    assert isinstance(found.given("Maybe"), Unknown)
    assert (found.count("List"), found.count("Gone"), found.count("Open")) == (2, 0, OPEN)
    assert isinstance(found.count("Unsure"), Unknown)


@for_each("properties", [None, 1, [], "a", {"Ref": "AWS::NoValue"}, {"Fn::Transform": {}}])
def test_properties_of_any_shape(properties: Any) -> None:
    definition = {"Type": "AWS::SQS::Queue", "Properties": properties}

    assert Template("shop", template(Queue=definition)).resources["Queue"].properties == {}


def test_endless_nesting_gives_no_properties_and_no_error() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]

    assert resource(Tags=deep).properties == {}


# Names that mean something to the checks, so that what is generated gets beyond their first question.
KINDS = [
    "AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::SQS::Queue", MAPPING,
    "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::Events::Rule", "AWS::SNS::Subscription",
    "AWS::S3::Bucket", "AWS::Lambda::LayerVersion",
]  # fmt: skip
WORDS = st.sampled_from(
    [
        "Type", "Properties", "Condition", "Metadata", "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::Join",
        "A", "B", "C", "A.Arn", "${A}", "AWS::NoValue", *KINDS,
    ]
)  # fmt: skip
PROPERTIES = st.sampled_from(
    [
        "FunctionName", "Name", "FunctionVersion", "EventSourceArn", "RedrivePolicy", "deadLetterTargetArn",
        "ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions", "ReservedConcurrentExecutions",
        "ResourceId", "MinCapacity", "ScheduledActions", "Environment", "Variables", "Layers", "Timeout",
        "SnapStart", "ApplyOn", "FilterCriteria", "Filters", "ScalingConfig", "MaximumConcurrency", "Targets",
        "Arn", "LoggingConfig", "SystemLogLevel", "QueueName", "FifoQueue", "StartingPosition",
        "FunctionResponseTypes", "KmsMasterKeyId", "DestinationConfig", "OnFailure", "Destination",
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | PROPERTIES, inner, max_size=5),
    max_leaves=30,
)
RESOURCES = st.fixed_dictionaries(
    {"Type": st.sampled_from(KINDS), "Properties": st.dictionaries(PROPERTIES, ANYTHING, max_size=8)},
    optional={"Condition": ANYTHING, "Metadata": ANYTHING},
)
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.dictionaries(st.sampled_from("ABC"), RESOURCES | ANYTHING, max_size=3)},
    optional=dict.fromkeys(("Parameters", "Mappings", "Conditions", "Transform"), ANYTHING),
)


@settings(max_examples=200, deadline=None)
@given(ANYTHING | TEMPLATES)
def test_anything_can_be_audited(source: Json) -> None:
    assert isinstance(audit("anything", source), list)
