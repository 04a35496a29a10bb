"""Every way to deploy a template is judged, and a finding names the values for which it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_constructs.audit import audit
from lambda_constructs.audit.command import main
from lambda_constructs.audit.macros import expand
from lambda_constructs.template.assignments import assignments
from tests.audit.assemblies import write
from tests.audit.support import Json, function, parameter, ref, template

pytestmark = pytest.mark.usefixtures("two_rules")
STAGE = {"Stage": parameter("String", Default="dev", AllowedValues=["dev", "test", "prod"])}
PROD = {"IsProd": {"Fn::Equals": [ref("Stage"), "prod"]}, "Prod": {"Condition": "IsProd"}}
REGION = {"Away": {"Fn::Not": [{"Fn::Equals": [ref("AWS::Region"), "us-east-1"]}]}}


def big(condition: str) -> dict[str, Any]:
    return function(MemorySize={"Fn::If": [condition, 20_000, 512]})


def holding(sections: Json, **resources: Json) -> list[tuple[str, str, str]]:
    found = audit("t", template(sections, **resources))
    assert all(each.message.startswith(f"with {each.assignment}: ") for each in found if each.assignment)
    return [(each.severity, each.resource, each.assignment) for each in found]


def test_finding_of_one_branch_names_the_values() -> None:
    sections = {"Parameters": STAGE, "Conditions": PROD}

    assert holding(sections, A=big("Prod")) == [("error", "A", "Stage=prod")]
    assert holding(sections, A={**function(MemorySize=1), "Condition": "IsProd"}) == [
        ("error", "A", "Stage=prod")
    ]
    assert holding(sections, A=function(MemorySize=1), B=big("IsProd")) == [
        ("error", "A", ""),
        ("error", "B", "Stage=prod"),
    ]


def test_values_without_a_default_and_regions_are_compared_or_others() -> None:
    open_stage = {"Parameters": {"Stage": parameter("String")}, "Conditions": PROD}

    assert holding(open_stage, A=big("Prod")) == [("error", "A", "Stage=prod")]
    otherwise = function(MemorySize={"Fn::If": ["Prod", 512, 1]})
    assert holding(open_stage, A=otherwise) == [("error", "A", "another Stage")]
    assert holding({"Conditions": REGION}, A=big("Away")) == [("error", "A", "another AWS::Region")]


def test_mappings_and_allowed_values_are_followed() -> None:
    sizes = {"Sizes": {"dev": {"Memory": 512}, "test": {"Memory": "512"}, "prod": {"Memory": 20_000}}}
    mapped = function(MemorySize={"Fn::FindInMap": ["Sizes", ref("Stage"), "Memory"]})
    allowed = {"Size": parameter("Number", Default=512, AllowedValues=[512, 1024, 20_000])}
    by_mapping = {"Parameters": {"Stage": parameter("String", Default="dev")}, "Mappings": sizes}

    assert holding(by_mapping, A=mapped) == [("error", "A", "Stage=prod")]
    assert holding({"Parameters": allowed}, A=function(MemorySize=ref("Size"))) == [
        ("error", "A", "Size=20000")
    ]


def test_an_unknown_value_is_never_an_error() -> None:
    sections = {
        "Parameters": {"A": parameter("String"), "B": parameter("String")},
        "Conditions": {"Same": {"Fn::Equals": [ref("A"), ref("B")]}},
    }

    assert [severity for severity, *_ in holding(sections, A=big("Same"))] == ["undecided"]


def test_number_of_assignments_has_a_bound_and_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"P{number}" for number in range(8)]
    flags = {name: parameter("String", Default="no", AllowedValues=["no", "yes"]) for name in names}
    conditions = {f"If{name}": {"Fn::Equals": [ref(name), "yes"]} for name in names}
    functions = {f"F{name}": big(f"If{name}") for name in names}
    source = template({"Parameters": flags, "Conditions": conditions}, **functions)
    file = write(tmp_path / "t.json", source)

    possible = assignments(source)

    assert (len(possible.each), possible.complete) == (32, False)
    assert main([str(file)]) == 1
    printed = capsys.readouterr().out
    assert "note: " in printed
    # Each flag alone is among those that are checked.
    assert [name for name in names if f"with {name}=yes: " not in printed] == []
    given_values = [each for name in names for each in ("--parameter", f"{name}=no")]
    assert main([str(file), *given_values]) == 0


def test_what_only_the_metadata_of_cdk_depends_on_is_not_varied() -> None:
    metadata = {"Type": "AWS::CDK::Metadata", "Condition": "Away", "Properties": {}}

    assert len(assignments(template({"Conditions": REGION}, CDKMetadata=metadata)).each) == 1


VALUES = ("dev", "prod", "other")
TEXTS = st.sampled_from(VALUES)
ATOMS = st.builds(lambda name, text: {"Fn::Equals": [ref(name), text]}, st.sampled_from(("A", "B")), TEXTS)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda one: {"Fn::Not": [one]}, inner),
        st.builds(lambda one, other: {"Fn::And": [one, other]}, inner, inner),
        st.builds(lambda one, other: {"Fn::Or": [one, other]}, inner, inner),
    ),
    max_leaves=4,
)
PARAMETERS = st.fixed_dictionaries(
    {"Type": st.just("String")},
    optional={"Default": TEXTS, "AllowedValues": st.just(list(VALUES)), "NoEcho": st.just(True)},
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({"A": PARAMETERS, "B": PARAMETERS}), CONDITIONS, CONDITIONS)
def test_a_value_for_a_parameter_adds_no_finding(parameters: Json, one: Json, other: Json) -> None:
    source = template(
        {"Parameters": parameters, "Conditions": {"One": one, "Other": other}},
        F=big("One"),
        G={**function(MemorySize={"Fn::If": ["Other", 1, ref("AWS::NoValue")]}), "Condition": "One"},
    )

    def errors(**values: str) -> set[str]:
        expanded = expand(source, parameters=values)
        return {each.resource for each in audit("t", expanded.template) if each.severity == "error"}

    everything = errors()
    for first in VALUES:
        assert errors(A=first) <= everything
        assert errors(A=first, B="prod") <= errors(A=first)
