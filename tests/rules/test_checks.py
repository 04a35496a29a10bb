"""Every rule draws its line where AWS, or the library's own reason, draws it."""

from __future__ import annotations

import inspect
import re

import pytest

from lambda_constructs.rules.catalogue import CATALOGUE
from lambda_constructs.rules.rule import Rule, rule
from tests.rules.case import Case
from tests.rules.cases import ALWAYS_REFUSE as OF_CONSTRUCTS
from tests.rules.cases import CASES
from tests.sizing import cases as sizing

ALWAYS_REFUSE = (*OF_CONSTRUCTS, *sizing.ALWAYS_REFUSE)
ALL = (*CASES, *sizing.CASES)


def codes(rules: list[Rule[...]] | tuple[Rule[...], ...]) -> set[str]:
    return {each.code for each in rules}


def test_rules_accept_and_refuse_what_the_table_says() -> None:
    wrong: list[Case] = [case for case in ALL if case.accepted == bool(case.verdict)]

    assert [case.name for case in wrong] == []


def test_table_has_calls_of_every_rule_that_it_refuses_and_that_it_can_accept() -> None:
    every = set(CATALOGUE)

    assert {case.rule.code for case in ALL if not case.accepted} == every
    assert {case.rule.code for case in ALL if case.accepted} == every - codes(ALWAYS_REFUSE)


def test_only_the_rules_marked_so_cannot_accept() -> None:
    accepts = re.compile(r"return (None|\w+\()|else None")  # or the result of another function
    cannot = {code for code, each in CATALOGUE.items() if not accepts.search(inspect.getsource(each.check))}

    assert cannot == codes(ALWAYS_REFUSE)


def test_refuses_a_second_rule_with_the_code_of_another() -> None:
    before = dict(CATALOGUE)
    declare = rule("timeout-range", why="", source="")

    with pytest.raises(ValueError, match="two rules have the code 'timeout-range'"):
        declare(lambda _: None)

    assert before == CATALOGUE
