"""What the shop's endpoint takes, whom it signs up, which orders are placed and how its books are judged."""

import importlib
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from examples.all_in_one import count, orders
from examples.all_in_one.handlers import HANDLERS
from examples.all_in_one.orders import Books, Fate, Order

Import: TypeAlias = Callable[[str, str], ModuleType]
ORDER = {"order_id": "o-1", "customer": "c-1", "items": [{}]}
THOUSAND = orders.orders(1_000, prefix="order")


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Import:
    """Imports a handler's module as Lambda does: with the directory of its example first."""

    def module(example: str, name: str) -> ModuleType:
        monkeypatch.syspath_prepend(HANDLERS[example])
        return importlib.import_module(name)

    return module


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("", 400, "not JSON"),
        ("<order/>", 400, "not JSON"),
        ("[]", 422, "a JSON object"),
        (json.dumps({**ORDER, "order_id": " "}), 422, "order_id must be"),
        (json.dumps({**ORDER, "order_id": 7}), 422, "order_id must be"),
        (json.dumps({**ORDER, "customer": None}), 422, "customer must be"),
        (json.dumps({**ORDER, "items": {}}), 422, "items must be"),
        (json.dumps({**ORDER, "items": []}), 422, "items must be"),
        (json.dumps({**ORDER, "note": "é" * 32 * 1024}), 422, "at most 65536 bytes"),
    ],
)
def test_what_is_plainly_no_order_is_refused_at_the_door(
    handler: Import, body: str, status: int, reason: str
) -> None:
    incoming = handler("all_in_one", "incoming")

    with pytest.raises(incoming.RefusedError, match=reason) as refused:
        incoming.order_id_of(body)

    assert refused.value.status == status


def test_the_door_answers_with_the_id_of_the_order(handler: Import) -> None:
    assert handler("all_in_one", "incoming").order_id_of(json.dumps(ORDER)) == "o-1"


@pytest.mark.parametrize("address", ["somebody@mailinator.com", "somebody@YOPmail.com"])
def test_a_throw_away_address_does_not_sign_up(handler: Import, address: str) -> None:
    sign_ups = handler("all_in_one", "sign_ups")

    with pytest.raises(sign_ups.ThrowAwayAddressError, match=address):
        sign_ups.handler({"request": {"userAttributes": {"email": address}}}, None)


@pytest.mark.parametrize("address", ["somebody@example.com", "mailinator.com@example.com"])
def test_another_sign_up_passes_as_it_is(handler: Import, address: str) -> None:
    event = {"request": {"userAttributes": {"email": address}}, "response": {"autoConfirmUser": False}}

    assert handler("all_in_one", "sign_ups").handler(event, None) is event


def test_a_report_adds_up_by_another_attribute(handler: Import) -> None:
    reports = handler("daily_report", "reports")
    items = [
        {"order_id": "o-1", "customer": "c-1", "total": Decimal("1.10")},
        {"order_id": "o-2", "customer": "c-2", "total": Decimal(3)},
        {"order_id": "o-3", "customer": "c-1", "total": Decimal("2.20")},
    ]

    report = reports.Report.of(
        reports.day_before("2026-05-02T00:30:00Z"), items, by="customer", amount="total"
    )

    assert report.title == "2026-05-01: 3 orders, 6.30 EUR"
    sums = {"c-1": {"orders": 2, "revenue": "3.30"}, "c-2": {"orders": 1, "revenue": "3"}}
    assert report.document() == {"day": "2026-05-01", "customers": sums}
    with pytest.raises(reports.InvalidOrderError, match="order o-4: the total must be a number, not None"):
        reports.Report.of(report.day, [{"order_id": "o-4", "customer": "c-1"}], by="customer", amount="total")


def test_a_thousand_orders_are_the_promised_mixture() -> None:
    assert Counter(order.fate for order in THOUSAND) == {
        Fate.STORED: 980,
        Fate.REFUSED: 10,
        Fate.DEAD_LETTERED: 10,
    }
    assert len({order.order_id for order in THOUSAND}) == 1_000
    assert {order.customer for order in THOUSAND} == set(orders.CUSTOMERS)
    assert orders.orders(1_000, prefix="order") == THOUSAND


def test_the_door_answers_every_order_as_expected(handler: Import) -> None:
    incoming = handler("all_in_one", "incoming")
    for order in THOUSAND:
        try:
            status = 202 if incoming.order_id_of(order.body) == order.order_id else 500
        except incoming.RefusedError as refused:
            status = refused.status
        assert status == order.status


