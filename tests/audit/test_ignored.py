"""What is right as it is, by the ignore file or by the app: with a reason, and never more than was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_constructs.audit.findings import id_of
from lambda_constructs.audit.ignored import Ignore, read_ignores
from lambda_constructs.audit.report import Report, make_report
from lambda_constructs.rules import environment, ranges
from lambda_constructs.template.files import UnreadableError
from tests.audit.assemblies import TOO_BIG, read_sources, shop, write
from tests.audit.support import function, template

pytestmark = pytest.mark.usefixtures("two_rules")
CODE = "memory-size-range"
ENTRY = Ignore(code=CODE, resource="OrdersFunction", reason="a managed instance")


def report(folder: Path, *ignores: Ignore) -> Report:
    return make_report(read_sources(folder), ignores)


def test_file_has_entries_with_reasons(tmp_path: Path) -> None:
    file = tmp_path / "ignore.toml"
    file.write_text(
        f'[[ignore]]\ncode = "{CODE}"\nresource = "Shop/Orders/Function"\nreason = "why"\n'
        '[[ignore]]\ncode = "secret-in-environment[DB_PASSWORD]"\nresource = "A"\n'
        'template = "b"\nreason = "c"\n'
    )

    assert read_ignores(file) == [
        Ignore(code=CODE, resource="Shop/Orders/Function", reason="why"),
        Ignore(code="secret-in-environment[DB_PASSWORD]", resource="A", template="b", reason="c"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[ignore]]\ncode = "memory-size-range"\nresource = "A"', "entry 1: it needs a reason"),
        ('[[ignore]]\ncode = "memory-size-range"\nresource = "A"\nreason = " "', "it needs a reason"),
        ('[[ignore]]\ncode = "memory-size-range"\nreason = "a"', "it needs a resource"),
        ('[[ignore]]\nresource = "A"\nreason = "a"', "it needs a code"),
        ('[[ignore]]\ncode = "memory"\nresource = "A"\nreason = "a"', "there is no rule 'memory'"),
        ('[[ignore]]\ncode = "*"\nresource = "A"\nreason = "a"', r"there is no rule '\*'"),
        ('[[ignore]]\ncode = 1\nresource = "A"\nreason = "a"', "every value must be a string"),
        ('[[ignore]]\ncodes = "a"\nreason = "a"', "unknown codes"),
        ("ignore = [1]", "entry 1: every value must be a string"),
        ("ignore = 1", "may contain only"),
        ("[[ignored]]", "may contain only"),
        ("[[ignore", "not valid TOML"),
    ],
)
def test_file_that_says_something_else_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "ignore.toml"
    file.write_text(text)

    with pytest.raises(UnreadableError, match=rf"ignore\.toml: .*{message}"):
        read_ignores(file)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"ignore\.toml"):
        read_ignores(tmp_path / "ignore.toml")


@pytest.mark.parametrize("resource", ["OrdersFunction", "Shop/Orders/Function"])
def test_entry_is_about_a_resource_by_logical_id_or_path(tmp_path: Path, resource: str) -> None:
    found = report(shop(tmp_path), Ignore(code=CODE, resource=resource, reason="why"))

    assert [(each.finding.code, each.reason, each.in_source) for each in found.ignored] == [
        (CODE, "why", False)
    ]
    assert (found.findings, found.unused) == ([], [])


@pytest.mark.parametrize("resource", ["Orders", "Shop/Orders", "OrdersFunction2", "*", "ordersfunction"])
def test_entry_is_about_that_resource_only(tmp_path: Path, resource: str) -> None:
    entry = Ignore(code=CODE, resource=resource, reason="why")

    found = report(shop(tmp_path), entry)

    assert [each.code for each in found.findings] == [CODE]
    assert (found.ignored, found.unused) == ([], [entry])


def test_entry_is_about_that_code_only(tmp_path: Path) -> None:
    entry = Ignore(code="timeout-range", resource="OrdersFunction", reason="why")

    found = report(shop(tmp_path), entry)

    assert [each.code for each in found.findings] == [CODE]
    assert found.unused == [entry]


def test_entry_is_about_one_template_if_it_names_one(tmp_path: Path) -> None:
    files = [write(tmp_path / name / "orders.json", template(Orders=TOO_BIG)) for name in ("a", "b")]
    whole, name, other = (
        Ignore(code=CODE, resource="Orders", reason="why", template=each)
        for each in (files[0].as_posix(), "orders.json", "orders")
    )

    assert [each.template for each in report(tmp_path, whole).findings] == [files[1].as_posix()]
    assert len(report(tmp_path, name).ignored) == 2
    assert report(tmp_path, other).unused == [other]


def test_acknowledgement_of_the_app_counts_as_ignored(tmp_path: Path) -> None:
    found = report(shop(tmp_path, ("Shop/Orders", {f"lambda-constructs::{CODE}": "it is so"})))

    assert [(each.finding.code, each.reason, each.in_source) for each in found.ignored] == [
        (CODE, "it is so", True)
    ]
    assert found.findings == []


def test_entry_for_what_the_app_acknowledges_is_used(tmp_path: Path) -> None:
    folder = shop(tmp_path, ("Shop/Orders", {f"lambda-constructs::{CODE}": "it is so"}))

    found = report(folder, ENTRY)

    assert [each.reason for each in found.ignored] == ["it is so"]
    assert found.unused == []


def test_heuristic_rule_is_ignored_for_one_subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = environment.secret_in_environment
    monkeypatch.setattr("lambda_constructs.audit.CATALOGUE", {rule.code: rule})
    variables = {"DB_PASSWORD": "hunter2", "API_PASSWORD": "hunter2"}
    write(tmp_path / "orders.json", template(Orders=function(Environment={"Variables": variables})))
    one, all_of_them = (
        Ignore(code=f"secret-in-environment{subject}", resource="Orders", reason="why")
        for subject in ("[DB_PASSWORD]", "")
    )

    found = report(tmp_path, one, all_of_them)

    assert [id_of(each) for each in found.findings] == ["secret-in-environment[API_PASSWORD]"]
    assert [id_of(each.finding) for each in found.ignored] == ["secret-in-environment[DB_PASSWORD]"]
    assert found.unused == [all_of_them]


@pytest.mark.parametrize(
    ("subject", "rule_id"),
    [
        ("DB_PASSWORD", "secret-in-environment[DB_PASSWORD]"),
        ("a]b: c", "secret-in-environment[a-b--c]"),
    ],
)
def test_id_of_a_heuristic_rule_is_one_that_cdk_takes(subject: str, rule_id: str) -> None:
    assert environment.secret_in_environment.id(subject) == rule_id


def test_id_of_another_rule_is_its_code() -> None:
    assert ranges.memory_size_range.id("MemorySize") == CODE
