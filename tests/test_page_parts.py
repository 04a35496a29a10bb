"""Every page of tutorial and how-to guides says what you get, and what it creates, costs and breaks.

`pytest tests/test_page_parts.py --snapshot-update` writes the facts from templates, prices and rules.
"""

from __future__ import annotations

import re

import pytest

from docs.site.facts import pages, template
from docs.site.sources import DOCS
from tests.runbooks import PARTS

COMMENT = re.compile(r"<!---.*?-->", re.DOTALL)
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
AMOUNT = re.compile(r"\$\d")
FACTS = re.compile(r"<!--- (?:created|cost|prices|codes): .*?<!--- end -->", re.DOTALL)


def test_facts_are_current(pytestconfig: pytest.Config) -> None:
    for page, text in pages().items():
        if pytestconfig.getoption("update_snapshots"):
            page.write_text(text)
        assert page.read_text() == text, page.name


def test_every_page_has_its_parts_in_order() -> None:
    lacking = []
    for page in pages():
        text = COMMENT.sub("", page.read_text())
        first = re.sub(r"^# .*\n+", "", text)
        headings = re.findall(r"^## (.*)$", FENCE.sub("", text), re.MULTILINE)
        found = [heading for heading in headings if heading in PARTS]
        says = [re.search(rf"^## {part}\n+(?!#|\Z)", text, re.MULTILINE) for part in PARTS]
        if (
            not re.match(r"(?!```)[A-Za-z`\[]", first)
            or not FENCE.search(text)
            or found != [*PARTS]
            or None in says
        ):
            lacking.append((page.name, found))

    assert lacking == []


def test_amounts_of_money_are_from_the_prices_of_the_package() -> None:
    """The commands and files of pages have amounts too: other tests compare them."""
    written = []
    for page in pages():
        text = FENCE.sub("", FACTS.sub("", page.read_text()))
        written += [(page.name, line) for line in text.splitlines() if AMOUNT.search(line)]

    assert written == []


def test_every_resource_of_a_template_is_counted() -> None:
    page = (DOCS / "how-to" / "sqs.md").read_text()
    counted = re.search(
        r"(\d+) resources: (.*?)\.\s+All\s+workloads\s+of\s+a\s+stack\s+share (\d+) more", page, re.DOTALL
    )
    assert counted is not None

    assert int(counted[1]) + int(counted[3]) == len(template("worker_defaults")["Resources"])
    assert sum(map(int, re.findall(r"(\d+)\s`", counted[2]))) == int(counted[1])
