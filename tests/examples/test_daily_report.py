"""What the report's handler makes of orders, and how the driver judges what came of its starts."""

import importlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from examples.daily_report import drive
from examples.daily_report.drive import FAILED, SENT, SENT_BEFORE, Failure, Order, Outcome, Run

HANDLER = Path(drive.__file__).parent / "handler"
DAY = date(2026, 5, 1)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's own module, imported as Lambda does: with the handler's directory first."""
    monkeypatch.syspath_prepend(HANDLER)
    return importlib.import_module("reports")


@pytest.mark.parametrize(
    ("scheduled", "day"),
    [
        ("2026-05-02T05:30:00Z", "2026-05-01"),
        ("2026-05-02T00:00:00Z", "2026-05-01"),
        ("2026-05-01T23:59:59Z", "2026-04-30"),
        ("2026-03-01T05:30:00Z", "2026-02-28"),
    ],
)
def test_a_report_is_on_the_last_day_that_was_over(reports: ModuleType, scheduled: str, day: str) -> None:
    assert reports.day_before(scheduled).isoformat() == day


def item(order_id: str, product: str, amount: Any) -> dict[str, Any]:
    return {"order_id": order_id, "day": DAY.isoformat(), "product": product, "amount": amount}


def test_orders_are_added_up_exactly_and_the_best_product_is_first(reports: ModuleType) -> None:
    # With binary floating point, tea would have sold for 0.30000000000000004.
    items = [
        item("o-1", "tea", Decimal("0.1")),
        item("o-2", "coffee", Decimal("12.50")),
        item("o-3", "tea", Decimal("0.2")),
    ]

    report = reports.Report.of(DAY, items)

    assert report.title == "2026-05-01: 3 orders, 12.80 EUR"
    assert report.lines() == ["coffee: 1 orders, 12.50 EUR", "tea: 2 orders, 0.3 EUR"]
    coffee, tea = {"orders": 1, "revenue": "12.50"}, {"orders": 2, "revenue": "0.3"}
    assert report.document() == {"day": "2026-05-01", "products": {"coffee": coffee, "tea": tea}}


def test_a_day_without_orders_has_a_report(reports: ModuleType) -> None:
    report = reports.Report.of(DAY, [])

    assert (report.title, report.lines()) == ("2026-05-01: 0 orders, 0 EUR", [])


@pytest.mark.parametrize("amount", [None, "unknown"])
def test_an_order_without_an_amount_makes_the_report_fail(reports: ModuleType, amount: str | None) -> None:
    with pytest.raises(reports.InvalidOrderError, match=f"order o-1: the amount .* not {amount!r}"):
        reports.Report.of(DAY, [item("o-1", "tea", amount)])


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-05-01T12:00:00.5", "2026-05-01T12:01:00"),
        ("2026-05-01T23:48:59", "2026-05-01T23:49:59"),
        ("2026-05-01T23:49:00", "2026-05-02T00:00:00"),
        ("2026-05-01T23:59:30", "2026-05-02T00:00:30"),
    ],
)
def test_a_start_is_soon_but_not_minutes_before_midnight(now: str, start: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(start).replace(tzinfo=UTC)

    assert drive.soon(moment, after=moment) == wanted
    assert drive.soon(moment, after=wanted) == wanted + timedelta(seconds=1)


FIRST, SECOND = "2026-05-02T10:00:00Z", "2026-05-02T10:05:00Z"
ORDERS = [Order("o-1", DAY, "tea", Decimal("2.50")), Order("o-2", DAY, "tea", Decimal(7))]
RUNS = [Run(scheduled=FIRST, orders=ORDERS, repeated=1), Run(scheduled=SECOND, orders=ORDERS, reason="no")]
WANTED = Outcome(
    reports={DAY: (2, Decimal("9.50"))},
    mails={FIRST: ["2026-05-01: 2 orders, 9.50 EUR"]},
    failed={SECOND: Failure("RetriesExhausted", drive.ATTEMPTS, "no", {"scheduled_time": SECOND})},
    logged={(FIRST, SENT): 1, (FIRST, SENT_BEFORE): 1, (SECOND, FAILED): drive.ATTEMPTS},
)
REPORT = {"day": "2026-05-01", "products": {"tea": {"orders": 2, "revenue": "9.50"}}}
MAIL = {"Subject": "2026-05-01: 2 orders, 9.50 EUR", "BodyText": f"tea\n\nScheduled for {FIRST}"}
OTHER_TIME = "2026-05-04T05:30:00Z"
OTHER_MAIL = {"Subject": "of another run", "BodyText": f"tea\n\nScheduled for {OTHER_TIME}"}
LOG = [
    {"scheduled_time": FIRST, "message": SENT},
    {"scheduled_time": FIRST, "message": SENT_BEFORE},
    *[{"scheduled_time": SECOND, "message": FAILED}] * drive.ATTEMPTS,
    {"scheduled_time": OTHER_TIME, "message": SENT},
]


def record(scheduled: str) -> dict[str, Any]:
    return {
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": drive.ATTEMPTS},
        "requestPayload": {"scheduled_time": scheduled},
        "responsePayload": {"errorMessage": "no"},
    }


def outcome(**changed: Any) -> Outcome:
    evidence: dict[str, Any] = {
        "runs": RUNS,
        "reports": [REPORT, {"day": "2026-05-03", "products": {}}],
        "mails": [MAIL, OTHER_MAIL],
        "log": LOG,
        "failed": [record(SECOND), record(OTHER_TIME)],
    }
    return drive.outcome(**evidence | changed)


def test_the_expectation_is_what_right_starts_leave_behind() -> None:
    assert drive.expected(RUNS) == WANTED
    assert drive.mismatches(WANTED, outcome()) == []


def test_a_start_that_was_sent_again_is_no_failure_any_more() -> None:
    found = drive.expected([RUNS[0], replace(RUNS[1], orders=ORDERS[:1], redriven=True)])

    assert found.failed == {}
    assert found.reports == {DAY: (1, Decimal("2.50"))}
    assert found.mails[SECOND] == ["2026-05-01: 1 orders, 2.50 EUR"]
    assert (found.logged[SECOND, FAILED], found.logged[SECOND, SENT]) == (drive.ATTEMPTS, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"reports": []},
            "expected reports: {datetime.date(2026, 5, 1): (2, Decimal('9.50'))}, found: {}",
        ),
        (
            {"mails": [MAIL, MAIL]},
            f"expected mails: {dict(WANTED.mails)}, found: {{'{FIRST}': {[MAIL['Subject']] * 2}}}",
        ),
        ({"failed": []}, f"expected failed: {dict(WANTED.failed)}, found: {{}}"),
        (
            {"log": LOG[:-2]},
            f"expected logged: {{('{SECOND}', '{FAILED}'): 2}}, found: {{('{SECOND}', '{FAILED}'): 1}}",
        ),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert drive.mismatches(WANTED, outcome(**changed)) == [said]
