"""Classes that users derive from a workload: house defaults, mixins, generics, methods that they override."""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, TypeVar

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from lambda_constructs import SqsWorker
from tests.support import basics, new_stack, only

T = TypeVar("T")


class Named:
    """A mixin."""

    node: Any

    def name(self) -> str:
        return f"the worker {self.node.id}"


class HouseWorker(Named, SqsWorker, Generic[T]):
    """A worker with defaults of a company."""

    def __init__(
        self, scope: Construct, construct_id: str, *, team: str, memory_size: int = 1024, **options: Any
    ) -> None:
        super().__init__(scope, construct_id, memory_size=memory_size, **{**basics(), **options})
        self.team = team
        self.granted: list[iam.IGrantable] = []

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        self.granted.append(grantee)
        return super().grant_invoke(grantee)


class Misnamed(SqsWorker):
    """A worker that assigns an attribute which a function of CDK has."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, **basics())
        self.env = "production"  # type: ignore[misc,assignment] # that is the test


def test_a_subclass_is_a_workload_with_its_own_defaults_and_methods() -> None:
    stack = new_stack()
    orders = partial(HouseWorker[str], team="shop")(stack, "Orders", timeout=cdk.Duration.seconds(7))
    rate = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
    scheduler.Schedule(stack, "Hourly", schedule=rate, target=targets.LambdaInvoke(orders))

    assert (orders.name(), orders.team) == ("the worker Orders", "shop")
    assert len(orders.granted) == 1
    function = only(stack, "AWS::Lambda::Function")
    assert (function["MemorySize"], function["Timeout"]) == (1024, 7)


def test_an_attribute_that_a_function_of_cdk_has_is_not_assigned() -> None:
    with pytest.raises(AttributeError, match="property 'env' of 'Misnamed' object has no setter"):
        Misnamed(new_stack(), "Orders")
