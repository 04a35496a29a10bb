"""Stacks with the bundle alone."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import Canary, Durable, EventHandler, EventRule, ProductionFunction, SmokeTest
from tests.support import basics, code
from tests.variants.options import everything


def function_defaults(stack: cdk.Stack) -> None:
    """`ProductionFunction` as it comes."""
    ProductionFunction(stack, "Orders", **basics())


def function_everything_on(stack: cdk.Stack) -> None:
    """`ProductionFunction` with every option."""
    ProductionFunction(stack, "Orders", **everything(stack))


def function_hooks(stack: cdk.Stack) -> None:
    """`ProductionFunction` with a smoke test before and a function of the user after the traffic."""
    check = ProductionFunction(stack, "Check", **basics())
    test = SmokeTest(payload={"ping": True}, expect={"ping": True})
    ProductionFunction(
        stack,
        "Orders",
        code=code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        rollout=Canary(before_traffic=test, after_traffic=check.function),
    )


def function_durable(stack: cdk.Stack) -> None:
    """A durable function, started by events: its failed events go to its dead-letter queue."""
    EventHandler(
        stack,
        "Orders",
        source=EventRule(pattern=events.EventPattern(source=["shop"])),
        durable=Durable(execution_timeout=cdk.Duration.days(30), retention_period=cdk.Duration.days(7)),
        **basics(),
    )


VARIANTS = (
    function_defaults,
    function_everything_on,
    function_hooks,
    function_durable,
)
