"""Ids of any characters work in every workload, and templates in every partition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import aws_cdk as cdk
import pytest
from constructs import Construct

from lambda_constructs import Canary, SmokeTest
from lambda_constructs.audit import audit
from tests.support import flags, new_stack, resources
from tests.test_bad_values import WORKLOADS, build
from tests.variants import VARIANTS

IDS: Final = ("My Orders", "Bestellung Ä", "注文", "a/b", "A\nB\x7f", "${x}*?'\"", "x" * 300)
# botocore: iam policyDocumentType
IN_POLICY: Final = re.compile(r"[\t\n\r\x20-\xff]*")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
GROUP_NAME: Final = re.compile(r"[A-Za-z0-9._+=,@-]{1,100}")
# What the variants import, and the layers that AWS publishes in each region.
IMPORTED: Final = re.compile(
    r"((arn:aws:apigateway:eu-west-1)?:lambda:path/2015-03-31/functions/)?"
    r"arn:aws:([a-z]+:eu-west-1|iam:):123456789012:|arn:aws[a-z-]*:lambda:.*:layer:LambdaIn"
)
SERVICE: Final = re.compile(r"[a-z0-9-]+\.amazonaws\.com")


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a template, with its place."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{path}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, f"{path}/{number}")
    elif isinstance(value, str):
        yield path, value


def faults(template: dict[str, Any]) -> Iterator[str]:
    """What AWS would refuse in one of its partitions."""
    for path, text in texts(template["Resources"]):
        in_policy = "PolicyDocument/" in path or "KeyPolicy/" in path
        if in_policy and not IN_POLICY.fullmatch(text):
            yield f"{path}: characters of {text!r}"
        if path.endswith("/AlarmName") and CONTROL.search(text):
            yield f"{path}: name {text!r}"
        if path.endswith("/DeploymentGroupName") and not GROUP_NAME.fullmatch(text):
            yield f"{path}: name {text!r}"
        if "arn:aws" in text and not IMPORTED.match(text):
            yield f"{path}: partition of {text!r}"
        if "amazonaws.com" in text and not (SERVICE.fullmatch(text) and "Principal" in path):
            yield f"{path}: domain of {text!r}"


def test_ids_of_any_characters_give_names_that_aws_accepts() -> None:
    stack = new_stack()
    rollout = Canary(before_traffic=SmokeTest())
    for number, kind in enumerate(WORKLOADS):
        scope = Construct(stack, f"{number}{IDS[number % len(IDS)]}")
        build(kind, scope, {"rollout": rollout})

    found = {"Resources": resources(stack)}

    assert list(faults(found)) == []
    assert [each.message for each in audit("Shop", found)] == []


@pytest.mark.slow
def test_every_option_works_with_every_id_in_every_partition() -> None:
    app = cdk.App(context=flags(), analytics_reporting=False)
    for name, build_variant in VARIANTS.items():
        scope: Any = Construct(cdk.Stack(app, name.replace("_", "-")), "".join(IDS[:-1]))
        build_variant(scope)

    templates = {each.stack_name: each.template for each in app.synth().stacks}

    assert {name: found for name, each in templates.items() if (found := list(faults(each)))} == {}
    assert len(templates) == len(VARIANTS)
