"""Defaults of a company: property injectors of CDK, and roles that another team creates."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import EventHandler, SqsWorker
from tests.support import basics, new_stack, resources, worker
from tests.test_bad_values import WORKLOADS
from tests.test_bad_values import build as build_any
from tests.workloads import ARN, build

KEY: Final = ARN.format("kms", "key/0a1b2c3d-0000-4000-8000-000000000000")


@jsii.implements(cdk.IPropertyInjector)
class Injector:
    """Changes the options of each object of a class."""

    def __init__(self, injection_id: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._id = injection_id
        self._change = change

    @property
    def construct_unique_id(self) -> str:
        return self._id

    def inject(self, original_props: Any, *, scope: object, id: str) -> Any:  # noqa: A002, ARG002 - CDK's
        return self._change(original_props)


def test_role_may_use_the_key_with_which_a_company_encrypts_every_queue() -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", KEY)
    encryption = {"encryption": sqs.QueueEncryption.KMS, "encryptionMasterKey": key}
    cdk.PropertyInjectors.of(stack).add(
        Injector(sqs.Queue.PROPERTY_INJECTION_ID, lambda props: {**props, **encryption})
    )
    for kind in (SqsWorker, EventHandler):
        build(kind, Construct(stack, kind.__name__))

    found = resources(stack)

    queues = [each["Properties"] for each in found.values() if each["Type"] == "AWS::SQS::Queue"]
    assert {each["KmsMasterKeyId"] for each in queues} == {KEY}
    roles = {name: json.dumps(each) for name, each in found.items() if name.rpartition("OrdersRole")[1]}
    assert len(roles) == 2
    assert {name for name, each in roles.items() if KEY not in each} == set()


@pytest.mark.slow
def test_injector_that_changes_nothing_leaves_every_template_as_it_is() -> None:
    def synthesize(ids: set[str]) -> dict[str, Any]:
        stack = new_stack()
        cdk.PropertyInjectors.of(stack).add(*(Injector(each, lambda props: props) for each in ids))
        for kind in WORKLOADS:
            build_any(kind, Construct(stack, kind.__name__), {})
        return resources(stack)

    expected = synthesize(set())

    services = [module for name, module in list(sys.modules.items()) if name.startswith("aws_cdk.aws_")]
    classes = [each for service in services for each in vars(service).values() if isinstance(each, type)]
    found = {getattr(each, "PROPERTY_INJECTION_ID", None) for each in classes}
    assert lambda_.Function.PROPERTY_INJECTION_ID in found
    assert synthesize({each for each in found if isinstance(each, str)}) == expected


def test_alarm_that_a_company_renames_is_refused_if_a_rollout_watches_it() -> None:
    stack = new_stack()
    name = {"alarmName": cdk.PhysicalName.GENERATE_IF_NEEDED}
    cdk.PropertyInjectors.of(stack).add(
        Injector(cloudwatch.Alarm.PROPERTY_INJECTION_ID, lambda props: {**props, **name})
    )
    worker(stack)

    with pytest.raises(RuntimeError, match="lambda-constructs::rollout-alarm-missing"):
        resources(stack)


def test_roles_of_another_team_work_for_created_and_for_given_functions() -> None:
    app = cdk.App(analytics_reporting=False)
    names = {"Roles/Role": "given", "Shop/Orders/Role": "orders", "Shop/Orders/RolloutRole": "rollout"}
    iam.Role.customize_roles(app, use_precreated_roles=names)
    stack = cdk.Stack(app, "Shop")
    service = iam.ServicePrincipal("lambda.amazonaws.com")
    role = iam.Role(cdk.Stack(app, "Roles"), "Role", assumed_by=service)

    worker(stack)
    worker(stack, "Given", role=role)
    given = lambda_.Function(stack, "Function", **basics(), role=role, memory_size=512)
    SqsWorker(stack, "Adopted", function=given)

    found = resources(stack, "AWS::Lambda::Function").values()
    assert sorted(str(each["Properties"]["Role"]).rpartition("role/")[2][:5] for each in found) == [
        "given",
        "given",
        "order",
    ]
