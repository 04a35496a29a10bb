"""What a change of each option does: docs/reference/changes.md, and that no change loses or repeats work.

`pytest --snapshot-update` writes the page anew.
"""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import Final

import botocore.session
import pytest

from lambda_constructs import ProductionFunction
from lambda_constructs.audit.source import Source
from lambda_constructs.plan.stacks import effects as plan_effects
from lambda_constructs.plan.stacks import work_at_risk
from lambda_constructs.template.changes import changes
from lambda_constructs.template.files import UnreadableError
from tests.changes import events, functions, requests, sources
from tests.changes.effects import FUNCTION, VERSION, Effect, Resources, effect, noun, one_way
from tests.changes.page import page, sections
from tests.changes.transitions import WORKLOADS, Transition
from tests.support import ROOT
from tests.test_public_api import BY_KEYWORD, CONSTRUCTS, keywords, section

pytestmark = pytest.mark.slow

PAGE: Final = ROOT / "docs" / "reference" / "changes.md"
TRANSITIONS: Final[tuple[Transition, ...]] = (
    *functions.TRANSITIONS,
    *sources.TRANSITIONS,
    *events.TRANSITIONS,
    *requests.TRANSITIONS,
)
# They have no fields that reach a template of their own, or are results.
WITHOUT: Final = {"Alarms", "ApiFunction", "PythonCode", "QueueTrigger", "StreamTrigger"}
# `advice` is a sentence for the reader of the template; `route` is in `HttpFunction.routes`.
NOT_CHANGED: Final = {"ProvisionedConcurrency.advice", "ApiRoute.route"}
# An acknowledgement is metadata of the assembly.
NOT_IN_TEMPLATES: Final = {"regulated"}
# The findings of the plan about resources that are replaced or removed, besides `replaced`.
REMOVED: Final = {"alarm-removed", "data-deleted", "data-left", "mapping-refused", "mapping-replays"}
Pair = tuple[Resources, Resources]


@cache
def pairs() -> list[tuple[Transition, Pair]]:
    """Both templates of every transition; they are made once."""
    return [(each, each.templates()) for each in TRANSITIONS]


@cache
def effects() -> dict[tuple[type[ProductionFunction], str], Effect]:
    """What a change of each option does; of several transitions of an option, all that they do."""
    found: dict[tuple[type[ProductionFunction], str], Effect] = {}
    for each, (before, after) in pairs():
        key = each.kind, each.option
        found[key] = found.get(key, Effect()) | effect(before, after)
    return found


def test_the_page_is_current(pytestconfig: pytest.Config) -> None:
    text = page(effects())
    if pytestconfig.getoption("update_snapshots"):
        PAGE.write_text(text)

    assert PAGE.read_text() == text


def test_every_option_and_every_field_of_one_has_a_row() -> None:
    options = {(kind, name) for kind in WORKLOADS for name in keywords(kind)}
    fields = {
        f"{kind.__name__}.{name}"
        for kind in BY_KEYWORD
        if kind not in CONSTRUCTS
        and not kind.__module__.startswith("lambda_constructs.sizing")
        and kind.__name__ not in WITHOUT
        for name in keywords(kind)
    }
    found = set(effects())

    assert options - found == set()
    assert fields - {name for _, name in found} == NOT_CHANGED
    assert {name for (_, name), each in effects().items() if not each.updated} == NOT_IN_TEMPLATES


def test_no_change_deletes_what_holds_data() -> None:
    assert {key: each.lost for key, each in effects().items() if each.lost} == {}


def test_an_option_that_leaves_work_behind_says_so() -> None:
    silent = []
    for (kind, name), each in effects().items():
        of, _, last = name.rpartition(".")
        owner = next(found for found in BY_KEYWORD if found.__name__ == (of or kind.__name__))
        left = each.replays or any("queue" in noun or noun == "table" for noun in each.kept)
        if left and "replace" not in section(owner, "Args")[last]:
            silent.append(name)

    assert silent == []


def test_only_another_starting_position_is_refused_by_aws() -> None:
    refused = {name for (_, name), each in effects().items() if each.taken}

    assert refused == {"starting_position", "starting_position_timestamp"}


def test_a_version_is_published_if_and_only_if_lambda_publishes_one() -> None:
    lambda_api = botocore.session.get_session().get_service_model("lambda")
    published = {"code"} | {
        member.lower()
        for what in ("Code", "Configuration")
        for member in lambda_api.operation_model(f"UpdateFunction{what}").input_shape.members
    }
    wrong = []
    for each, (before, after) in pairs():
        found = changes(before, after).values()
        own = [one for one in found if one.type == FUNCTION and one.id.startswith("OrdersFunction")]
        expected = any(
            one.action != "update" or published & {name.lower() for name in one.properties} for one in own
        )
        versions = [one for one in found if one.type == VERSION and one.action == "create"]
        if expected != bool(versions):
            wrong.append((each.kind.__name__, each.option))

    assert wrong == []


def test_the_plan_of_a_deployment_says_what_the_table_says() -> None:
    wrong = []
    for each, pair in pairs():
        for before, after in (pair, pair[::-1]):
            expected, changed = one_way(before, after), changes(before, after)
            plan = plan_effects({"Resources": before}, {"Resources": after})
            said = [one for one in plan if not one.resource.startswith("My")]
            answers = {
                "data-deleted": bool(expected.lost),
                "data-left": bool(expected.kept),
                "mapping-refused": bool(expected.taken),
                "mapping-replays": expected.replays and not expected.taken,
                "new-version": expected.version or "alias" in expected.replaced,
            }
            found = {one.code for one in said}
            replaced = {noun(changed[one.resource]) for one in said if one.code == "replaced"}
            gone = replaced | {noun(changed[one.resource]) for one in said if one.code in REMOVED}
            given = {noun(one) for one in changed.values() if one.id.startswith("My")}
            if (
                found & answers.keys() != {code for code, answer in answers.items() if answer}
                or not replaced - given <= expected.replaced <= gone
            ):
                wrong.append((each.kind.__name__, each.option, found, replaced, expected.replaced))

    assert wrong == []


def test_a_synthesis_warns_of_what_the_table_says_and_names_its_section(tmp_path: Path) -> None:
    wrong = []
    deployed = tmp_path / "Shop.json"
    for each, pair in pairs():
        for before, after in (pair, pair[::-1]):
            expected = one_way(before, after)
            deployed.write_text(json.dumps({"Resources": before}))
            new = Source(file=Path("Shop.json"), text="", template={"Resources": after}, stack="Shop")
            found = [one for one in work_at_risk(tmp_path, [new]) if not isinstance(one, UnreadableError)]
            said = " ".join(one.message for one in found if not one.path.startswith("Shop/My"))
            missing = [one for one in sections(expected) if one.partition("(")[2] not in said]
            if missing or (said and not [*sections(expected)]):
                wrong.append((each.kind.__name__, each.option, missing, said))

    assert wrong == []


def test_a_shared_option_does_the_same_in_every_workload() -> None:
    different = []
    for each in functions.OPTIONS:
        expected = effects()[ProductionFunction, each.option]
        for kind in WORKLOADS:
            found = effect(*dataclasses.replace(each, kind=kind).templates())
            if vars(dataclasses.replace(found, replaced=expected.replaced)) != vars(expected):
                different.append((kind.__name__, each.option, found))

    assert different == []
