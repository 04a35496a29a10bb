"""YAML says to the audit what it says to CloudFormation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.audit import audit
from lambda_constructs.audit.reading import read
from lambda_constructs.template.cfn_yaml import parse_yaml
from lambda_constructs.template.files import UnreadableError
from tests.audit.assemblies import read_sources

TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Description: Orders
Parameters:
  Size: {Type: Number, Default: 20000}
Conditions:
  Big: !Not [!Equals [!Ref Size, 0]]
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Condition: Big
    Properties:
      MemorySize: !Ref Size
      Role: !GetAtt Role.Arn
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Queue", {"Ref": "Queue"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Queue.Arn", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!GetAtt Nested.Outputs.Arn", {"Fn::GetAtt": ["Nested", "Outputs.Arn"]}),
        ("!GetAtt [Queue, Arn]", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!Sub '${Queue}:x'", {"Fn::Sub": "${Queue}:x"}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!If [IsProd, 1, !Ref AWS::NoValue]", {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}),
        ("!Base64\n  Fn::Sub: x", {"Fn::Base64": {"Fn::Sub": "x"}}),
        ("!Cidr [!Ref Block, 2]", {"Fn::Cidr": [{"Ref": "Block"}, 2]}),
    ],
)
def test_short_tag_means_the_long_form(text: str, value: object) -> None:
    assert parse_yaml(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012-10-17", "2012-10-17"),
        ("012345670123", "012345670123"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("12:30.5", "12:30.5"),
        ("900", 900),
        ("-1", -1),
        ("0.5", 0.5),
        ("'900'", "900"),
        ("true", True),
        ("No", False),
        ("~", None),
        ("", None),
    ],
)
def test_scalar_is_what_cloudformation_takes_it_for(text: str, value: object) -> None:
    found = parse_yaml(text)

    assert (type(found), found) == (type(value), value)


def test_keys_are_texts_as_in_json() -> None:
    assert parse_yaml("{123456789012: a, 010: b, yes: c, 2020-01-01: d}") == {
        "123456789012": "a",
        "010": "b",
        "yes": "c",
        "2020-01-01": "d",
    }


def test_anchors_and_merged_keys_are_copies() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: &more {c: 3}\none: {<<: *base, b: 4}\ntwo: {<<: [*more, *base]}"

    found = parse_yaml(text)

    assert found["one"] == {"a": 1, "b": 4}
    assert found["two"] == {"a": 1, "b": 2, "c": 3}


def bomb() -> str:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(["l0: &l0 [x, x]", *levels])


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: 1\n---\nb: 2",
        "&a [*a]",
        "[" * 100_000,
        "- " * 100_000,
        bomb(),
        "a: !Ref *nothing",
        "\tkey: value",
    ],
    ids=[
        "unclosed",
        "two documents",
        "alias of itself",
        "brackets",
        "dashes",
        "many aliases",
        "no anchor",
        "tab",
    ],
)
def test_what_is_no_single_finite_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S+ \S+"):
        parse_yaml(text)


def test_tag_of_a_python_object_makes_none() -> None:
    assert parse_yaml("!!python/object/apply:os.system [exit]") == ["exit"]


def test_template_is_audited_through_parameters_and_conditions(tmp_path: Path) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(TEMPLATE)

    (source,) = read_sources(file)

    found = [each for each in source.findings() if each.code == "memory-size-range"]
    assert [(each.resource, each.severity) for each in found] == [("Worker", "error")]
    assert source.template["AWSTemplateFormatVersion"] == "2010-09-09"


def test_json_with_another_suffix_is_json(tmp_path: Path) -> None:
    file = tmp_path / "orders.template"
    file.write_text('\n{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')

    (source,) = read_sources(file)

    assert source.paths == {"Topic": "Topic"}


def test_without_the_extra_yaml_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.delitem(sys.modules, "lambda_constructs.template.cfn_yaml", raising=False)
    file = tmp_path / "orders.yaml"
    file.write_text(TEMPLATE)

    with pytest.raises(UnreadableError, match=r"orders\.yaml: .* pip install 'lambda-constructs\[audit\]'"):
        read_sources(file)


def test_the_same_template_in_json_and_yaml_has_the_same_findings() -> None:
    json: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"Size": {"Type": "Number", "Default": 20000}},
        "Conditions": {"Big": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Size"}, 0]}]}},
        "Resources": {
            "Worker": {
                "Type": "AWS::Lambda::Function",
                "Condition": "Big",
                "Properties": {"MemorySize": {"Ref": "Size"}, "Role": {"Fn::GetAtt": ["Role", "Arn"]}},
            }
        },
    }

    found = audit("orders", parse_yaml(TEMPLATE))

    assert found
    assert found == audit("orders", json)


def test_key_that_is_there_twice_is_a_note(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("Resources:\n  A: {Type: One}\n  B: {Type: Two, Type: Three}\n  A: {Type: Four}\n")

    (source,) = read([file]).sources

    assert list(source.notes) == [
        "these keys are repeated, and only their last value counts: Type in line 3, A in line 4"
    ]
