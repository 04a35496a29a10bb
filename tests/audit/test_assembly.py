"""What is audited in a folder, and what an assembly knows of the constructs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from lambda_constructs.audit.command import main as audit
from lambda_constructs.audit.reading import read
from lambda_constructs.compliance.command import main as compliance
from lambda_constructs.compliance.command import read_compliance
from lambda_constructs.compliance.report import as_markdown
from lambda_constructs.plan.command import main as plan
from lambda_constructs.rules.stack import stack_resources_near_maximum
from lambda_constructs.sizing.cli import main as sizing
from lambda_constructs.template.assembly import read_stacks
from lambda_constructs.template.constructs import ancestors, nested_stack
from lambda_constructs.template.files import TemplateFile, UnreadableError, readable
from tests.audit.assemblies import (
    HASH,
    TOO_BIG,
    nested,
    read_sources,
    shop,
    write,
    write_manifest,
    write_stack,
)
from tests.audit.support import function, resource, template
from tests.audit.test_unknown_values import paths, replaced

pytestmark = pytest.mark.usefixtures("two_rules")
CODE = "lambda-constructs::memory-size-range"
ANNOTATION = "Annotation::lambda-constructs:memory-size-range"


def names(sources: Iterable[TemplateFile], folder: Path) -> list[str]:
    return [source.file.relative_to(folder).as_posix() for source in sources]


def acknowledgement(folder: Path) -> str | None:
    """The reason that the assembly has for its one error."""
    (source,) = read_sources(folder)
    (finding,) = (each for each in source.findings() if each.code == "memory-size-range")
    return source.acknowledgement(finding)


def test_file_is_one_template(tmp_path: Path) -> None:
    file = write(tmp_path / "orders.json", template(Orders=TOO_BIG))

    (source,) = read_sources(file)

    assert source.name == file.as_posix()
    assert "memory-size-range" in [each.code for each in source.findings()]


def test_folder_is_every_template_in_it_and_below(tmp_path: Path) -> None:
    write(tmp_path / "b.json", template())
    write(tmp_path / "a" / "c.template", template())
    (tmp_path / "a" / "d.yml").write_text("Resources: {}")
    (tmp_path / "a" / "e.yaml").write_text("Resources: {}")
    (tmp_path / "a" / "f.json").write_text('{"Parameters":{},"Resources":{}}')

    assert names(read_sources(tmp_path), tmp_path) == [
        "a/c.template",
        "a/d.yml",
        "a/e.yaml",
        "a/f.json",
        "b.json",
    ]


def test_folder_is_searched_for_nothing_but_templates(tmp_path: Path) -> None:
    write(tmp_path / "orders.json", template())
    write(tmp_path / "package.json", {"name": "orders"})
    write(tmp_path / "list.json", ["Resources"])
    write(tmp_path / ".git" / "x.json", template())
    (tmp_path / "README.md").write_text("Resources")
    (tmp_path / "compose.yaml").write_text("a: 1\n---\nb: 2")
    (tmp_path / "loop").symlink_to(tmp_path)

    assert names(read_sources(tmp_path), tmp_path) == ["orders.json"]


def test_assembly_is_its_stacks_and_those_of_its_stages(tmp_path: Path) -> None:
    beta = tmp_path / "assembly-Beta"
    write_manifest(beta, {"Shop": write_stack(beta, "BetaShop", template(), {})})
    shop(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Beta"}}
    write_manifest(tmp_path, {"Beta": stage, **manifest["artifacts"]})
    write(tmp_path / "Old.template.json", template())  # of an earlier synthesis

    found = names(read_sources(tmp_path), tmp_path)

    assert found == ["Shop.template.json", "assembly-Beta/BetaShop.template.json"]


def test_assembly_in_a_folder_is_read_as_one(tmp_path: Path) -> None:
    shop(tmp_path / "cdk.out")
    write(tmp_path / "web" / "manifest.json", {"name": "an app of the browser"})
    write(tmp_path / "web" / "orders.json", template())

    found = names(read_sources(tmp_path), tmp_path)

    assert found == ["cdk.out/Shop.template.json", "web/orders.json"]


def test_parameters_have_values_in_an_assembly_too(tmp_path: Path) -> None:
    source = {
        **template(Orders=function(MemorySize={"Ref": "Size"})),
        "Parameters": {"Size": {"Type": "Number"}},
    }
    write_manifest(tmp_path, {"Shop": write_stack(tmp_path, "Shop", source, {})})

    (found,) = read([tmp_path], parameters={"Size": "20000"}).sources

    assert [each.code for each in found.findings() if each.severity == "error"] == ["memory-size-range"]


def test_stacks_are_read_by_their_templates(tmp_path: Path) -> None:
    stacks = {name: write_stack(tmp_path, name, template(), {}) for name in ("A", "B")}
    write_manifest(tmp_path, stacks)

    found = readable(read_stacks(tmp_path, ["B.template.json"]))

    assert names(found, tmp_path) == ["B.template.json"]


@pytest.mark.parametrize("by", ["file", "hash"])
def test_nested_stack_has_its_own_constructs(tmp_path: Path, by: str) -> None:
    """By the file with the CDK CLI, by the asset's hash without: both as CDK 2.275 writes them."""
    file = "Deep.nested.template.json"
    url = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, f"/assets/{HASH}.json"]]}
    deep = nested(file) if by == "file" else nested(TemplateURL=url)
    write(tmp_path / file, template(Function=TOO_BIG, Else=function()))
    constructs: dict[str, list[tuple[str, object]]] = {
        "Shop/Deep/Function": [("logicalId", "Function")],
        "Shop/Function": [("logicalId", "Function")],
        "Shop/Deep.NestedStack/Deep.NestedStackResource": [("logicalId", "Deep")],
    }
    stack = write_stack(tmp_path, "Shop", template(Function=TOO_BIG, Deep=deep), constructs)
    write(tmp_path / "Shop.assets.json", {"files": {HASH: {"source": {"path": file}}}})
    assets = {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}}
    write_manifest(tmp_path, {"Shop": {**stack, "dependencies": ["Shop.assets"]}, "Shop.assets": assets})

    found = read_sources(tmp_path)

    assert names(found, tmp_path) == ["Shop.template.json", file]
    assert [source.stack for source in found] == ["Shop", "Shop/Deep"]
    assert [dict(source.paths) for source in found] == [
        {"Function": "Shop/Function", "Deep": "Shop/Deep.NestedStack/Deep.NestedStackResource"},
        {"Function": "Shop/Deep/Function", "Else": "Else"},
    ]


