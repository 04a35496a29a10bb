"""The catalogue as its readers see it: all messages together, all of one form, in the reader's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

import lambda_constructs
from lambda_constructs.rules.catalogue import CATALOGUE
from lambda_constructs.rules.environment import secret_in_environment
from lambda_constructs.rules.ranges import Range, timeout_range
from lambda_constructs.rules.rule import Words
from tests.rules.case import Case
from tests.rules.messages import REFUSED, messages, of_options

# Words of both: a class of this library, and a property or a value of one.
SHARED_NAMES = ("MemorySize", "Timeout", "AllAtOnce")
OUR_NAMES = [
    name for name in dir(lambda_constructs) if name not in SHARED_NAMES and re.search("[a-z][A-Z]", name)
]
# What only people know who write Python with this library: keywords, and its and CDK's classes.
PYTHON = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\b\w+=\w|\b(Duration|Code|QueueEncryption|StreamViewType)\.|"
    rf"\b({'|'.join(OUR_NAMES)})\b"
)
# What only people know who write templates: properties, but not the names of classes and of AWS's actions.
PROPERTY = re.compile(r"(?<![\w.:/'\"<-])[A-Z][a-z]+[A-Z]\w+(?![\w(.])")
NOT_PROPERTIES = frozenset(
    {*dir(lambda_constructs), "CloudFormation", "CodeDeploy", "CloudWatch", "SnapStart", "DynamoDB"}
    | {"EventBridge", "RabbitMQ", "ActiveMQ", "JavaScript", "PowerUserAccess", "ListenerCondition"}
)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def refused() -> Iterator[tuple[Case, str]]:
    """Every message: about options where constructors ask the rule, about properties where templates are."""
    for case in REFUSED:
        if of_options(case.rule):
            yield case, str(case.verdict)
        if case.rule.places is not None:
            yield case, str(case.of_template)


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


def test_message_says_what_is_wrong_and_after_a_semicolon_what_to_do_in_one_line() -> None:
    for case, message in refused():
        wrong, _, advice = message.partition("; ")

        assert re.match(r"[a-zA-Z]|\d|'", message), case.name
        assert len(wrong.split()) >= 2, case.name
        assert len(advice.split()) >= 2, case.name
        assert not message.endswith((".", " ", "!")), case.name
        assert "\n" not in message, case.name


def test_message_about_a_template_uses_the_names_of_templates() -> None:
    found = {
        case.name: python
        for case in REFUSED
        if case.rule.places is not None and (python := PYTHON.findall(QUOTED.sub("", str(case.of_template))))
    }

    assert found == {}


def test_message_about_options_uses_the_names_of_options() -> None:
    found = {
        case.name: properties
        for case in REFUSED
        if of_options(case.rule)
        and (properties := set(PROPERTY.findall(QUOTED.sub("", str(case.verdict)))) - NOT_PROPERTIES)
    }

    assert found == {}


def test_code_source_and_reason_have_their_form() -> None:
    for code, rule in CATALOGUE.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", code)
        assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[A-Za-z0-9/_-]+\.html", rule.source), code
        assert re.match(r"([A-Z]|jsii ).*[^.]\.$", rule.why), code
        assert rule.check.__doc__, code


def test_rule_cannot_use_a_word_that_it_does_not_declare() -> None:
    words = Words({"timeout": ("timeout", "Timeout")}, template=True)

    assert words.timeout == "Timeout"
    with pytest.raises(AttributeError, match="the rule does not name 'memory'"):
        _ = words.memory


def test_acknowledgement_of_a_rule_that_judges_by_names_is_for_one_subject() -> None:
    assert secret_in_environment.id("DB PASSWORD") == "secret-in-environment[DB-PASSWORD]"
    assert timeout_range.id("DB PASSWORD") == "timeout-range"


def test_the_demand_of_a_rule_is_its_docstring_or_else_its_reason() -> None:
    for rule in CATALOGUE.values():
        assert rule.demand == " ".join(str(rule.check.__doc__).split()), rule.code

    without = replace(timeout_range, check=lambda *_: None)  # python -OO removes docstrings
    assert without.demand == timeout_range.why


def test_the_message_of_a_range_begins_with_the_option_that_constructors_convert() -> None:
    ranges = [rule for rule in CATALOGUE.values() if isinstance(rule, Range)]

    assert ranges
    for each in ranges:
        assert str(each(each.high + 1)).startswith(f"{each.option} is {each.high + 1}"), each.code
