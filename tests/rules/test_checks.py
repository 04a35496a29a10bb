"""Every rule draws its line where AWS, or the library's own reason, draws it."""

from __future__ import annotations

import inspect

import pytest

from lambda_constructs.rules.rule import CATALOGUE, Rule, rule
from tests.rules.case import Case
from tests.rules.cases import ALWAYS_REFUSE as OF_CONSTRUCTS
from tests.rules.cases import CASES
from tests.sizing import cases as sizing

ALWAYS_REFUSE = (*OF_CONSTRUCTS, *sizing.ALWAYS_REFUSE)
ALL = (*CASES, *sizing.CASES)
ACCEPTED = [case for case in ALL if case.accepted]
REFUSED = [case for case in ALL if not case.accepted]


def codes(rules: list[Rule[...]] | tuple[Rule[...], ...]) -> set[str]:
    return {each.code for each in rules}


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_accepts(case: Case) -> None:
    assert case.verdict is None


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refuses(case: Case) -> None:
    assert case.verdict


def test_table_refuses_something_by_every_rule_of_the_catalogue() -> None:
    assert codes([case.rule for case in REFUSED]) == CATALOGUE.keys()


def test_table_accepts_something_by_every_rule_that_does_not_always_refuse() -> None:
    assert codes([case.rule for case in ACCEPTED]) == CATALOGUE.keys() - codes(ALWAYS_REFUSE)


@pytest.mark.parametrize("each", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_only_the_rules_marked_so_cannot_accept(each: Rule[...]) -> None:
    assert ("return None" in inspect.getsource(each.check)) == (each.code not in codes(ALWAYS_REFUSE))


def test_refuses_a_second_rule_with_the_code_of_another() -> None:
    before = dict(CATALOGUE)
    declare = rule("timeout-range", why="", source="")

    with pytest.raises(ValueError, match="two rules have the code 'timeout-range'"):
        declare(lambda: None)

    assert before == CATALOGUE
