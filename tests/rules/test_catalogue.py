"""The catalogue as its readers see it: all messages together, all of one form."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion

from lambda_constructs.rules.rule import CATALOGUE, Rule
from tests.rules.case import Case
from tests.rules.messages import REFUSED, messages

RULES = pytest.mark.parametrize("rule", CATALOGUE.values(), ids=CATALOGUE.keys())
VIOLATIONS = pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)


def test_catalogue(snapshot: SnapshotAssertion) -> None:
    catalogue = {
        code: {
            "severity": rule.severity,
            "why": rule.why,
            "source": rule.source,
            "messages": messages(code),
        }
        for code, rule in CATALOGUE.items()
    }

    assert catalogue == snapshot


@VIOLATIONS
def test_violation_starts_in_lower_case_or_with_a_number(case: Case) -> None:
    assert re.match(r"[a-z]|\d", str(case.verdict))


@VIOLATIONS
def test_violation_says_what_to_do_after_a_semicolon(case: Case) -> None:
    wrong, _, advice = str(case.verdict).partition("; ")

    assert len(wrong.split()) >= 2
    assert len(advice.split()) >= 2


@VIOLATIONS
def test_violation_is_one_line_without_a_period(case: Case) -> None:
    message = str(case.verdict)

    assert not message.endswith((".", " ", "!"))
    assert "\n" not in message


@RULES
def test_code_is_kebab_case(rule: Rule[...]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.code)


@RULES
def test_source_is_a_page_of_aws_documentation(rule: Rule[...]) -> None:
    assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[A-Za-z0-9/_-]+\.html", rule.source)


@RULES
def test_reason_is_a_sentence(rule: Rule[...]) -> None:
    assert re.match(r"([A-Z]|jsii ).*[^.]\.$", rule.why)


@RULES
def test_declared_check_is_described_by_what_it_allows(rule: Rule[...]) -> None:
    assert rule.check.__doc__
