"""Intrinsic functions: what a template alone decides, and what stays unknown."""

from __future__ import annotations

from typing import Any

from lambda_constructs.template.intrinsics import Resolver
from lambda_constructs.template.values import Reference, Text, Unknown, Value
from tests.for_each import for_each

SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Size": {"Type": "Number", "Default": 512},
        "Open": {"Type": "String"},
        "Passed": {"Type": "String", "Default": "Passed"},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b ,c"},
        "Zones": {"Type": "List<AWS::EC2::AvailabilityZone::Name>", "Default": "a"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/shop/size"},
        "Key": {"Type": "AWS::SSM::Parameter::Name", "Default": "/shop/size"},
        "Password": {"Type": "String", "NoEcho": True, "Default": "hunter2"},
        "Quiet": {"Type": "String", "NoEcho": "true"},
        "Malformed": "String",
    },
    "Mappings": {
        "Sizes": {
            "eu-west-1": {"Memory": 1024, "Zones": ["a", "b"], "Worse": {"Ref": "Size"}},
            "1": {"2": "x"},
        }
    },
    "Conditions": {
        "Yes": {"Fn::Equals": ["1", 1]},
        "No": {"Fn::Equals": [{"Ref": "Size"}, "1024"]},
        "Open": {"Fn::Equals": [{"Ref": "Open"}, "prod"]},
    },
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Function": {"Type": "AWS::Lambda::Function"}},
}
OPEN = Unknown("parameter Open")
REGION = Unknown("AWS::Region")
QUEUE = Reference("Queue", "Arn")


FUNCTIONS = [
    "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::If", "Fn::FindInMap"
]  # fmt: skip


def resolve(value: Any) -> Value:
    return Resolver(SECTIONS).resolve(value)


