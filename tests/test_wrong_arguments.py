"""What methods do with arguments of the wrong type, and constructors with scopes that are none."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from lambda_constructs import CognitoTrigger, ConfigurationError, Preset, ProductionFunction
from lambda_constructs.core.annotations import kinds_of
from lambda_constructs.core.guard import Guard
from lambda_constructs.core.option_types import check_options
from lambda_constructs.function.rollout_group import RolloutGroup
from lambda_constructs.sizing.prices import Prices
from tests.support import basics, new_stack
from tests.test_bad_values import WORKLOADS, build
from tests.test_public_api import BY_KEYWORD

WRONG: Final = (None, 5.5, object())
# What a method needs besides the wrong argument.
NEEDED: Final[dict[str, dict[str, Any]]] = {
    "add_environment": {"key": "MODE", "value": "fast"},
    "add_function": {"routes": ["GET /orders"]},
}
# Methods of a deployment group for this package itself.
INTERNAL: Final = ("allow_reading", "check_room", "run_hooks", "watch")
NOT_ARGUMENTS: Final = ("POSITIONAL_ONLY", "VAR_KEYWORD", "VAR_POSITIONAL")


def methods(kind: type) -> Iterator[tuple[str, inspect.Parameter]]:
    """The public methods of a class, without those that it inherits, with each of their parameters."""
    for name, member in vars(kind).items():
        if name[0] == "_" or not inspect.isfunction(member) or name in INTERNAL:
            continue
        if member.__module__.startswith("aws_cdk"):  # a method of the alias, which CDK checks
            continue
        for parameter in inspect.signature(member).parameters.values():
            if parameter.name not in ("self", "_") and parameter.kind.name not in NOT_ARGUMENTS:
                yield name, parameter


def called(thing: Any, method: str, parameter: inspect.Parameter, value: object) -> str:
    """What is wrong with how a method takes a value; empty if nothing is."""
    if value is None and "None" in str(parameter.annotation):
        return ""
    before = len(thing.node.children)
    member = getattr(thing, method)
    first = next(iter(inspect.signature(member).parameters.values()))
    ids = ["More"] if first.kind.name == "POSITIONAL_ONLY" else []
    try:
        member(*ids, **{**NEEDED.get(method, {}), parameter.name: value})
    except ConfigurationError as refusal:
        return "" if len(thing.node.children) == before and refusal.code == "option-type" else str(refusal)
    except Exception as error:  # noqa: BLE001 - that is what must not be
        return f"{type(error).__name__}: {error}"
    return "accepted"


def test_a_method_refuses_arguments_of_the_wrong_type_and_creates_nothing() -> None:
    faults: dict[str, str] = {}
    tried: dict[tuple[type, str, str], None] = {}
    for kind in WORKLOADS:
        for part, mro in (("", kind.__mro__), ("deployment_group", RolloutGroup.__mro__)):
            own = [owner for owner in mro if owner.__module__.startswith("lambda_constructs.")]
            wanted = [(owner, *each) for owner in own for each in methods(owner)]
            new = [each for each in wanted if (each[0], each[1], each[2].name) not in tried]
            tried |= {(owner, method, parameter.name): None for owner, method, parameter in new}
            thing: Any = made(kind, part) if new else None
            faults |= {
                f"{owner.__name__}.{method}({parameter.name}={value!r})": found
                for owner, method, parameter in new
                for value in WRONG
                if (found := called(thing, method, parameter, value))
            }

    assert faults == {}
    assert len(tried) > 15


def made(kind: type[ProductionFunction], part: str) -> object:
    stack = new_stack()
    build(kind, stack, {})
    workload = stack.node.find_child("Orders")
    return getattr(workload, part) if part else workload


def test_a_scope_that_is_no_construct_is_refused() -> None:
    for kind in WORKLOADS:
        for scope in (None, "Shop", 5, cdk.Stack, object()):
            with pytest.raises(ConfigurationError, match=r"Orders: scope is .*; pass a Stack") as refusal:
                kind(scope, "Orders", **basics())  # type: ignore[arg-type] # that is the test
            assert refusal.value.code == "option-type"


def test_a_scope_that_only_javascript_knows_is_a_construct() -> None:
    stack = new_stack()
    scope = Construct(stack, "Team").node.scope
    assert scope is not None
    build(next(iter(WORKLOADS)), scope, {})  # type: ignore[arg-type] # it has the interface only


def test_a_preset_takes_only_presets() -> None:
    for other in WRONG:
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = Preset() | other  # type: ignore[operator] # that is the test


def test_an_imported_user_pool_is_refused_in_words() -> None:
    stack = new_stack()
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_shop")
    with pytest.raises(ConfigurationError, match="user_pool is an imported UserPool; pass a UserPool that"):
        build(CognitoTrigger, stack, {"user_pool": pool})


def reach(owner: Any, found: set[Any]) -> None:
    """Add an owner of options, and the dataclasses that its options hold."""
    if owner not in found:
        found.add(owner)
        kinds = [kind for each in kinds_of(owner).values() for kind in each]
        for kind in kinds:
            kinds += kind.items
            held = vars(sys.modules[kind.owner]).get(kind.name) if kind.owner else None
            if dataclasses.is_dataclass(held):
                reach(held, found)


def test_the_annotations_of_whatever_an_option_holds_can_be_read() -> None:
    found: set[Any] = set()
    for owner in BY_KEYWORD:
        reach(owner, found)

    assert Prices in found


def test_a_class_of_another_module_with_the_name_of_an_option_is_refused() -> None:
    owners: set[Any] = set()
    for owner in BY_KEYWORD:
        reach(owner, owners)
    owners |= {cast(Any, kind.__init__).__wrapped__ for kind in WORKLOADS}
    guard = Guard(new_stack(), "Orders")
    tried, accepted = set(), set()
    for owner in owners:
        for option, kinds in kinds_of(owner).items():
            classes = [each for one in kinds for each in (one, *one.items) if each.known_as]
            for kind in classes if option[0] != "_" else ():
                other = type(kind.name, (), {})()
                value = [other] if kind not in kinds else other
                tried.add(kind.name)
                module, _, name = kind.known_as.rpartition(".")
                assert not module or hasattr(import_module(module), name), kind
                try:
                    check_options(guard, owner, {option: value})
                except ConfigurationError as refusal:
                    assert refusal.code == "option-type"  # noqa: PT017
                else:
                    accepted.add((owner, option, kind.name))

    assert accepted == set()
    assert tried >= {"Alarms", "IQueue", "Queue", "Runtime", "Duration", "Preset", "IAlarmAction"}
