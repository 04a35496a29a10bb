"""The audit over templates that nobody here wrote: it finds what was judged by hand, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_constructs.audit import audit
from tests.audit.corpus.sample import TEMPLATES, judged, load


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_every_finding_is_judged(file: Path) -> None:
    found = audit(file.name, load(file))

    assert sorted((each.code, each.resource) for each in found if each.severity != "undecided") == sorted(
        (each.code, each.resource) for each in judged() if each.template == file.name
    )


def test_every_judgement_has_a_verdict_and_a_reason() -> None:
    assert {each.verdict for each in judged()} <= {"true", "false"}
    assert all(each.reason for each in judged())


def test_findings_that_are_not_to_the_point_are_few() -> None:
    wrong = sum(each.verdict == "false" for each in judged())

    assert wrong / len(judged()) < 0.05
