"""The age of records in templates, against the retention of their stream."""

from __future__ import annotations

from typing import Any

from tests.audit.support import arn, findings, ref
from tests.rules.streams import AGE, KAFKA, SOURCE, TABLE, shop, verdict

STREAM = arn("Stream")
FAN = {"Fn::GetAtt": ["Fan", "ConsumerARN"]}


def check(code: str, expected: list[tuple[Any, Any, Any, str | None]]) -> None:
    for source, age, hours, severity in expected:
        shopping = shop({SOURCE: source, AGE: age}, RetentionPeriodHours=hours)
        assert verdict(shopping, code) == severity, (source, age, hours)


def test_record_age_above_the_retention() -> None:
    check(
        "record-age-above-retention",
        [
            (STREAM, 86_401, None, "error"),
            (FAN, 86_401, None, "error"),
            (TABLE, 86_401, None, "error"),
            (STREAM, 172_801, 48, "error"),
            (STREAM, 3_600, ref("Open"), "undecided"),
            (STREAM, ref("Open"), None, "undecided"),
            (ref("Text"), 3_600, None, "undecided"),
            (STREAM, 86_400, None, None),
            (TABLE, 86_400, None, None),
            (STREAM, 172_800, "48", None),
            (STREAM, None, None, None),
            (KAFKA, 604_800, None, None),
        ],
    )


def test_record_age_that_equals_the_retention() -> None:
    check(
        "record-age-equals-retention",
        [
            (STREAM, 86_400, None, "warning"),
            (TABLE, 86_400, None, "warning"),
            (STREAM, 172_800, "48", "warning"),
            (TABLE, 86_399, None, None),
            (TABLE, 86_401, None, None),
            (STREAM, 86_400, ref("Open"), None),
            (STREAM, -1, None, None),
        ],
    )


def test_the_finding_is_about_the_stream() -> None:
    problems = findings(shop({AGE: 86_401}), "record-age-above-retention")

    assert [each.about for each in problems] == [("Stream",)]
