"""What the fan-out's handlers take for an order and a delivery, and how the driver judges what came out."""

import importlib
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from examples.event_fanout import drive
from examples.event_fanout.drive import Event, Failure, Outcome, Route
from tests.examples.deployments import deployed_on

HANDLER = Path(drive.__file__).parent / "handler"
ORDER = {"order_id": "o-1", "currency": "EUR", "amount": "12.50"}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's own module, imported as Lambda does: with the handler's directory first."""
    monkeypatch.syspath_prepend(HANDLER)
    return importlib.import_module("shop")


@pytest.mark.parametrize(
    ("currency", "amount", "owed"), [("EUR", "12.50", 1250), ("USD", "7", 700), ("JPY", "900", 900)]
)
def test_an_invoice_is_in_the_smallest_unit(shop: ModuleType, currency: str, amount: str, owed: int) -> None:
    invoice = shop.Invoice.of({**ORDER, "currency": currency, "amount": amount})

    assert (invoice.order_id, invoice.currency, invoice.amount) == ("o-1", currency, owed)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"currency": "DOGE"}, "currency must be one of"),
        ({"currency": "JPY"}, "JPY has 0 decimals, 12.50 has more"),
        ({"amount": "0.001"}, "EUR has 2 decimals"),
        ({"amount": "a lot"}, "'a lot' is not a number"),
        ({"amount": "NaN"}, "'NaN' is not a number"),
    ],
)
def test_an_order_without_an_invoice_is_refused(
    shop: ModuleType, changed: dict[str, str], reason: str
) -> None:
    with pytest.raises(shop.InvalidEventError, match=reason):
        shop.Invoice.of({**ORDER, **changed})


@pytest.mark.parametrize(
    ("delivered_at", "noted"),
    [
        ("2026-05-01T09:30:00+02:00", "2026-05-01T09:30:00+02:00"),
        ("2026-05-01T09:30:00", "2026-05-01T09:30:00+00:00"),
        ("2026-05-01", "2026-05-01T00:00:00+00:00"),
    ],
)
def test_a_delivery_is_a_point_of_time(shop: ModuleType, delivered_at: str, noted: str) -> None:
    delivery = shop.Delivery.of({"parcel_id": "p-1", "delivered_at": delivered_at})

    assert delivery.delivered_at.isoformat() == noted


def test_a_delivery_at_no_time_is_refused(shop: ModuleType) -> None:
    with pytest.raises(shop.InvalidEventError, match="yesterday"):
        shop.Delivery.of({"parcel_id": "p-1", "delivered_at": "yesterday"})


def test_the_handlers_store_what_the_driver_expects(shop: ModuleType) -> None:
    for event in drive.events(60, prefix="e"):
        if event.stored is not None and event.route is Route.BUS:
            invoice = shop.Invoice.of(dict(event.body))
            assert f"{invoice.currency} {invoice.amount}" == event.stored
        elif event.stored is not None:
            assert shop.Delivery.of(dict(event.body)).delivered_at.isoformat() == event.stored


def test_events_take_both_routes_and_some_are_for_nobody_or_fail() -> None:
    events = drive.events(40, prefix="e")

    assert events == drive.events(40, prefix="e")
    for route, for_nobody, failing in ((Route.BUS, 4, 5), (Route.TOPIC, 4, 4)):
        there = [event for event in events if event.route is route]
        assert len(there) == 20
        assert sum(event.stored is None for event in there) == for_nobody
        assert sum(event.stored is not None and bool(event.reason) for event in there) == failing


SENT = [
    Event(Route.BUS, "o-1", (("order_id", "o-1"),), "OrderPlaced", "EUR 5"),
    Event(Route.BUS, "o-2", (("order_id", "o-2"),), "OrderPlaced", "JPY 9", "JPY has no cents"),
    Event(Route.BUS, "o-3", (("order_id", "o-3"),), "CartViewed", None),
    Event(Route.TOPIC, "p-1", (("parcel_id", "p-1"),), "Delivered", "noon", "a date without a time"),
]
ATTEMPTS = drive.ATTEMPTS
WANTED = Outcome(
    stored={"o-1": "EUR 5"},
    failed={
        "o-2": Failure("RetriesExhausted", ATTEMPTS, "JPY has no cents", (("order_id", "o-2"),)),
        "p-1": Failure("RetriesExhausted", ATTEMPTS, "a date without a time", (("parcel_id", "p-1"),)),
    },
    times_stored={"o-1": 1},
    times_failed={"o-2": ATTEMPTS, "p-1": ATTEMPTS},
)


def record(payload: dict[str, Any], reason: str) -> dict[str, Any]:
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": ATTEMPTS}
    return {
        "requestContext": context,
        "requestPayload": payload,
        "responsePayload": {"errorMessage": reason},
    }


def sns(message: dict[str, str]) -> dict[str, Any]:
    return {"Records": [{"Sns": {"Message": json.dumps(message)}}]}


def line(key: str, message: str) -> dict[str, str]:
    return {"event_key": key, "message": message}


LOG = [line("o-1", "stored"), *[line("o-2", "failed"), line("p-1", "failed")] * ATTEMPTS]


def outcome(**changed: Any) -> Outcome:
    evidence: dict[str, Any] = {
        "sent": SENT,
        "invoices": [{"order_id": "o-1", "currency": "EUR", "amount": "5"}],
        "deliveries": [{"parcel_id": "of another run", "delivered_at": "noon"}],
        "log": LOG,
        "failed": [
            record({"detail": {"order_id": "o-2"}}, "JPY has no cents"),
            record(sns({"parcel_id": "p-1"}), "a date without a time"),
            record(sns({"parcel_id": "of another run"}), "a date without a time"),
        ],
    }
    return drive.outcome(**evidence | changed)


def test_the_expectation_is_what_a_right_run_leaves_behind() -> None:
    assert drive.expected(SENT, redriven=False) == WANTED
    assert drive.mismatches(WANTED, outcome()) == []


def test_after_the_fix_and_a_redrive_all_is_stored() -> None:
    stored = {"o-1": "EUR 5", "o-2": "JPY 9", "p-1": "noon"}
    wanted = replace(WANTED, stored=stored, failed={}, times_stored=dict.fromkeys(stored, 1))

    assert drive.expected(SENT, redriven=True) == wanted


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"invoices": []}, "expected stored: {'o-1': 'EUR 5'}, found: {}"),
        ({"log": [*LOG, LOG[0]]}, "expected times stored: {'o-1': 1}, found: {'o-1': 2}"),
        ({"log": LOG[:-1]}, "expected times failed: {'p-1': 3}, found: {'p-1': 2}"),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert drive.mismatches(WANTED, outcome(**changed)) == [said]


class Source:
    """Stands in for EventBridge and SNS: refuses what it is told to."""

    def __init__(self, refused: bool = False) -> None:  # noqa: FBT001, FBT002
        self.refused = refused
        self.sizes: list[int] = []

    def put_events(self, **request: Any) -> dict[str, Any]:
        self.sizes.append(len(request["Entries"]))
        return {"Entries": [{"ErrorCode": "Throttling"} if self.refused else {"EventId": "1"}]}

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        self.sizes.append(len(request["PublishBatchRequestEntries"]))
        return {"Successful": []}


def test_events_are_sent_in_batches_that_aws_takes() -> None:
    source, sent = Source(), list[int]()

    drive.Driver(deployed_on(source)).send(drive.events(50, prefix="e"), sent.append)

    assert source.sizes == [10, 10, 5, 10, 10, 5]
    assert sent == [10, 20, 25, 35, 45, 50]


def test_an_event_that_the_bus_refuses_is_an_error() -> None:
    driver = drive.Driver(deployed_on(Source(refused=True)))

    with pytest.raises(RuntimeError, match="Throttling"):
        driver.send(drive.events(2, prefix="e"))
