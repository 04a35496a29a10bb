"""What the order worker's handler takes for an order; its AWS side is proven by tests/deploy."""

import importlib
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HANDLER = Path(__file__).parents[2] / "examples" / "order_worker" / "handler"
ITEM = {"sku": "coffee-1kg", "quantity": 2, "price": 12.35}
ORDER = {"order_id": "o-1", "customer": "c-1", "items": [ITEM]}


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's own module, imported as Lambda does: with the handler's directory first."""
    monkeypatch.syspath_prepend(HANDLER)
    return importlib.import_module("orders")


def test_the_total_is_exact(orders: ModuleType) -> None:
    # With binary floating point the sum would be 0.30000000000000004.
    items = [{**ITEM, "quantity": 1, "price": 0.1}, {**ITEM, "quantity": 1, "price": 0.2}]

    order = orders.Order.parse(json.dumps({**ORDER, "items": items}))

    assert order.total == Decimal("0.3")
    assert order.item_count == 2


def test_quantities_count(orders: ModuleType) -> None:
    order = orders.Order.parse(json.dumps({**ORDER, "items": [ITEM, {**ITEM, "price": 0}]}))

    assert order == orders.Order(order_id="o-1", customer="c-1", item_count=4, total=Decimal("24.70"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        (json.dumps({**ORDER, "order_id": ""}), "order_id must be"),
        (json.dumps({**ORDER, "order_id": 7}), "order_id must be"),
        (json.dumps({**ORDER, "customer": "  "}), "customer must be"),
        (json.dumps({**ORDER, "items": []}), "at least one item"),
        (json.dumps({**ORDER, "items": "coffee"}), "at least one item"),
        (json.dumps({**ORDER, "items": ["coffee"]}), "must be a JSON object"),
    ],
)
def test_what_is_not_an_order_is_rejected(orders: ModuleType, body: str, reason: str) -> None:
    with pytest.raises(orders.InvalidOrderError, match=reason):
        orders.Order.parse(body)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sku": None}, "sku must be"),
        ({"quantity": 0}, "quantity must be 1 to 1000, not 0"),
        ({"quantity": 1001}, "quantity must be"),
        ({"quantity": 1.0}, "quantity must be"),
        ({"quantity": True}, "quantity must be"),
        ({"price": -0.01}, "price must be 0 to 1000000, not -0.01"),
        ({"price": 1_000_000.01}, "price must be"),
        ({"price": "1"}, "price must be"),
        ({"price": True}, "price must be"),
        ({"price": float("nan")}, "price must be"),
        ({"price": float("inf")}, "price must be"),
        ({"price": 0.001}, "at most two decimals"),
    ],
)
def test_an_item_out_of_range_is_rejected(orders: ModuleType, changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(orders.InvalidOrderError, match=reason):
        orders.Order.parse(json.dumps({**ORDER, "items": [{**ITEM, **changed}]}))
