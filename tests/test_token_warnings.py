"""The warning about a value that is known only at deployment names the field of the option that has it."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, cast

import aws_cdk as cdk
import pytest

from lambda_constructs import Canary, ConfigurationError, ProductionFunction, SqsWorker
from lambda_constructs.core.annotations import OptionTypes, kinds_of
from tests.support import new_stack
from tests.test_bad_values import FIELDS, SCALARS, WORKLOADS, Member, build
from tests.test_public_api import keywords

LATER = "known only at deployment"


def token(kinds: OptionTypes) -> Member | None:
    """A text, a number or a duration that is known only at deployment, alone or in a list."""
    for kind in kinds:
        held = kind.items[0].name if kind.name == "Sequence" else kind.name
        if held in SCALARS and SCALARS[held][-1][0] == "a token":
            label, make = SCALARS[held][-1]
            return label, (lambda scope, make=make: [make(scope)]) if kind.name == "Sequence" else make
    return None


def later(stack: cdk.Stack) -> list[str]:
    """What the warnings of a stack say is known only at deployment."""
    texts = [
        str(entry.data)
        for node in stack.node.find_all()
        for entry in node.node.metadata
        if entry.type == "aws:cdk:warning"
    ]
    return [text.partition(f" {LATER}")[0] for text in texts if LATER in text]


@pytest.mark.slow
def test_the_warning_about_a_token_in_a_field_names_the_field() -> None:
    unnamed: set[tuple[str, ...]] = set()
    named = 0
    for kind, option, make in FIELDS:
        for name, kinds in kinds_of(type(make(new_stack()))).items():
            if (member := token(kinds)) is None or option == "code":
                continue
            stack = new_stack()
            given: dict[str, Any] = {name: member[1](stack)}
            try:
                build(kind, stack, {option: dataclasses.replace(make(stack), **given)})
            except ConfigurationError as refusal:
                if LATER in str(refusal) and name not in str(refusal):
                    unnamed.add((kind.__name__, option, name, str(refusal)))
                continue
            warned = later(stack)
            named += bool(warned)
            if warned and not any(name in text for text in warned):
                unnamed.add((kind.__name__, option, name, *warned))

    assert unnamed == set()
    assert named > len(FIELDS)


@pytest.mark.slow
def test_the_warning_about_a_token_names_the_option() -> None:
    given: dict[object, dict[str, Any]] = {SqsWorker: {"reserved_concurrency": 5, "max_concurrency": 5}}
    others: set[tuple[str, ...]] = set()
    for kind in WORKLOADS:
        options = kinds_of(cast(Any, kind.__init__).__wrapped__)
        for name, kinds in options.items():
            if (member := token(kinds)) is None or (
                kind is not SqsWorker and name in keywords(ProductionFunction)
            ):
                continue
            stack = new_stack()
            try:
                build(kind, stack, {**given.get(kind, {}), name: member[1](stack)})
            except ConfigurationError as refusal:
                said = str(refusal).partition(": ")[2]
                warned = [said.partition(f" {LATER}")[0]] if LATER in said else []
            else:
                warned = later(stack)
            found = {each for text in warned for each in re.sub(" (is|are)$", "", text).split(" and ")}
            others |= {(kind.__name__, name, each) for each in found - {*options}}

    assert others == set()


def test_a_rollout_that_is_known_only_at_deployment_is_refused_by_its_field() -> None:
    for name, kind in (("percentage", "int"), ("interval", "Duration")):
        stack = new_stack()
        given: dict[str, Any] = {name: SCALARS[kind][-1][1](stack)}
        with pytest.raises(ConfigurationError, match=rf"rollout\.{name} is {LATER}"):
            build(FIELDS[1][0], stack, {"rollout": Canary(**given)})