def test_the_worker_takes_or_rejects_what_the_door_lets_in_as_expected(handler: Import) -> None:
    worker = handler("order_worker", "orders")
    reasons = set()
    for order in THOUSAND:
        if order.fate is Fate.STORED:
            parsed = worker.Order.parse(order.body)
            assert (parsed.order_id, parsed.customer, parsed.total) == (
                order.order_id,
                order.customer,
                order.total,
            )
        elif order.fate is Fate.DEAD_LETTERED:
            with pytest.raises(worker.InvalidOrderError) as error:
                worker.Order.parse(order.body)
            reasons.add(str(error.value))
    assert len(reasons) == 4


PLACED = [
    Order("o-1", "a", "{}", Fate.STORED, 202, Decimal("1.50")),
    Order("o-2", "b", "{}", Fate.STORED, 202, Decimal("2.75")),
    Order("o-3", "a", "{}", Fate.STORED, 202, Decimal("0.50")),
    Order("o-4", "a", "{}", Fate.DEAD_LETTERED, 202, Decimal()),
    Order("o-5", "b", "", Fate.REFUSED, 400, Decimal()),
]
WANTED = Books(
    answers={202: 4, 400: 1},
    stored={"o-1": Decimal("1.50"), "o-2": Decimal("2.75"), "o-3": Decimal("0.50")},
    dead_lettered={"o-4"},
    # Points are those of each order: 1.50 and 0.50 are one and none, not two.
    scores={"a": (2, 1), "b": (1, 2)},
    reports={"a": (2, Decimal("2.00")), "b": (1, Decimal("2.75"))},
    mails=(3, Decimal("4.75")),
)
TABLE = [
    {"order_id": id_, "total": total} for id_, total in (("o-1", "1.5"), ("o-2", "2.75"), ("o-3", "0.5"))
]
SCORES = [{"customer": "a", "orders": "2", "points": "1"}, {"customer": "b", "orders": "1", "points": "2"}]
REPORTS = [
    {"day": "2026-05-01", "customers": {"a": {"orders": 1, "revenue": "1.50"}}},
    {
        "day": "2026-05-02",
        "customers": {"a": {"orders": 1, "revenue": "0.50"}, "b": {"orders": 1, "revenue": "2.75"}},
    },
]
SUBJECTS = ["2026-05-01: 1 orders, 1.50 EUR", "2026-05-02: 2 orders, 3.25 EUR"]


def books(**changed: Any) -> Books:
    evidence: dict[str, Any] = {
        "answers": [202, 400, 202, 202, 202],
        "table": TABLE,
        "dead_letters": ['{"order_id": "o-4"}'],
        "scores": SCORES,
        "reports": REPORTS,
        "subjects": SUBJECTS,
        "unscored": 0,
    }
    return orders.books(**evidence | changed)


def test_the_expectation_is_what_a_right_run_leaves_behind_also_over_midnight() -> None:
    assert orders.expected(PLACED) == WANTED
    assert orders.mismatches(WANTED, books()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"answers": [202] * 5}, "expected answers: {202: 4, 400: 1}, found: {202: 5}"),
        ({"table": TABLE[1:]}, "expected stored: {'o-1': Decimal('1.50')}, found: {}"),
        ({"dead_letters": []}, "expected dead-lettered: ['o-4'], found: []"),
        (
            {"scores": [{**SCORES[0], "points": "2"}, SCORES[1]]},
            "expected scores: {'a': (2, 1)}, found: {'a': (2, 2)}",
        ),
        (
            {"reports": REPORTS[1:]},
            "expected reports: {'a': (2, Decimal('2.00'))}, found: {'a': (1, Decimal('0.50'))}",
        ),
        ({"subjects": SUBJECTS[:1]}, "expected mails: (3, Decimal('4.75')), found: (1, Decimal('1.50'))"),
        ({"unscored": 1}, "expected unscored: 0, found: 1"),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert orders.mismatches(WANTED, books(**changed)) == [said]


def test_resources_are_counted_by_the_construct_that_holds_them() -> None:
    paths = [
        "AllInOne/Api/Function/Resource",
        "AllInOne/Api/Role/Resource",
        "AllInOne/Worker/Queue/Resource",
        "AllInOne/Orders/Resource",
        "AllInOne/LambdaConstructs/Application/Resource",
        "AllInOne/BucketNotificationsHandler050a0587/Resource",
    ]
    resources = {str(number): {"Metadata": {"aws:cdk:path": path}} for number, path in enumerate(paths)}

    counted = count.count({"Resources": resources})

    assert {name: number for name, number in counted.items() if number} == {
        "Api": 2,
        "Worker": 1,
        count.SHARED: 2,
        count.OTHERS: 1,
        count.TOTAL: 6,
    }
    assert count.rows(counted)[-1] == ("in total", 6, "of 500 that CloudFormation allows")
