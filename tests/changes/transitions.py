"""A transition: a workload with one option, and the same workload with another value of this option."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

from aws_cdk import aws_cognito as cognito
from constructs import Construct

from lambda_constructs import CognitoTrigger, HttpFunction, ProductionFunction
from tests.support import Resource, basics, new_stack, resources
from tests.workloads import NEEDED

Make = Callable[[Construct], Any]
Values = Mapping[str, Any]
"""Options by name; a function makes the value in the stack, None leaves the option out."""

WORKLOADS: Mapping[type[ProductionFunction], Values] = {
    **NEEDED,
    HttpFunction: {},
    CognitoTrigger: {
        "user_pool": lambda scope: cognito.UserPool(scope, "MyPool"),
        "operation": cognito.UserPoolOperation.PRE_SIGN_UP,
    },
}


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A change of one option of a deployed workload.

    Attributes:
        kind: The workload.
        option: The option, or the field of one as "Canary.percentage".
        before: The options that the workload was deployed with.
        after: The options that it is deployed with now.
    """

    kind: type[ProductionFunction]
    option: str
    before: Values
    after: Values

    def templates(self) -> tuple[dict[str, Resource], dict[str, Resource]]:
        """The resources of both templates."""
        given = any(each is not None for each in self.before.values())
        before = synthesized(self.kind, self.before) if given else defaults(self.kind)
        return before, synthesized(self.kind, self.after)


def option(
    kind: type[ProductionFunction], name: str, before: object, after: object, **also: Any
) -> Transition:
    """A change of an option, with other options that stay."""
    return Transition(kind=kind, option=name, before={**also, name: before}, after={**also, name: after})


def field(
    kind: type[ProductionFunction],
    name: str,
    of: type,
    changed: str,
    *values: object,
    within: Callable[..., Any] = lambda value: value,
    **also: Any,
) -> Transition:
    """A change from one value to another of a field of an option, or of what the option holds `within`."""
    before, after = values

    def holding(value: object) -> Values:
        return {name: lambda scope: within(of(**made(scope, {**also, changed: value})))}

    return Transition(
        kind=kind, option=f"{of.__name__}.{changed}", before=holding(before), after=holding(after)
    )


def made(scope: Construct, values: Values) -> dict[str, Any]:
    """The values that are given, in a stack."""
    found = {
        name: value(scope) if isinstance(value, FunctionType) else value for name, value in values.items()
    }
    return {name: value for name, value in found.items() if value is not None}


@cache
def defaults(kind: type[ProductionFunction]) -> dict[str, Resource]:
    """The resources of a stack with one workload as it comes."""
    return synthesized(kind, {})


def synthesized(kind: type[ProductionFunction], values: Values) -> dict[str, Resource]:
    """The resources of a stack with one workload."""
    stack = new_stack()
    given = made(stack, values)
    needed = {name: value for name, value in WORKLOADS[kind].items() if name not in given}
    code: Mapping[str, Any] = {} if "function" in given else basics()
    kind(stack, "Orders", **{**code, **made(stack, needed), **given})
    return resources(stack)
