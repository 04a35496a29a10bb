"""Bad values for every option of every workload: refused by a rule, or accepted and synthesized.

Nothing is between: no error of CDK, and nothing of the workload is left in the tree.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from constructs import Construct

from lambda_constructs import (
    Alarms,
    CognitoAuthorizer,
    CognitoTrigger,
    ConfigurationError,
    Cors,
    EventHandler,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    JwtAuthorizer,
    LambdaAuthorizer,
    MailReceipt,
    ProductionFunction,
    RestApiEndpoint,
    SqsPollers,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs.core.annotations import OptionTypes, kinds_of
from tests.requests.endpoints import domain, load_balancer
from tests.support import basics, new_stack
from tests.test_every_option import DATACLASSES
from tests.test_public_api import keywords
from tests.workloads import NEEDED

Make = Callable[..., Any]
Member = tuple[str, Make]


def parameter(scope: Construct, kind: str) -> cdk.CfnParameter:
    return cdk.CfnParameter(scope, f"{kind}Parameter", type=kind)


def list_parameter(scope: Construct) -> list[str]:
    return parameter(scope, "CommaDelimitedList").value_as_list


def constant(value: object) -> Member:
    return repr(value)[:40], lambda _: value


class Number(IntEnum):
    """An enum of a user."""

    MANY = 100


SCALARS: Final[dict[str, list[Member]]] = {
    "str": [
        *map(constant, ["", " ", "a\nb", "a b", "Ä'\"", "\ud800", "x" * 5000, "dummy-value-for-x"]),
        ("a token", lambda scope: parameter(scope, "String").value_as_string),
    ],
    "int": [
        *map(constant, [-1, 0, 10**9, Number.MANY]),
        ("a token", lambda scope: parameter(scope, "Number").value_as_number),
    ],
    "float": [
        *map(constant, [-1.0, 0.0, 1e300, math.nan, math.inf]),
        ("a token", lambda scope: parameter(scope, "Number").value_as_number),
    ],
    "Duration": [
        ("no time", lambda _: cdk.Duration.seconds(0)),
        ("half a second", lambda _: cdk.Duration.millis(500)),
        ("90 seconds", lambda _: cdk.Duration.seconds(90)),
        ("a century", lambda _: cdk.Duration.days(36500)),
        (
            "minutes of a token",
            lambda scope: cdk.Duration.minutes(parameter(scope, "Number").value_as_number),
        ),
        ("a token", lambda scope: cdk.Duration.seconds(parameter(scope, "Number").value_as_number)),
    ],
    "datetime": [*map(constant, [datetime(2020, 1, 1), datetime(9999, 1, 1, tzinfo=UTC)])],  # noqa: DTZ001
    "object": [*map(constant, [math.nan, {1: 2}, object(), "x" * 300_000, ""])],
}
TOO_MANY: Final = 101


def members(kinds: OptionTypes) -> Iterator[Member]:
    """Bad values of the types that an option takes."""
    for kind in kinds:
        yield from SCALARS.get(kind.name, ())
        if kind.name == "Sequence":
            yield "an empty list", lambda _: []
            if any(each.name == "str" for each in kind.items):
                yield "a list of a token", list_parameter
                yield "a token and a text", lambda scope: [*list_parameter(scope), "x"]
            yield from (
                (f"[{name}]", lambda scope, make=make: [make(scope)]) for name, make in members(kind.items)
            )
            if any(each.name == "str" for each in kind.items):
                yield "many", lambda _: [f"x{number}" for number in range(TOO_MANY)]
        if kind.name == "Mapping":
            yield "an empty mapping", lambda _: {}
            values = [*members(kind.items)][-8:]
            keys = ("", " ", "a b", "Ä", "x" * 5000)
            for key, (name, make) in [*zip(keys, values), *(("A1", each) for each in values)]:  # noqa: B905
                yield f"{{{key[:9]!r}: {name}}}", lambda scope, key=key, make=make: {key: make(scope)}


def build(kind: type[ProductionFunction], scope: Construct, options: Mapping[str, Any]) -> None:
    needed = {name: make(scope) for name, make in WORKLOADS[kind].items() if name not in options}
    kind(scope, "Orders", **{**basics(), **needed, **options})


WORKLOADS: Final[dict[type[ProductionFunction], dict[str, Make]]] = {
    **NEEDED,
    HttpFunction: {},
    CognitoTrigger: {
        "user_pool": lambda scope: cognito.UserPool(scope, "Pool"),
        "operation": lambda _: cognito.UserPoolOperation.PRE_SIGN_UP,
    },
}
FIELDS: Final[list[tuple[type[ProductionFunction], str, Make]]] = [
    *DATACLASSES,
    (SqsWorker, "alarms", lambda _: Alarms()),
    (StreamConsumer, "alarms", lambda _: Alarms()),
    (EventHandler, "alarms", lambda _: Alarms()),
    (HttpFunction, "alarms", lambda _: Alarms()),
    (SqsWorker, "provisioned_pollers", lambda _: SqsPollers(minimum=2, maximum=3)),
    (HttpFunction, "cors", lambda _: Cors(allow_origins=["https://shop.example"])),
    (HttpFunction, "endpoint", lambda _: HttpApiEndpoint()),
    (HttpFunction, "endpoint", lambda scope: HttpApiEndpoint(domain=domain(scope))),
    (HttpFunction, "endpoint", lambda _: RestApiEndpoint()),
    (HttpFunction, "endpoint", lambda scope: RestApiEndpoint(domain=domain(scope))),
    (HttpFunction, "endpoint", lambda _: FunctionUrlEndpoint()),
    (HttpFunction, "endpoint", load_balancer),
    *(
        (HttpFunction, "endpoint", lambda scope, api=api, make=make: api(authorizer=make(scope)))
        for api in (HttpApiEndpoint, RestApiEndpoint)
        for make in (
            lambda _: JwtAuthorizer(issuer="https://shop.example", audience=["shop"]),
            lambda scope: LambdaAuthorizer(function=lambda_.Function(scope, "Who", **basics())),
            lambda scope: CognitoAuthorizer(user_pool=cognito.UserPool(scope, "Pool")),
        )
    ),
    (
        EventHandler,
        "source",
        lambda scope: MailReceipt(
            rule_set=ses.ReceiptRuleSet(scope, "Rules"),
            bucket=s3.Bucket(scope, "Bucket"),
        ),
    ),
]


def variants(value: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Ways to give one field of an option, or of what it holds, a bad value."""
    for name, kinds in kinds_of(type(value)).items():
        for label, make in members(kinds):
            yield (
                f"{name}={label}",
                lambda scope, given, name=name, make=make: dataclasses.replace(given, **{name: make(scope)}),
            )
        held = getattr(value, name)
        if dataclasses.is_dataclass(held):
            for label, change in variants(held):
                yield (
                    f"{name}.{label}",
                    lambda scope, given, name=name, change=change: dataclasses.replace(
                        given, **{name: change(scope, getattr(given, name))}
                    ),
                )


