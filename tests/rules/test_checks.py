"""Every rule draws its line where AWS, or the library's own reason, draws it."""

from __future__ import annotations

import inspect

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


@pytest.mark.parametrize("code", CATALOGUE)
def test_rule_accepts_and_refuses_what_the_table_says(code: str) -> None:
    cases = [case for case in ALL if case.rule.code == code]
    wrong: list[Case] = [case for case in cases if case.accepted == bool(case.verdict)]

    assert [case.name for case in wrong] == []
    assert any(not case.accepted for case in cases)
    assert any(case.accepted for case in cases) == (code not in codes(ALWAYS_REFUSE))


def test_only_the_rules_marked_so_cannot_accept() -> None:
    cannot = {code for code, each in CATALOGUE.items() if "return None" not in inspect.getsource(each.check)}

    assert cannot == codes(ALWAYS_REFUSE)


def test_refuses_a_second_rule_with_the_code_of_another() -> None:
    before = dict(CATALOGUE)
    declare = rule("timeout-range", why="", source="")

    with pytest.raises(ValueError, match="two rules have the code 'timeout-range'"):
        declare(lambda _: None)

    assert before == CATALOGUE
