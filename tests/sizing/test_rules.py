"""Every rule of sizing draws its line where its reason draws it, and says so in one form."""

from __future__ import annotations

import inspect
import re

import pytest

from lambda_constructs.rules.rule import CATALOGUE, Rule
from lambda_constructs.sizing import checks
from tests.rules.case import Case
from tests.sizing.cases import ALWAYS_REFUSE, CASES

RULES = [
    value
    for name in checks.__all__
    for value in vars(getattr(checks, name)).values()
    if isinstance(value, Rule)
]
ACCEPTED = [case for case in CASES if case.accepted]
REFUSED = [case for case in CASES if not case.accepted]
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
VIOLATIONS = pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_accepts(case: Case) -> None:
    assert case.verdict is None


@VIOLATIONS
def test_refuses_in_one_line_and_says_what_to_do(case: Case) -> None:
    wrong, _, advice = str(case.verdict).partition("; ")

    assert case.verdict is not None
    assert len(wrong.split()) >= 2
    assert len(advice.split()) >= 2
    assert re.match(r"[a-z]|\d", wrong)
    assert "\n" not in str(case.verdict)
    assert not str(case.verdict).endswith((".", " ", "!"))


def test_table_refuses_something_by_every_rule() -> None:
    assert {case.rule.code for case in REFUSED} == {rule.code for rule in RULES}


def test_table_accepts_something_by_every_rule_that_does_not_always_refuse() -> None:
    always = {rule.code for rule in ALWAYS_REFUSE}

    assert {case.rule.code for case in ACCEPTED} == {rule.code for rule in RULES} - always


@EACH_RULE
def test_only_the_rules_marked_so_cannot_accept(rule: Rule[...]) -> None:
    assert ("return None" in inspect.getsource(rule.check)) == (rule not in ALWAYS_REFUSE)


@EACH_RULE
def test_rule_has_a_code_a_reason_and_a_source(rule: Rule[...]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.code)
    assert re.match(r"[A-Z].*[^.]\.$", rule.why)
    assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[A-Za-z0-9/_-]+\.html", rule.source)
    assert rule.check.__doc__


def test_no_two_rules_share_a_code() -> None:
    codes = [rule.code for rule in RULES]
    others = {code for code, rule in CATALOGUE.items() if rule not in RULES}

    assert len(codes) == len(set(codes))
    assert others.isdisjoint(codes)