def fault(kind: type[ProductionFunction], option: str, make: Make) -> str:
    """What is wrong about how a workload takes a value; empty if nothing is."""
    stack = new_stack()
    value = make(stack)
    try:
        build(kind, stack, {option: value})
    except ConfigurationError as refusal:
        left = [name for name in ("Orders", "LambdaConstructs") if stack.node.try_find_child(name)]
        if left:
            return f"left {left}: {refusal}"
        if refusal.code == "cdk-refused" or not str(refusal).startswith("Shop/Orders: "):
            return str(refusal)
        return ""
    except Exception as error:  # noqa: BLE001 - that is what must not be
        return f"{type(error).__name__}: {error}"
    try:
        assertions.Template.from_stack(stack)
    except Exception as error:  # noqa: BLE001
        # The synthesis compares the handler with the code.
        return "" if "lambda-constructs::package-handler'" in str(error) else f"synth: {error}"
    return ""


def own(kind: type[ProductionFunction]) -> dict[str, OptionTypes]:
    """The options of a workload; those of all functions only for `ProductionFunction`."""
    found = kinds_of(cast(Any, kind.__init__).__wrapped__)
    return {
        name: kinds
        for name, kinds in found.items()
        if name[0] != "_" and (kind is ProductionFunction or name in keywords(kind))
    }


@pytest.mark.parametrize("kind", WORKLOADS, ids=lambda kind: kind.__name__)
def test_a_bad_value_of_an_option_is_refused_or_works(kind: type[ProductionFunction]) -> None:
    faults = {
        f"{option}={label}": found
        for option, kinds in own(kind).items()
        for label, make in members(kinds)
        if (found := fault(kind, option, make))
    }

    assert faults == {}


@pytest.mark.slow
def test_one_bad_value_of_every_shared_option_is_refused_or_works_in_every_workload() -> None:
    faults = {
        f"{kind.__name__}({option}={label})": found
        for kind in WORKLOADS
        for option, kinds in own(ProductionFunction).items()
        for label, make in list(members(kinds))[:1]
        if (found := fault(kind, option, make))
    }

    assert faults == {}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(FIELDS)))
def test_a_bad_value_of_a_field_is_refused_or_works(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a cache may have any name
    kind, option, make = FIELDS[number]
    faults = {
        label: found
        for label, change in variants(make(new_stack()))
        if (found := fault(kind, option, lambda scope, change=change: change(scope, make(scope))))
    }

    assert faults == {}


NUMBERS: Final = {"int", "float", "Duration"}


def test_the_warning_about_a_token_names_the_option() -> None:
    silent = set()
    for kind in WORKLOADS:
        for option, kinds in own(kind).items():
            if kinds[0].name not in NUMBERS:
                continue
            stack = new_stack()
            _, token = SCALARS[kinds[0].name][-1]
            try:
                build(kind, stack, {option: token(stack)})
            except ConfigurationError as refusal:
                assert option in str(refusal), option  # noqa: PT017 - some are needed at synthesis
                continue
            found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
            texts = [str(each.entry.data) for each in found]
            if not any(option in text and "known only at deployment" in text for text in texts):
                silent.add(f"{kind.__name__}.{option}")

    assert silent == set()
