"""The audit has nothing against what the constructs accept, but for the warnings that are listed here."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from lambda_constructs import (
    CognitoTrigger,
    ConfigurationError,
    EventHandler,
    HttpFunction,
    KafkaConsumer,
    MqConsumer,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs.audit import audit
from tests.support import ROOT, new_stack
from tests.test_bad_values import WORKLOADS
from tests.test_public_api import keywords
from tests.variants import VARIANTS

SNAPSHOTS: Final = ROOT / "tests" / "snapshots" / "__snapshots__" / "test_snapshots"
# What the audit says of templates that the constructs make: a user's choice, or not known before deployment.
EXPECTED: Final = {
    ("function-url-public", "warning"),
    ("record-age-above-retention", "undecided"),
    ("timeout-above-idle-timeout", "undecided"),
}
EVERYTHING: Final[dict[str, type[ProductionFunction]]] = {
    "function_everything_on": ProductionFunction,
    "worker_everything_on": SqsWorker,
    "events_everything_on": EventHandler,
    "stream_everything_on": StreamConsumer,
    "stream_kinesis_everything_on": StreamConsumer,
    "kafka_everything_on": KafkaConsumer,
    "broker_everything_on": MqConsumer,
    "job_everything_on": ScheduledJob,
    "http_everything_on": HttpFunction,
    "http_rest_everything_on": HttpFunction,
    "http_url_everything_on": HttpFunction,
    "cognito_everything_on": CognitoTrigger,
}


def objections(name: str, template: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(each.code, each.severity) for each in audit(name, template)}


def test_the_audit_has_nothing_against_the_templates_of_the_variants() -> None:
    found = {
        path.name: objections(path.name, template)
        for path in sorted(SNAPSHOTS.glob("*.json"))
        if "Resources" in (template := json.loads(path.read_text()))
    }

    assert len(found) > len(VARIANTS) / 2
    assert set().union(*found.values()) == EXPECTED


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERYTHING)
def test_the_audit_has_nothing_against_any_option(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = EVERYTHING[name]
    needed = {"code", "handler", "runtime", *WORKLOADS[kind]}
    own, given, accepted = {*keywords(kind)}, set[str](), 0
    build = kind.__init__

    def init_with(chosen: str) -> Callable[..., None]:
        def init(self: Any, scope: Any, construct_id: str, **options: Any) -> None:
            given.update(options)
            build(
                self,
                scope,
                construct_id,
                **{key: options[key] for key in options if key in (*needed, chosen)},
            )

        return init

    def template(chosen: str) -> Mapping[str, Any]:
        stack = new_stack()
        monkeypatch.setattr(kind, "__init__", init_with(chosen))
        try:
            VARIANTS[name](stack)
        except ConfigurationError:
            return {"Resources": {}}  # the option needs another one
        nonlocal accepted
        accepted += 1
        return assertions.Template.from_stack(stack).to_json()

    assert objections("Shop", template("")) <= EXPECTED
    options = sorted(given if kind is ProductionFunction else given & own)
    found = {option: objections("Shop", template(option)) - EXPECTED for option in options}
    assert {option: codes for option, codes in found.items() if codes} == {}
    assert accepted > len(options) / 2


@pytest.mark.slow
@pytest.mark.parametrize("stack", sorted(path.parent.name for path in (ROOT / "examples").glob("*/stack.py")))
def test_the_audit_has_nothing_against_the_examples(stack: str) -> None:
    module = importlib.import_module(f"examples.{stack}.stack")
    (kind,) = (
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, cdk.Stack) and each.__module__ == module.__name__
    )
    template = assertions.Template.from_stack(kind(cdk.App(analytics_reporting=False), "Shop")).to_json()

    assert objections(stack, template) <= EXPECTED
