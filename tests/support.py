"""What most tests need: a stack, a worker in it, and a look at the template."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambda_constructs import ConfigurationError, ProductionFunction, SqsWorker

Resource = dict[str, Any]
ROOT = Path(__file__).parents[1]


class Basics(TypedDict):
    """The options that every workload needs; also options of CDK's `Function`."""

    code: lambda_.Code
    handler: str
    runtime: lambda_.Runtime


def code() -> lambda_.Code:
    """Code that never changes, so version hashes do not either."""
    return lambda_.Code.from_inline("def handler(event, context):\n    return event\n")


def basics() -> Basics:
    """The options that every workload needs."""
    return {"code": code(), "handler": "index.handler", "runtime": lambda_.Runtime.PYTHON_3_14}


def new_stack(
    *,
    context: Mapping[str, object] | None = None,
    env: cdk.Environment | None = None,
    outdir: str | None = None,
) -> cdk.Stack:
    """A stack in an app of its own."""
    app = cdk.App(context=dict(context or {}), analytics_reporting=False, outdir=outdir)
    return cdk.Stack(app, "Shop", env=env)


def worker(scope: Construct, construct_id: str = "Orders", **options: Any) -> SqsWorker:
    """A worker with options beside the basic ones."""
    return SqsWorker(scope, construct_id, **{**basics(), **options})


def function(scope: Construct, construct_id: str = "Orders", **options: Any) -> ProductionFunction:
    """A function with options beside the basic ones."""
    return ProductionFunction(scope, construct_id, **{**basics(), **options})


def resources(stack: cdk.Stack, kind: str = "") -> dict[str, Resource]:
    """The resources of a stack's template by logical id, of one type if that is given."""
    template = assertions.Template.from_stack(stack).to_json()["Resources"]
    return {name: value for name, value in template.items() if kind in ("", value["Type"])}


def only(stack: cdk.Stack, kind: str) -> Resource:
    """The properties of the one resource of a type."""
    found = resources(stack, kind)
    assert len(found) == 1, f"{len(found)} resources of {kind}"
    properties: Resource = next(iter(found.values()))["Properties"]
    return properties


def alarm(stack: cdk.Stack, name: str) -> Resource:
    """The properties of one alarm."""
    properties: Resource = next(
        each["Properties"] for key, each in resources(stack, "AWS::CloudWatch::Alarm").items() if name in key
    )
    return properties


def role_statements(stack: cdk.Stack) -> list[Resource]:
    """The statements of the execution role of `Orders`."""
    (role,) = (role for name, role in resources(stack, "AWS::IAM::Role").items() if "OrdersRole" in name)
    statements: list[Resource] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return statements


def warnings(stack: cdk.Stack) -> list[str]:
    """The ids of the warnings of a stack."""
    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    return sorted(str(each.entry.data).rpartition("[ack: ")[2].removesuffix("]") for each in found)


def assert_refused(build: Callable[..., object], rule: str, /, *fragments: str, **options: Any) -> str:
    """A construct is refused by the rule, says so in full, and leaves nothing behind."""
    stack = new_stack()
    with pytest.raises(ConfigurationError) as refusal:
        build(stack, **options)
    message = str(refusal.value)
    assert refusal.value.code == rule, message
    assert message.startswith("Shop/Orders: ")
    assert f"[{rule}] (https://" in message
    for fragment in fragments:
        assert fragment in message, message
    assert [child.node.id for child in stack.node.children] == []
    return message


def flags() -> dict[str, object]:
    """The feature flags of a new CDK project, as cdk.json of this repository has them."""
    context: dict[str, object] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return context
