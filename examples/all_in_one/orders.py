"""The orders for the shop and its expected books, without AWS."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from examples.differences import differences

CUSTOMERS = [f"customer-{number:02}@example.com" for number in range(25)]
EVERY = 100
"""Of this many orders, the API refuses one and the worker dead-letters one."""


class Fate(Enum):
    """The expected result of an order: stored, refused by the API, or dead-lettered by the worker."""

    STORED = "valid"
    REFUSED = "invalid"
    DEAD_LETTERED = "poison"


@dataclass(frozen=True)
class Order:
    """One order to place; `status` is the expected status of the response."""

    order_id: str
    customer: str
    body: str
    fate: Fate
    status: int
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Books:
    """The state of some orders in all parts of the shop.

    Attributes:
        answers: Number of responses by status.
        stored: Total of each stored order, by id.
        dead_lettered: Ids of the orders that the worker dead-lettered.
        scores: Orders and points by customer.
        reports: Orders and totals by customer.
        mails: Orders and totals of all customers, from the emails.
        unscored: Number of records in the failure queue of the scores.
    """

    answers: Mapping[int, int]
    stored: Mapping[str, Decimal]
    dead_lettered: Collection[str]
    scores: Mapping[str, tuple[int, int]]
    reports: Mapping[str, tuple[int, Decimal]]
    mails: tuple[int, Decimal]
    unscored: int = 0


def orders(count: int, *, prefix: str) -> list[Order]:
    """Orders of all customers in turn, some invalid and some poison, the same in every call."""
    return [_order(f"{prefix}-{number:04}", number) for number in range(count)]


def _order(order_id: str, number: int) -> Order:
    customer = CUSTOMERS[number % len(CUSTOMERS)]
    item = {"sku": "coffee-1kg", "quantity": number % 5 + 1, "price": (199 + 10 * number) / 100}
    order: dict[str, Any] = {"order_id": order_id, "customer": customer, "items": [item]}
    kind, place = divmod(number, EVERY)
    if place == _INVALID_AT:
        body, status = _INVALID[kind % len(_INVALID)]
        return Order(order_id, customer, body, Fate.REFUSED, status, Decimal())
    if place == _POISON_AT:
        order["items"] = [{**item, **_POISON[kind % len(_POISON)]}]
        return Order(order_id, customer, json.dumps(order), Fate.DEAD_LETTERED, 202, Decimal())
    total = (number % 5 + 1) * Decimal(199 + 10 * number) / 100
    return Order(order_id, customer, json.dumps(order), Fate.STORED, 202, total)


_INVALID_AT, _POISON_AT = 17, 67
_INVALID = (
    ("<order/>", 400),
    ("[]", 422),
    ('{"order_id": "no-customer", "items": [{}]}', 422),
    ('{"order_id": "no-items", "customer": "c-1", "items": []}', 422),
)
_POISON: tuple[dict[str, Any], ...] = ({"quantity": 0}, {"price": -1}, {"price": 0.001}, {"sku": ""})


def expected(placed: Sequence[Order]) -> Books:
    """The expected books after these orders."""
    stored = [order for order in placed if order.fate is Fate.STORED]
    customers = {order.customer for order in stored}
    totals = {customer: [o.total for o in stored if o.customer == customer] for customer in customers}
    return Books(
        answers=Counter(order.status for order in placed),
        stored={order.order_id: order.total for order in stored},
        dead_lettered={order.order_id for order in placed if order.fate is Fate.DEAD_LETTERED},
        scores={name: (len(each), sum(map(int, each))) for name, each in totals.items()},
        reports={name: (len(each), sum(each, Decimal())) for name, each in totals.items()},
        mails=(len(stored), sum((order.total for order in stored), Decimal())),
    )


def books(
    *,
    answers: Iterable[int],
    table: Iterable[Mapping[str, Any]],
    dead_letters: Iterable[str],
    scores: Iterable[Mapping[str, Any]],
    reports: Iterable[Mapping[str, Any]],
    subjects: Iterable[str],
    unscored: int,
) -> Books:
    """Derive the books from the responses, tables, queues, reports and emails.

    Args:
        answers: Statuses of the API's responses.
        table: Items of the orders table.
        dead_letters: Bodies of the messages in the dead-letter queue.
        scores: Items of the table of scores.
        reports: Documents in the bucket, one for each day with orders.
        subjects: Subjects of the emails, one for each report.
        unscored: Number of messages in the failure queue of the scores.
    """
    reported: dict[str, tuple[int, Decimal]] = {}
    for customer, sums in ((name, each) for report in reports for name, each in report["customers"].items()):
        count, worth = reported.get(customer, (0, Decimal()))
        reported[customer] = count + sums["orders"], worth + Decimal(sums["revenue"])
    mailed = [subject.split() for subject in subjects]
    return Books(
        answers=Counter(answers),
        stored={item["order_id"]: Decimal(item["total"]) for item in table},
        dead_lettered={json.loads(body)["order_id"] for body in dead_letters},
        scores={item["customer"]: (int(item["orders"]), int(item["points"])) for item in scores},
        reports=reported,
        # For example: 2026-05-01: 40 orders, 1187.80 EUR
        mails=(
            sum(int(words[1]) for words in mailed),
            sum((Decimal(words[3]) for words in mailed), Decimal()),
        ),
        unscored=unscored,
    )


def mismatches(wanted: Books, found: Books) -> list[str]:
    """Describe every difference; empty if the books are correct."""
    return differences(
        {
            "answers": (dict(wanted.answers), dict(found.answers)),
            "stored": (dict(wanted.stored), dict(found.stored)),
            "dead-lettered": (sorted(wanted.dead_lettered), sorted(found.dead_lettered)),
            "scores": (dict(wanted.scores), dict(found.scores)),
            "reports": (dict(wanted.reports), dict(found.reports)),
            "mails": (wanted.mails, found.mails),
            "unscored": (wanted.unscored, found.unscored),
        }
    )
