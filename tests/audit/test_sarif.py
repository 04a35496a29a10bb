"""The report as SARIF 2.1.0: what the specification asks for, and what code hosts need to show it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lambda_constructs
from lambda_constructs.audit.command import main
from lambda_constructs.rules.rule import CATALOGUE
from tests.audit.assemblies import TOO_BIG, shop, write
from tests.audit.support import function, parameter, queue, redrive, ref, template

Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("two_rules")
CODE = "memory-size-range"
MIXED = template(
    {"Parameters": {"Big": parameter(), "Size": parameter()}, "Transform": "AWS::CodeStar"},
    Big=TOO_BIG,
    Unknown=function(MemorySize=ref("Size")),
    Queue=queue(RedrivePolicy=redrive("Dead", 3)),
)
# By the specification, section 3: the properties that an object must have, and others that it may have.
# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
OBJECTS: dict[str, tuple[str, str]] = {
    "sarifLog": ("version runs", "$schema inlineExternalProperties properties"),
    "run": ("tool", "invocations results artifacts columnKind automationDetails properties"),
    "tool": ("driver", "extensions properties"),
    "toolComponent": ("name", "version semanticVersion informationUri rules notifications properties"),
    "reportingDescriptor": (
        "id",
        "name shortDescription fullDescription help helpUri defaultConfiguration properties",
    ),
    "multiformatMessageString": ("text", "markdown properties"),
    "reportingConfiguration": ("", "enabled level rank parameters properties"),
    "invocation": ("executionSuccessful", "toolExecutionNotifications exitCode properties"),
    "notification": ("message", "level locations descriptor properties"),
    "message": ("text", "markdown id arguments properties"),
    "result": (
        "message",
        "ruleId ruleIndex level kind locations partialFingerprints suppressions properties",
    ),
    "location": ("", "id physicalLocation logicalLocations message properties"),
    "physicalLocation": ("artifactLocation", "region contextRegion properties"),
    "artifactLocation": ("uri", "uriBaseId index description properties"),
    "region": ("startLine", "startColumn endLine endColumn snippet properties"),
    "logicalLocation": ("", "name fullyQualifiedName kind index parentIndex properties"),
    "suppression": ("kind", "status justification location guid properties"),
}
# Which object stands under a property; other values are plain.
CHILDREN = {
    "runs": "run",
    "tool": "tool",
    "driver": "toolComponent",
    "rules": "reportingDescriptor",
    "shortDescription": "multiformatMessageString",
    "fullDescription": "multiformatMessageString",
    "help": "multiformatMessageString",
    "defaultConfiguration": "reportingConfiguration",
    "invocations": "invocation",
    "toolExecutionNotifications": "notification",
    "message": "message",
    "results": "result",
    "locations": "location",
    "physicalLocation": "physicalLocation",
    "artifactLocation": "artifactLocation",
    "region": "region",
    "logicalLocations": "logicalLocation",
    "suppressions": "suppression",
}


def deviations(kind: str, value: Json) -> Iterator[str]:
    """What the specification does not know, or misses, in an object and below."""
    required, optional = (set(each.split()) for each in OBJECTS[kind])
    yield from (f"{kind} lacks {name}" for name in required - value.keys())
    yield from (f"{kind} has {name}" for name in value.keys() - required - optional)
    for name, child in value.items():
        for each in child if isinstance(child, list) else [child]:
            if name in CHILDREN:
                yield from deviations(CHILDREN[name], each)


def sarif(path: Path, *arguments: str) -> Json:
    """The log that the command writes."""
    output = path.parent / "report.sarif"
    assert main([str(path), "--format", "sarif", "--output", str(output), *arguments]) in (0, 1)
    log: Json = json.loads(output.read_text())
    return log


def run_of(path: Path, *arguments: str) -> Json:
    """Its one run."""
    (run,) = sarif(path, *arguments)["runs"]
    assert isinstance(run, dict)
    return run


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    return write(tmp_path / "of the shop.json", MIXED)


def test_log_is_what_the_specification_describes(mixed: Path, tmp_path: Path) -> None:
    acknowledged = shop(tmp_path / "cdk.out", ("Shop", {f"lambda-constructs::{CODE}": "it is so"}))

    for log in (sarif(mixed, "--undecided"), sarif(acknowledged)):
        assert list(deviations("sarifLog", log)) == []
        assert log["version"] == "2.1.0"
        assert log["$schema"].endswith("/sarif-schema-2.1.0.json")


def test_deviation_would_be_found() -> None:
    assert sorted(deviations("tool", {"driver": {"names": "x"}})) == [
        "toolComponent has names",
        "toolComponent lacks name",
    ]


def test_tool_is_named_with_its_version(mixed: Path) -> None:
    driver = run_of(mixed)["tool"]["driver"]

    assert (driver["name"], driver["version"]) == ("lambda-constructs", lambda_constructs.__version__)


def test_rules_explain_what_was_found(mixed: Path) -> None:
    run = run_of(mixed)
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["max-receive-count-low", CODE]
    for rule in rules:
        declared = CATALOGUE[rule["id"]]
        assert rule["helpUri"] == declared.source
        assert declared.why in rule["help"]["text"]
        assert declared.source in rule["help"]["markdown"]
        assert rule["defaultConfiguration"] == {"level": declared.severity}
        assert "\n" not in rule["shortDescription"]["text"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]


def test_levels_are_the_severities(mixed: Path) -> None:
    def levels(run: Json) -> list[tuple[str, str]]:
        return [
            (each["locations"][0]["logicalLocations"][0]["name"], each["level"]) for each in run["results"]
        ]

    assert levels(run_of(mixed)) == [("Big", "error"), ("Queue", "warning")]
    assert levels(run_of(mixed, "--undecided")) == [
        ("Big", "error"),
        ("Unknown", "note"),
        ("Queue", "warning"),
    ]


def test_result_is_at_the_line_of_its_property(mixed: Path) -> None:
    result = run_of(mixed)["results"][0]
    place = result["locations"][0]["physicalLocation"]
    lines = mixed.read_text().splitlines()

    assert place["artifactLocation"]["uri"] == mixed.as_posix().replace(" ", "%20")
    # The parameter of that name stands before, and so does the function's own line.
    assert '"MemorySize": 20000' in lines[place["region"]["startLine"] - 1]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.yaml", "Outputs: {Big: 1}\nResources:\n  Bigger: {Type: T}\n  'Big' :\n    TYPE\n    SIZE", 6),
        ("a.yaml", "Resources: {Other: {Type: T, Of: Big}, Big: {TYPE, SIZE}}", 1),
        ("a.json", '{"Resources":{"Big":{TYPE,SIZE}}}', 1),
    ],
)
def test_line_is_found_however_the_template_is_written(
    tmp_path: Path, name: str, text: str, line: int
) -> None:
    file = tmp_path / name
    kind, size = '"Type": "AWS::Lambda::Function"', '"Properties": {"MemorySize": 1}'
    file.write_text(text.replace("TYPE", kind).replace("SIZE", size))

    (result,) = run_of(file)["results"]

    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": line}


def test_result_names_resource_and_property(tmp_path: Path) -> None:
    (result,) = run_of(shop(tmp_path / "cdk.out"))["results"]

    assert result["locations"][0]["logicalLocations"] == [
        {"name": "OrdersFunction", "fullyQualifiedName": "Shop/Orders/Function", "kind": "resource"},
        {
            "name": "MemorySize",
            "fullyQualifiedName": "OrdersFunction/Properties/MemorySize",
            "kind": "property",
        },
    ]


def test_fingerprint_stays_while_the_value_changes(tmp_path: Path) -> None:
    def fingerprints(**sizes: int) -> list[Json]:
        source = template(**{name: function(MemorySize=size) for name, size in sizes.items()})
        results = run_of(write(tmp_path / "orders.json", source))["results"]
        return [each["partialFingerprints"] for each in results]

    before, after, other = fingerprints(A=1), fingerprints(A=2), fingerprints(B=1)

    assert before == after
    assert before != other


def test_ignored_findings_are_suppressed_with_their_reasons(tmp_path: Path) -> None:
    ignore = tmp_path / "ignore.toml"
    ignore.write_text(f'[[ignore]]\ncode = "{CODE}"\nresource = "A"\nreason = "managed"\n')
    rules = {f"lambda-constructs::{CODE}": "it is so"}
    in_file = write(tmp_path / "orders.json", template(A=TOO_BIG, B=TOO_BIG))

    by_file = run_of(in_file, "--ignore-file", str(ignore))["results"]
    by_app = run_of(shop(tmp_path / "cdk.out", ("Shop", rules)))["results"]

    # All results have the property or none has, says the specification.
    assert [each["suppressions"] for each in by_file] == [
        [],
        [{"kind": "external", "status": "accepted", "justification": "managed"}],
    ]
    assert [each["suppressions"] for each in by_app] == [
        [{"kind": "inSource", "status": "accepted", "justification": "it is so"}]
    ]


def test_macro_is_a_notification_of_the_run(mixed: Path) -> None:
    (invocation,) = run_of(mixed)["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]

    assert invocation["executionSuccessful"] is True
    assert notification["level"] == "note"
    assert "AWS::CodeStar" in notification["message"]["text"]


def test_log_without_a_finding_is_whole(tmp_path: Path) -> None:
    run = run_of(write(tmp_path / "orders.json", template()))

    assert run["results"] == []
    assert list(deviations("run", run)) == []
