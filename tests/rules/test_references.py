"""Names that a template does not have, and types that CloudFormation does not know."""

from __future__ import annotations

from typing import Any

from lambda_constructs.template.create_only import PROPERTIES_LEFT_OUT
from lambda_constructs.template.names import names_in
from tests.audit.support import Json, arn, findings, found, function, parameter, ref, resource, template
from tests.for_each import for_each

NOTHING, TYPE, SPELT = "reference-to-nothing", "resource-type-misspelt", "property-misspelt"
SECTIONS: Json = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {"Stage": parameter("String")},
    "Conditions": {"Live": {"Fn::Equals": [ref("Stage"), "live"]}},
}
TOPIC = resource("AWS::SNS::Topic")


def shop(value: Any = None, **attributes: Any) -> Json:
    worker = {**function(Description=value), **attributes}
    return template(SECTIONS, Topic=TOPIC, Hidden={**TOPIC, "Condition": "Live"}, Worker=worker)


@for_each(
    "value",
    [
        ref("Topic"),
        ref("Hidden"),
        ref("Stage"),
        ref("AWS::Region"),
        {"Ref": ["Stage"]},
        arn("Topic"),
        {"Fn::GetAtt": "Topic.TopicName"},
        {"Fn::GetAtt": ["Topic", ref("Stage")]},
        {"Fn::GetAtt": []},
        {"Fn::Sub": "${Topic} ${Topic.Arn} ${AWS::Region} ${!Literal} $Other {Other} ${ Stage }"},
        {"Fn::Sub": ["${Own} ${Stage} ${a.b}", {"Own": ref("Topic"), "a.b": 1}]},
        {"Fn::If": ["Live", ref("Topic"), {"Ref": "AWS::NoValue"}]},
        {"Fn::ForEach::Names": ["Name", ["a"], {"${Name}": ref("Name")}]},
        {"Ref": "Nothing", "Other": 1},
    ],
)
def test_what_the_template_has_can_be_named(value: Any) -> None:
    assert found(shop(value), NOTHING) == []


@for_each(
    ("value", "location", "meant"),
    [
        (ref("Topik"), "", "Topic"),
        (ref("Live"), "", ""),
        ({"Fn::GetAtt": ["Topics", "Arn"]}, "", "Topic"),
        ({"Fn::GetAtt": "Stage.Arn"}, "", ""),
        ({"Fn::Sub": "a-${Stages}"}, "", "Stage"),
        ({"Fn::Sub": ["${Own}", {"Own": ref("Other")}]}, "", ""),
        ({"Fn::If": ["Stage", 1, 2]}, "", ""),
        ({"Fn::Join": ["", ["a", {"Fn::If": ["Live", ref("Other"), 2]}]]}, "/1/1", ""),
        ([{"a/b": ref("Other")}], "/0/a/b", ""),
    ],
)
def test_what_it_does_not_have_is_refused(value: Any, location: str, meant: str) -> None:
    (finding,) = findings(shop(value), NOTHING)

    assert (finding.severity, finding.resource) == ("error", "Worker")
    assert finding.location.startswith("Properties/Description")
    assert finding.location.endswith(location)
    assert (f"write {meant}" in finding.message) is bool(meant)


def test_dependencies_conditions_and_outputs_are_judged() -> None:
    for attributes, location in (
        ({"DependsOn": "Stage"}, "DependsOn"),
        ({"DependsOn": ["Topic", "Other"]}, "DependsOn"),
        ({"Condition": "Never"}, "Condition"),
    ):
        (finding,) = findings(shop(**attributes), NOTHING)
        assert (finding.resource, finding.location) == ("Worker", location)
    assert found(shop(DependsOn=["Topic", ref("Stage")], Condition="Live"), NOTHING) == []

    (finding,) = findings({**shop(), "Outputs": {"Arn": {"Value": arn("Other")}, "Ok": None}}, NOTHING)
    assert (finding.resource, finding.location) == ("template.json", "Outputs/Arn/Value")
    assert finding.place == ("Outputs", "Arn", "Value")


def test_a_resource_that_is_not_deployed_is_judged_too() -> None:
    parts = shop(ref("Other"), Condition="Live")
    parts["Parameters"] = {"Stage": parameter("String", Default="test", AllowedValues=["test", "live"])}

    (finding,) = findings(parts, NOTHING)
    assert finding.assignment == ""


def test_what_macros_and_modules_make_can_be_named() -> None:
    module = shop(ref("MadeTopic"))
    module["Resources"]["Made"] = {"Type": "Ours::Shop::Topic::MODULE"}

    assert found({**shop(ref("Other")), "Transform": "Ours"}, NOTHING) == []
    assert found(module, NOTHING) == []


def test_parts_of_templates_name_what_a_tool_adds() -> None:
    sections: list[Json] = [{"Parameters": {"Fn::Merge": []}}, {"Conditions": {"Fn::ForEach::Stage": []}}]
    for changed in sections:
        assert found({**shop(ref("Other")), **changed}, NOTHING) == []
    part = shop(ref("Other"))
    del part["AWSTemplateFormatVersion"]

    assert found(part, NOTHING) == []
    assert found({**part, "Transform": "AWS::LanguageExtensions"}, NOTHING) != []


def test_names_within_endless_brackets_are_left_out() -> None:
    deep: Any = ref("Other")
    for _ in range(5_000):
        deep = [deep]

    assert list(names_in({"DependsOn": "Topic", "Properties": deep})) == [("DependsOn", "Topic", "DependsOn")]


@for_each(
    ("kind", "meant"),
    [
        ("AWS::Serverless:Function", "AWS::Serverless::Function"),
        ("AWS::Lambda::EventSourcemapping", "AWS::Lambda::EventSourceMapping"),
        ("AWS::Lambda:: Permission", "AWS::Lambda::Permission"),
        ("AWS::Lambda::Permission", ""),
        ("AWS::Lambda::Unheard", ""),
        ("Custom::Topic", ""),
    ],
)
def test_type_that_differs_in_case_or_punctuation_is_refused(kind: str, meant: str) -> None:
    told = [each.message.rpartition(" ")[2] for each in findings(template(Thing=resource(kind)), TYPE)]

    assert told == ([meant] if meant else [])


def test_misspelt_properties_are_found_in_the_resource_and_its_parts() -> None:
    worker = function(
        Timout=3, VpcConfig={"SubnetIDs": ["a"]}, Environment={"TABLE": "a", "BUCKET": "b"}, New=1
    )
    worker["Properties"]["Fn::Transform"] = {"Name": "Ours"}

    assert [(each.location, each.message) for each in findings(template(Worker=worker), SPELT)] == [
        (
            "Properties/Environment/TABLE",
            "Environment has only Variables, not 'TABLE'; move it below Variables, or correct it",
        ),
        ("Properties/Timout", "AWS::Lambda::Function does not have the property 'Timout'; write Timeout"),
        (
            "Properties/VpcConfig/SubnetIDs",
            "VpcConfig does not have the property 'SubnetIDs'; write SubnetIds",
        ),
    ]
    odd = function(Environment=ref("Topic"), LoggingConfig=[], Code={"ZipFile": "", "Fn::Odd": 1})
    assert found(template(Topic=TOPIC, Worker=odd), SPELT) == []

    at = "Events/Orders/Properties/BatchSiz"
    left = {**function(), "Metadata": {PROPERTIES_LEFT_OUT: {at: ["BatchSize"]}}}
    assert [(each.location, each.message) for each in findings(template(Worker=left), SPELT)] == [
        (f"Properties/{at}", "AWS SAM does not have the property 'BatchSiz'; write BatchSize")
    ]
