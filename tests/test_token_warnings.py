"""The warning about a value that is known only at deployment names the field of the option that has it."""

from __future__ import annotations

import dataclasses
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from lambda_constructs import Canary, ConfigurationError
from lambda_constructs.core.option_types import Kinds, kinds_of
from tests.support import new_stack
from tests.test_bad_values import FIELDS, SCALARS, Member, build

LATER = "known only at deployment"


def token(kinds: Kinds) -> Member | None:
    """A text, a number or a duration that is known only at deployment, alone or in a list."""
    for kind in kinds:
        held = kind.items[0].name if kind.name == "Sequence" else kind.name
        if held in SCALARS and SCALARS[held][-1][0] == "a token":
            label, make = SCALARS[held][-1]
            return label, (lambda scope, make=make: [make(scope)]) if kind.name == "Sequence" else make
    return None


def later(stack: cdk.Stack) -> list[str]:
    """What the warnings of a stack say is known only at deployment."""
    found = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    texts = [str(each.entry.data) for each in found]
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


def test_a_rollout_that_is_known_only_at_deployment_is_refused_by_its_field() -> None:
    for name, kind in (("percentage", "int"), ("interval", "Duration")):
        stack = new_stack()
        given: dict[str, Any] = {name: SCALARS[kind][-1][1](stack)}
        with pytest.raises(ConfigurationError, match=rf"rollout\.{name} is {LATER}"):
            build(FIELDS[1][0], stack, {"rollout": Canary(**given)})
