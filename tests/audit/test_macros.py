"""Macros that need no extra: loops, inclusions, nested templates; and those that cannot be expanded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.audit import audit
from lambda_constructs.audit.command import main
from lambda_constructs.audit.macros import expand
from tests.audit.assemblies import TOO_BIG, nested, read_sources, write
from tests.audit.support import function, parameter, ref, template

pytestmark = pytest.mark.usefixtures("two_rules")
EXTENSIONS = {"Transform": "AWS::LanguageExtensions"}


def loop(collection: Any, body: dict[str, Any], variable: str = "Name") -> Any:
    return [variable, collection, body]


def test_loops_make_resources_also_nested_and_within_properties() -> None:
    environment = {"Variables": {"Fn::ForEach::V": loop(["A", "B"], {"${Key}_${Name}": "${Key}"}, "Key")}}
    timeout = {"Fn::If": ["Slow", 9, ref("Timeout")]}
    made = function(Environment=environment, Timeout=timeout)
    body = {"Fn::ForEach::In": loop(["x", "y-z"], {"F${Name}&{In}": made}, "In")}
    raw = template(
        {**EXTENSIONS, "Parameters": {"Names": parameter("CommaDelimitedList", Default="P, Q")}},
        **{"Fn::ForEach::Out": loop(ref("Names"), body)},
    )

    resources = expand(raw).template["Resources"]

    assert list(resources) == ["FPx", "FPyz", "FQx", "FQyz"]
    assert resources["FQx"]["Properties"]["Environment"]["Variables"] == {"A_Q": "A", "B_Q": "B"}
    assert resources["FQx"]["Properties"]["Timeout"] == timeout


def test_loop_whose_collection_is_unknown_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = template(
        {**EXTENSIONS, "Parameters": {"Names": parameter("CommaDelimitedList")}},
        **{"Fn::ForEach::Out": loop(ref("Names"), {"F${Name}": TOO_BIG})},
    )

    assert main([str(write(tmp_path / "t.json", raw))]) == 3
    printed = capsys.readouterr().out
    assert "Fn::ForEach::Out is not checked" in printed
    assert "not one function could be checked" in printed
    assert main([str(tmp_path / "t.json"), "--parameter", "Names=A,B"]) == 1


def test_length_and_json_text_are_resolved() -> None:
    raw = template(
        EXTENSIONS,
        A=function(MemorySize={"Fn::Length": [1, 2, 3]}),
        B=function(MemorySize={"Fn::Length": ref("Nothing")}),
        C=function(Description={"Fn::ToJsonString": {"a": [1]}}),
    )

    found = {each.resource: each.severity for each in audit("t", raw)}

    assert found == {"A": "error", "B": "undecided"}


def test_a_value_for_a_malformed_parameter_changes_nothing() -> None:
    malformed = {"Parameters": {"Size": "Number"}}

    assert expand(malformed, parameters={"Size": "1"}).template == malformed


def test_sam_without_its_transform_is_said() -> None:
    common = {"Runtime": "python3.13", "Handler": "a.b", "InlineCode": "x"}
    for kind in ("AWS::Serverless::Function", "AWS::Serverless::WebFunction"):
        expanded = expand(template(A={"Type": kind, "Properties": common}))

        assert expanded.unchecked
        (note,) = expanded.notes
        assert "it lacks 'Transform: AWS::Serverless-2016-10-31'" in note
    raw = template(A={"Type": "AWS::Serverless::Function", "Properties": common})
    assert expand({**raw, "Transform": ["AWS::Serverless-2016-10-31"]}).notes == ()


def test_local_file_is_included_and_other_macros_are_said(tmp_path: Path) -> None:
    write(tmp_path / "size.json", {"MemorySize": 20_000})
    for location, found in (("size.json", 1), ("s3://a/size.json", 0), ("missing.json", 0)):
        include = {"Name": "AWS::Include", "Parameters": {"Location": location}}
        for macro in (include, [include]):
            properties = {"Timeout": 3, "Fn::Transform": macro}
            raw = template(A={"Type": "AWS::Lambda::Function", "Properties": properties})

            assert len(audit("t", raw, tmp_path)) == found
            assert len(expand(raw, tmp_path).notes) == 1 - found
    listed = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "size.json"}}}
    assert expand({"Outputs": [listed]}, tmp_path).template == {"Outputs": [{"MemorySize": 20_000}]}
    (note,) = expand(template(A=function(), B={"Fn::Transform": [{"Name": "Ours"}]})).notes
    assert note.startswith("the macro Ours may")


def test_local_templates_of_nested_stacks_are_read_once(tmp_path: Path) -> None:
    write(tmp_path / "parts" / "deep.json", template(Deep=TOO_BIG, Again=nested(TemplateURL="../a.json")))
    elsewhere = nested(TemplateURL="https://s3.amazonaws.com/a/b.json")
    sam = {"Type": "AWS::Serverless::Application", "Properties": {"Location": "parts/set.json"}}
    accounts = {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateURL": "deep.json"}}
    write(tmp_path / "parts" / "set.json", template(Accounts=accounts))
    later = nested(TemplateURL="{{resolve:ssm:/shop/template:1}}")
    parts = {"One": nested(TemplateURL="parts/deep.json"), "Two": sam, "Three": elsewhere, "Four": later}
    file = write(tmp_path / "a.json", template(**parts))

    assert [source.file.name for source in read_sources(file)] == ["a.json", "deep.json", "set.json"]


def test_template_that_is_nested_too_deeply_is_said() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    loops = {"Fn::ForEach::Out": loop(["A"], {"F${Name}": {"Type": "T", "Properties": deep}})}

    assert "too deeply" in expand(template(EXTENSIONS, **loops)).notes[0]


def test_loops_that_multiply_without_end_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_constructs.audit.for_each._ENTRIES_MAXIMUM", 1_000)
    body: Any = {"Queue": {"Type": "AWS::SQS::Queue"}}
    for variable in "abcde":
        body = {f"Fn::ForEach::{variable}": [variable, list("0123456789"), body]}

    assert ["its loops make too much" in each for each in expand({"Resources": body}).notes] == [True]