def test_nested_stacks_are_followed_and_each_is_read_once(tmp_path: Path) -> None:
    files = [f"{name}.nested.template.json" for name in ("Deep", "Deeper")]
    write(tmp_path / files[0], template(Inner=nested(files[1])))
    write(tmp_path / files[1], template(Outer=nested(files[0])))
    elsewhere = nested(TemplateURL=f"https://s3.amazonaws.com/other/{HASH}.json")
    source = template(One=nested(files[0]), Twice=nested(files[0]), Elsewhere=elsewhere)
    write_manifest(tmp_path, {"Shop": write_stack(tmp_path, "Shop", source, {})})

    assert names(read_sources(tmp_path), tmp_path) == ["Shop.template.json", *files]


@pytest.mark.parametrize(
    ("path", "stack"),
    [
        ("Shop/Deep.NestedStack/Deep.NestedStackResource", "Shop/Deep"),
        ("Shop/A/Deep.NestedStack/Deep.NestedStackResource", "Shop/A/Deep"),
        ("Shop/Deep/Function", ""),
    ],
)
def test_path_of_a_nested_stack_is_next_to_that_of_its_resource(path: str, stack: str) -> None:
    assert nested_stack(path) == stack


def test_path_is_that_of_the_template_where_the_assembly_has_none(tmp_path: Path) -> None:
    orders = {**function(), "Metadata": {"aws:cdk:path": "Shop/Orders/Resource"}}
    file = write(tmp_path / "orders.json", template(Orders=orders, Plain=resource("AWS::SNS::Topic")))

    (source,) = read_sources(file)

    assert source.paths == {"Orders": "Shop/Orders/Resource", "Plain": "Plain"}


def test_finding_has_the_path_of_the_construct(tmp_path: Path) -> None:
    (source,) = read_sources(shop(tmp_path))

    assert {(each.resource, each.path) for each in source.findings()} == {
        ("OrdersFunction", "Shop/Orders/Function")
    }


@pytest.mark.parametrize("path", ["Shop/Orders/Function", "Shop/Orders", "Shop"])
def test_rule_is_acknowledged_at_the_construct_or_above(tmp_path: Path, path: str) -> None:
    assert acknowledgement(shop(tmp_path, (path, {CODE: "it is so"}))) == "it is so"


