"""No stack that somebody else writes fails a synthesis because a plugin cannot judge it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions, cloudformation_include
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import LambdaRules
from lambda_constructs.audit.command import main
from lambda_constructs.rules.catalogue import CATALOGUE
from lambda_constructs.rules.rule import Place
from tests.support import worker


def empty(app: cdk.App) -> None:
    cdk.Stack(app, "Other")


def output(app: cdk.App) -> None:
    cdk.CfnOutput(cdk.Stack(app, "Other"), "Output", value="x")


def parameter(app: cdk.App) -> None:
    cdk.CfnParameter(cdk.Stack(app, "Other"), "Parameter")


def condition_and_mapping(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Other")
    cdk.CfnCondition(stack, "Condition", expression=cdk.Fn.condition_equals("a", "b"))
    cdk.CfnMapping(stack, "Mapping", mapping={"a": {"b": "c"}})


def nested(app: cdk.App) -> None:
    cdk.NestedStack(cdk.NestedStack(cdk.Stack(app, "Other"), "Nested"), "Deeper")


def in_stage(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Beta")
    cdk.NestedStack(cdk.Stack(stage, "Other"), "Nested")
    cdk.Stack(stage, "Empty")


def legacy(app: cdk.App) -> None:
    cdk.Stack(app, "Other", synthesizer=cdk.LegacyStackSynthesizer())


def child(app: cdk.App) -> None:
    cdk.Stack(cdk.Stack(app, "Other"), "Child")


def included(app: cdk.App) -> None:
    file = Path(app.outdir).parent / "included.json"
    file.write_text(json.dumps({"Outputs": {"Output": {"Value": "x"}}}))
    cloudformation_include.CfnInclude(cdk.Stack(app, "Other"), "Include", template_file=str(file))


def transform(app: cdk.App) -> None:
    cdk.Stack(app, "Other").add_transform("AWS::SecretsManager-2020-07-23")


STACKS = (
    empty,
    output,
    parameter,
    condition_and_mapping,
    nested,
    in_stage,
    legacy,
    child,
    included,
    transform,
)


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("build", STACKS, ids=lambda build: build.__name__)
def test_stack_without_resources_is_one_in_which_nothing_is_found(
    tmp_path: Path, build: Callable[[cdk.App], None], *, everywhere: bool
) -> None:
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), analytics_reporting=False)
    if everywhere:
        cdk.Validations.of(app).add_plugins(LambdaRules())
    worker(cdk.Stack(app, "Shop"))
    build(app)

    app.synth()

    assert "not-judged" not in (tmp_path / "cdk.out" / "validation-report.json").read_text()
    assert main([str(tmp_path / "cdk.out")]) == 0


def test_template_of_any_stack_can_be_read_next_to_an_empty_one() -> None:
    app = cdk.App(analytics_reporting=False)
    shop, other = cdk.Stack(app, "Shop"), cdk.Stack(app, "Other")
    worker(shop)

    assert assertions.Template.from_stack(shop).to_json()["Resources"]
    assert "Resources" not in assertions.Template.from_stack(other).to_json()


def break_template(folder: Path) -> None:
    (folder / "Other.template.json").write_text("[]")


def break_json(folder: Path) -> None:
    (folder / "Other.template.json").write_text("{")


def remove_template(folder: Path) -> None:
    (folder / "Other.template.json").unlink()


def remove_metadata(folder: Path) -> None:
    (folder / "Other.metadata.json").unlink()


def remove_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def judge(
    app: cdk.App, plugin: LambdaRules, damage: Callable[[Path], None]
) -> cdk.PolicyValidationPluginReport:
    """What a plugin reports once an assembly is damaged after its synthesis."""
    damage(Path(app.synth().directory))
    templates = [str(Path(app.outdir) / f"{name}.template.json") for name in ("Shop", "Other")]
    return plugin.validate(cast(cdk.IPolicyValidationContext, Context(app, templates)))


class Context:
    """What CDK hands to a plugin."""

    def __init__(self, app: Construct, templates: list[str]) -> None:
        self.app_construct = app
        self.template_paths = templates


@pytest.mark.parametrize(
    "damage", [break_template, break_json, remove_template, remove_metadata, remove_manifest]
)
def test_template_that_cannot_be_read_is_reported_and_fails_nothing(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    sqs.Queue(cdk.Stack(app, "Shop"), "Queue")
    sqs.Queue(cdk.Stack(app, "Other"), "Queue")

    report = judge(app, LambdaRules(), damage)

    assert report.success
    assert [(each.rule_name, each.severity) for each in report.violations] == [("not-judged", "warning")]


def test_rule_that_crashes_is_reported_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: object) -> list[Place]:
        raise KeyError("Timeout")

    monkeypatch.setattr(CATALOGUE["timeout-range"], "places", crash)
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    worker(cdk.Stack(app, "Shop"))

    app.synth()

    report = json.loads((tmp_path / "validation-report.json").read_text())
    (plugin,) = (each for each in report["pluginReports"] if each["pluginName"] == "lambda-constructs")
    (violation,) = plugin["violations"]
    assert violation["ruleName"] == "not-judged"
    assert "KeyError" in violation["description"]
    assert violation["violatingConstructs"][0]["constructPath"] == "Shop"
