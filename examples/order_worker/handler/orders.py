"""Orders without AWS: parsing, validation and total."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

_MAX_QUANTITY = 1_000
_MAX_PRICE = Decimal(1_000_000)


class InvalidOrderError(ValueError):
    """The message is not a valid order, so another delivery cannot succeed."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A validated order."""

    order_id: str
    customer: str
    item_count: int
    total: Decimal

    @classmethod
    def parse(cls, body: str) -> Self:
        """Read an order from a message body.

        Raises:
            InvalidOrderError: The body is not JSON, or a field is missing or out of range.
        """
        try:
            # Decimal directly from the digits, because float would change prices.
            data = json.loads(body, parse_float=Decimal)
        except json.JSONDecodeError as error:
            raise InvalidOrderError(f"not JSON: {error}") from error
        if not isinstance(data, dict):
            raise InvalidOrderError("not a JSON object")
        items = data.get("items")
        if not isinstance(items, list) or not items:
            raise InvalidOrderError("items must be a list with at least one item")
        lines = [_line(item) for item in items]
        return cls(
            order_id=_text(data, "order_id"),
            customer=_text(data, "customer"),
            item_count=sum(quantity for quantity, _ in lines),
            total=sum((quantity * price for quantity, price in lines), Decimal(0)),
        )


def _line(item: object) -> tuple[int, Decimal]:
    if not isinstance(item, dict):
        raise InvalidOrderError("each item must be a JSON object")
    _text(item, "sku")
    quantity: Any = item.get("quantity")
    price: Any = item.get("price")
    # bool is a subclass of int, but true is not a quantity.
    if type(quantity) is not int or not 1 <= quantity <= _MAX_QUANTITY:
        raise InvalidOrderError(f"quantity must be 1 to {_MAX_QUANTITY}, not {quantity!r}")
    if type(price) not in (int, Decimal) or not 0 <= price <= _MAX_PRICE:
        raise InvalidOrderError(f"price must be 0 to {_MAX_PRICE}, not {price!s}")
    price = Decimal(price)
    if price != round(price, 2):
        raise InvalidOrderError(f"price must have at most two decimals, not {price}")
    return quantity, price


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidOrderError(f"{name} must be a string that is not empty")
    return value