@pytest.mark.parametrize(
    "acknowledged",
    [
        ("Shop/Order", {CODE: "another construct"}),
        ("Shop/Orders/Function/Version", {CODE: "below"}),
        ("Shop/Orders", {"lambda-constructs::timeout-range": "another rule"}),
        ("Shop/Orders", {f"{CODE}[x]": "one subject"}),
        ("Shop/Orders", {"AwsSolutions::memory-size-range": "another tool"}),
    ],
)
def test_rule_is_not_acknowledged_elsewhere(tmp_path: Path, acknowledged: tuple[str, dict[str, str]]) -> None:
    assert acknowledgement(shop(tmp_path, acknowledged)) is None


def test_reason_is_that_of_the_closest_acknowledgement(tmp_path: Path) -> None:
    folder = shop(tmp_path, ("Shop", {CODE: "far"}), ("Shop/Orders", {CODE: "near"}))

    assert acknowledgement(folder) == "near"


def test_acknowledged_warning_of_a_construct_is_acknowledged(tmp_path: Path) -> None:
    assert acknowledgement(shop(tmp_path, ("Shop/Orders", {ANNOTATION: "known"}))) == "known"


def test_warnings_of_our_constructs_are_known_by_path(tmp_path: Path) -> None:
    constructs: dict[str, list[tuple[str, object]]] = {
        "Shop/Orders": [("warning", "too long; shorten it [ack: lambda-constructs:timeout-above-usual]")],
        "Shop/Other": [("warning", "not ours [ack: @aws-cdk/core:other]"), ("warning", "without an id")],
        "Shop/Known": [("acknowledged-rules", {ANNOTATION: "known", "Other::rule": "no"})],
    }
    write_manifest(tmp_path, {"Shop": write_stack(tmp_path, "Shop", template(), constructs)})

    (source,) = read_sources(tmp_path)

    assert {path: codes for path, codes in source.constructs.warned.items() if codes} == {
        "Shop/Orders": {"timeout-above-usual"},
        "Shop/Known": {"memory-size-range"},
    }


def test_metadata_within_the_manifest_is_read_too(tmp_path: Path) -> None:
    stack = write_stack(tmp_path, "Shop", template(OrdersFunction=TOO_BIG), {})
    del stack["additionalMetadataFile"]
    entries = [
        {"type": "aws:cdk:logicalId", "data": "OrdersFunction"},
        {"type": "aws:cdk:acknowledged-rules", "data": {CODE: "old style"}},
    ]
    write_manifest(tmp_path, {"Shop": {**stack, "metadata": {"/Shop/Orders": entries}}})

    assert acknowledgement(tmp_path) == "old style"


def test_finding_about_the_whole_template_is_at_its_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = stack_resources_near_maximum
    monkeypatch.setattr("lambda_constructs.audit.CATALOGUE", {rule.code: rule})
    topics = {f"T{number}": resource("AWS::SNS::Topic") for number in range(480)}
    stack = write_stack(tmp_path / "cdk.out", "Shop", template(**topics), {})
    write_manifest(tmp_path / "cdk.out", {"Artifact": {**stack, "displayName": "Beta/Shop"}})
    write(tmp_path / "plain.json", template(**topics))

    found = {source.name: [each.path for each in source.findings()] for source in read_sources(tmp_path)}

    plain = (tmp_path / "plain.json").as_posix()
    assert found == {
        (tmp_path / "cdk.out" / "Shop.template.json").as_posix(): ["Beta/Shop"],
        plain: [plain],
    }


def test_ancestors_of_a_path_come_closest_first() -> None:
    assert list(ancestors("Shop/Orders/Function")) == ["Shop/Orders/Function", "Shop/Orders", "Shop"]
    assert list(ancestors("")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("orders.json", "{"),
        ("orders.json", '{"name": "orders"}'),
        ("orders.json", '{"Resources": null}'),
        ("orders.json", '["Resources"]'),
        ("orders.json", "[" * 100_000),
        ("orders.yaml", "a: ["),
        ("orders.yaml", ""),
        ("orders.yaml", "Resources: []"),
    ],
)
def test_file_that_is_no_template_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)

    with pytest.raises(UnreadableError, match=name):
        read_sources(file)


def test_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe{}")

    for name in ("missing.json", "binary.json"):
        with pytest.raises(UnreadableError, match=name):
            read_sources(tmp_path / name)


def test_folder_without_a_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="it contains no template"):
        read_sources(tmp_path)


def test_assembly_without_stacks_has_nothing_to_judge(tmp_path: Path) -> None:
    assert read_sources(write_manifest(tmp_path, {"Tree": {"type": "cdk:tree"}})) == []


