"""Stacks that are too large, or will soon be."""

from __future__ import annotations

import pytest

from tests.audit.support import findings, found, resource, template

CODES = ("stack-resources-maximum", "stack-resources-near-maximum")
TOPIC = resource("AWS::SNS::Topic")


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (449, []),
        (450, [("stack-resources-near-maximum", "warning", "template.json")]),
        (500, [("stack-resources-near-maximum", "warning", "template.json")]),
        (501, [("stack-resources-maximum", "error", "template.json")]),
    ],
)
def test_a_stack_has_500_resources(resources: int, expected: list[tuple[str, str, str]]) -> None:
    source = template(**{f"Topic{number}": TOPIC for number in range(resources)})

    assert found(source, *CODES) == expected


def test_the_finding_is_about_the_template() -> None:
    (finding,) = findings(template(**{f"Topic{number}": TOPIC for number in range(501)}), *CODES)

    assert (finding.path, finding.location) == ("template.json", "")