@for_each(
    ("value", "resolved"),
    [
        # Plain values
        (None, None),
        ("a", "a"),
        (1.5, 1.5),
        ([1, {"a": True}], [1, {"a": True}]),
        ({"Ref": "Size", "More": 1}, {"Ref": "Size", "More": 1}),
        ({}, {}),
        # Dynamic references: secrets stay texts, for the rules about secrets
        ("{{resolve:ssm:/a:1}}", Unknown("{{resolve:ssm:/a:1}}", "{{resolve:ssm:/a:1}}")),
        (
            {"Fn::Sub": "a-{{resolve:ssm:/${Size}}}-b"},
            Text(("a-", Unknown("{{resolve:ssm:/512}}", "{{resolve:ssm:/512}}"), "-b")),
        ),
        ("{{resolve:secretsmanager:a}}", "{{resolve:secretsmanager:a}}"),
        # Ref
        ({"Ref": "Passed"}, Unknown("parameter Passed")),
        ({"Ref": "Size"}, 512),
        ({"Ref": "Open"}, OPEN),
        ({"Ref": "Names"}, ["a", "b", "c"]),
        ({"Ref": "Zones"}, ["a"]),
        ({"Ref": "Stored"}, Unknown("parameter Stored")),
        ({"Ref": "Key"}, "/shop/size"),
        ({"Ref": "Password"}, Unknown("parameter Password", secret=True)),
        ({"Ref": "Quiet"}, Unknown("parameter Quiet", secret=True)),
        ({"Ref": "AWS::Region"}, REGION),
        ({"Ref": "Nothing"}, Unknown("Nothing")),
        ({"Ref": 5}, Unknown("5")),
        ({"Ref": "Malformed"}, Unknown("Malformed")),
        ({"Ref": "Queue"}, Reference("Queue")),
        # Fn::GetAtt
        ({"Fn::GetAtt": ["Queue", "Arn"]}, QUEUE),
        ({"Fn::GetAtt": "Queue.Arn"}, QUEUE),
        ({"Fn::GetAtt": "Queue.Outputs.Arn"}, Reference("Queue", "Outputs.Arn")),
        # Fn::Sub
        ({"Fn::Sub": "plain"}, "plain"),
        ({"Fn::Sub": "${Queue.Arn}"}, QUEUE),
        ({"Fn::Sub": "a-${Size}-${Open}"}, Text(("a-512-", OPEN))),
        ({"Fn::Sub": "${ Size }"}, "512"),
        ({"Fn::Sub": "${!Size}"}, "${Size}"),
        ({"Fn::Sub": "a${!b}${Size}"}, "a${b}512"),
        ({"Fn::Sub": ["${Own}/${Size}", {"Own": {"Ref": "Queue"}}]}, Text((Reference("Queue"), "/512"))),
        ({"Fn::Sub": ["${Size}", {"Size": "own"}]}, "own"),
        # Fn::Join
        ({"Fn::Join": ["-", ["a", 1, {"Ref": "Size"}]]}, "a-1-512"),
        ({"Fn::Join": ["", []]}, ""),
        ({"Fn::Join": [",", {"Ref": "Names"}]}, "a,b,c"),
        ({"Fn::Join": [":", ["a", QUEUE, "b"]]}, Text(("a:", QUEUE, ":b"))),
        ({"Fn::Join": ["", ["a", {"Ref": "AWS::NoValue"}, "b"]]}, "ab"),
        # Fn::Split and Fn::Select
        ({"Fn::Split": ["/", "a/b/"]}, ["a", "b", ""]),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::Select": [0, {"Ref": "Names"}]}, "a"),
        (
            {"Fn::Select": [6, {"Fn::Split": [":", {"Fn::GetAtt": ["Function", "Arn"]}]}]},
            Reference("Function", "Arn", 6),
        ),
        ({"Fn::Select": [7, {"Fn::Split": [":", {"Ref": "Function"}]}]}, Reference("Function", "", 7)),
        # Fn::Length and Fn::ToJsonString
        ({"Fn::Length": {"Ref": "Names"}}, 3),
        ({"Fn::ToJsonString": {"a": [{"Ref": "Size"}]}}, '{"a": [512]}'),
        # Fn::FindInMap
        ({"Fn::FindInMap": ["Sizes", "eu-west-1", "Memory"]}, 1024),
        ({"Fn::FindInMap": ["Sizes", "eu-west-1", "Zones"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", 1, "2"]}, "x"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "Memory", {"DefaultValue": {"Ref": "Size"}}]}, 512),
        # Fn::If
        ({"Fn::If": ["Yes", "a", "b"]}, "a"),
        ({"Fn::If": ["No", "a", "b"]}, "b"),
        ({"Fn::If": ["Open", {"Ref": "Size"}, 512]}, 512),
        ({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ([{"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, 1]}, 2], [2]),
    ],
)  # fmt: skip
def test_resolves(value: Any, resolved: Value) -> None:
    assert resolve(value) == resolved


@for_each(
    ("value", "name"),
    [
        ("arn:aws:sqs:eu-west-1:123456789012:dummy-value-for-orders", "a value that CDK looks up"),
        ({"Fn::ImportValue": "Shop-Queue"}, "Fn::ImportValue"),
        ({"Fn::GetAZs": ""}, "Fn::GetAZs"),
        ({"Fn::Base64": "a"}, "Fn::Base64"),
        ({"Fn::Transform": {"Name": "AWS::Include"}}, "Fn::Transform"),
        ({"Fn::Split": [",", {"Ref": "Open"}]}, "Fn::Split"),
        ({"Fn::Split": [",", {"Fn::GetAtt": ["Queue", "Arn"]}]}, "Fn::Split"),
        ({"Fn::Select": [0, {"Ref": "Open"}]}, "Fn::Select"),
        ({"Fn::Select": [{"Ref": "Open"}, ["a"]]}, "Fn::Select"),
        ({"Fn::Select": [-1, ["a"]]}, "Fn::Select"),
        ({"Fn::Join": [",", {"Ref": "Open"}]}, "Fn::Join"),
        ({"Fn::Length": {"Ref": "Open"}}, "Fn::Length"),
        ({"Fn::ToJsonString": {"a": {"Ref": "Open"}}}, "Fn::ToJsonString"),
        ({"Fn::Join": [",", [["a"]]]}, "a part that is not a string"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "Memory"]}, "Fn::FindInMap"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "Memory"]}, "a missing key of Fn::FindInMap"),
        ({"Fn::FindInMap": ["Sizes", "eu-west-1", "Worse"]}, "a malformed mapping"),
        ({"Fn::If": ["Open", 1, 2]}, "condition Open"),
        ({"Fn::If": ["Nothing", 1, 2]}, "condition Nothing"),
        ({"Fn::GetAtt": ["Nothing", "Arn"]}, "a malformed Fn::GetAtt"),
        ({"Fn::GetAtt": ["Queue", {"Ref": "Open"}]}, "a malformed Fn::GetAtt"),
    ],
)
def test_leaves_unknown(value: Any, name: str) -> None:
    resolved = resolve(value)

    assert isinstance(resolved, Unknown)
    assert resolved.name == name


@for_each("argument", [None, 1, "", "a", [], ["a"], ["a", "b", "c", "d"], {}, {"a": 1}, [[]], [{}, {}]])
@for_each("name", [*FUNCTIONS, "Fn::New"])
def test_malformed_functions_are_unknown_and_no_error(name: str, argument: Any) -> None:
    resolved = resolve({name: argument})

    assert isinstance(resolved, Unknown) or (name, argument) in [("Fn::Sub", ""), ("Fn::Sub", "a")]


def test_malformed_mapping_that_asks_for_itself_is_unknown() -> None:
    itself = {"Fn::FindInMap": ["A", "b", "c"]}

    assert isinstance(Resolver({"Mappings": {"A": {"b": {"c": itself}}}}).resolve(itself), Unknown)


def test_unknown_values_of_one_name_are_told_apart() -> None:
    one, other = {"Fn::ImportValue": "One"}, {"Fn::ImportValue": "Other"}

    assert resolve(one) == resolve(one)
    assert resolve(one) != resolve(other)


def test_what_may_be_no_value_is_optional() -> None:
    nothing = {"Ref": "AWS::NoValue"}

    assert resolve({"Fn::If": ["Open", 1, nothing]}) == Unknown(
        "condition Open", repr(["Open", 1, nothing]), optional=True
    )
    inner = resolve({"Fn::If": ["Open", {"Fn::If": ["Nothing", nothing, 1]}, 2]})
    assert isinstance(inner, Unknown)
    assert inner.optional


def test_what_has_a_value_in_each_case_is_not_optional() -> None:
    assert resolve({"Fn::If": ["Open", 1, 2]}) == Unknown("condition Open", repr(["Open", 1, 2]))


EQUAL: dict[str, Any] = {"Fn::Equals": ["a", "a"]}
DIFFER: dict[str, Any] = {"Fn::Equals": ["a", "b"]}
MAYBE: dict[str, Any] = {"Fn::Equals": [{"Ref": "Open"}, "a"]}


@for_each(
    ("condition", "decided"),
    [
        (EQUAL, True),
        (DIFFER, False),
        (MAYBE, None),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Equals": [{"Ref": "Size"}, "512"]}, True),
        ({"Fn::Equals": [["a"], ["a"]]}, None),
        ({"Fn::Equals": [{"Ref": "Names"}, {"Ref": "Zones"}]}, None),
        ({"Fn::Equals": ["a"]}, None),
        ({"Fn::Not": [EQUAL]}, False),
        ({"Fn::Not": [DIFFER]}, True),
        ({"Fn::Not": [MAYBE]}, None),
        ({"Fn::Not": []}, None),
        ({"Fn::And": [EQUAL, EQUAL]}, True),
        ({"Fn::And": [EQUAL, DIFFER, MAYBE]}, False),
        ({"Fn::And": [EQUAL, MAYBE]}, None),
        ({"Fn::Or": [DIFFER, DIFFER]}, False),
        ({"Fn::Or": [DIFFER, EQUAL, MAYBE]}, True),
        ({"Fn::Or": [DIFFER, MAYBE]}, None),
        ({"Fn::Or": [{"Fn::Not": [{"Fn::And": [EQUAL, {"Condition": "Yes"}]}]}, {"Condition": "No"}]}, False),
        ({"Condition": "Yes"}, True),
        ({"Condition": "Nothing"}, None),
        ({"Condition": 1}, None),
        ({"Condition": "Asked"}, None),
        ({"Fn::Not": [{"Condition": "Asked"}]}, None),
        ({"Fn::Equals": [{"Fn::If": ["Asked", 1, 2]}, 1]}, None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_decides_conditions(condition: Any, *, decided: bool | None) -> None:
    conditions = {**SECTIONS["Conditions"], "Asked": condition}

    assert Resolver({**SECTIONS, "Conditions": conditions}).decide("Asked") is decided


def test_conditions_that_ask_for_each_other_stay_undecided() -> None:
    circle = {"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}}

    assert Resolver({"Conditions": circle}).decide("A") is None


def test_endless_nesting_is_unknown_and_no_error() -> None:
    condition = EQUAL
    for _ in range(5_000):
        condition = {"Fn::Not": [condition]}

    assert Resolver({"Conditions": {"Deep": condition}}).decide("Deep") is None


@for_each("template", [None, 1, "a", [], {}, {"Parameters": [], "Conditions": 1, "Mappings": "a"}])
def test_sections_of_any_shape(template: Any) -> None:
    assert Resolver(template).resolve({"Ref": "A"}) == Unknown("A")