@pytest.mark.parametrize("content", [{}, {"Outputs": {}}, {"Parameters": {}, "Rules": {}}])
def test_template_without_resources_is_one_in_which_nothing_is_found(
    tmp_path: Path, content: dict[str, object]
) -> None:
    stack = write_stack(tmp_path, "Empty", content, {})
    outer = template(Deep=nested("Deep.nested.template.json"))
    write(tmp_path / "Deep.nested.template.json", content)
    write_manifest(tmp_path, {"Empty": stack, "Outer": write_stack(tmp_path, "Outer", outer, {})})

    found = read_sources(tmp_path)

    assert len(found) == 3
    assert not any(source.findings() for source in found)
    assert read_sources(tmp_path / "Empty.template.json")[0].findings() == []


def test_broken_template_in_a_folder_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text("Resources: [")

    with pytest.raises(UnreadableError, match=r"orders\.yaml"):
        read_sources(tmp_path)


@pytest.mark.parametrize("missing", ["Shop.template.json", "Shop.metadata.json"])
def test_assembly_that_is_not_whole_is_refused(tmp_path: Path, missing: str) -> None:
    (shop(tmp_path) / missing).unlink()

    with pytest.raises(UnreadableError, match=missing):
        read_sources(tmp_path)


def test_every_command_says_the_same_of_an_assembly_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traffic = write(tmp_path / "traffic.json", {"Shop": {"requests": 1}})
    commands: dict[str, Callable[[str], int]] = {
        "audit": lambda path: audit([path]),
        "compliance": lambda path: compliance(["report", path]),
        "plan": lambda path: plan([path, path]),
        "sizing": lambda path: sizing(["cost", path, "--traffic", str(traffic)]),
    }
    outer = template(Deep=nested("Deep.nested.template.json"))
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}}
    for file, content, reason in (
        ("", "", "No such file or directory"),
        ("manifest.json", "{", "not valid JSON"),
        ("stage/manifest.json", None, "No such file or directory"),
        ("stage/manifest.json", "{", "not valid JSON"),
        ("stage/Shop.template.json", "[]", "not a CloudFormation template"),
        ("stage/Shop.metadata.json", "{", "not valid JSON"),
        ("stage/Deep.nested.template.json", None, "No such file or directory"),
    ):
        folder = tmp_path / "cdk.out"
        if file:
            write(folder / "cdk.out", {"version": "55.0.0"})
            write(folder / "stage" / "Deep.nested.template.json", template())
            write_manifest(folder / "stage", {"Shop": write_stack(folder / "stage", "Shop", outer, {})})
            write_manifest(folder, {"stage": stage})
            (folder / file).unlink() if content is None else (folder / file).write_text(content)
        for name, command in commands.items():
            assert command(str(folder)) in (1, 2), (name, file)
            said = "".join(capsys.readouterr())
            missing = folder / ("manifest.json" if name == "compliance" else "")
            assert f"{folder / file if file else missing}: {reason}" in said, (name, said)


JUNK: tuple[object, ...] = (None, 1, [[]], {"a": 1}, {"a": [1]}, "", "\0")


def test_no_part_of_an_assembly_that_is_malformed_crashes_or_hides_the_rest(tmp_path: Path) -> None:
    whole = shop(tmp_path / "whole", ("Shop", {CODE: "it is so"}))
    write(tmp_path / "whole" / "Shop.assets.json", {"files": {HASH: {"source": {"path": "n.json"}}}})
    shop(tmp_path / "whole" / "stage")
    manifest = json.loads((whole / "manifest.json").read_text())
    manifest["artifacts"] |= {
        "Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
        "stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}},
    }
    manifest["artifacts"]["Shop"]["dependencies"] = ["Shop.assets"]
    write(whole / "manifest.json", manifest)
    for name in ("manifest.json", "Shop.metadata.json", "Shop.assets.json"):
        file = whole / name
        written = json.loads(file.read_text())
        for path in paths(written):
            for junk in JUNK:
                file.write_text(json.dumps(replaced(written, path, lambda _, junk=junk: junk)))
                if name == "Shop.metadata.json":
                    read_compliance_of(whole)
                reading = read([whole])
                for source in reading.sources:
                    for place in ("Shop", "Shop/Orders/Function"):
                        source.constructs.reason(place, CODE)
                        source.constructs.has_warned(place, "memory-size-range")
                kept = name == "manifest.json" and path[:2] == ("artifacts", "stage")
                assert not kept or reading.sources[0].file.parent == whole
        write(file, written)


def read_compliance_of(folder: Path) -> None:
    with contextlib.suppress(UnreadableError):
        as_markdown(read_compliance(folder))
