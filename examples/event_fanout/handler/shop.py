"""Orders and parcels, without AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Self

_DIGITS = {"EUR": 2, "JPY": 0, "USD": 2}


class InvalidEventError(ValueError):
    """The event is invalid."""


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """The amount of an order, in the smallest unit of its currency."""

    order_id: str
    currency: str
    amount: int

    @classmethod
    def of(cls, order: Mapping[str, Any]) -> Self:
        """Write the invoice of an order.

        Raises:
            InvalidEventError: The amount is not a number, or the currency is unknown or does not have units
                that small.
        """
        digits = _DIGITS.get(order["currency"])
        if digits is None:
            raise InvalidEventError(f"currency must be one of {sorted(_DIGITS)}, not {order['currency']!r}")
        try:
            amount = Decimal(order["amount"]).scaleb(digits)
            owed = int(amount)
        except (InvalidOperation, ValueError) as error:
            raise InvalidEventError(f"{order['amount']!r} is not a number") from error
        if amount != owed:
            raise InvalidEventError(f"{order['currency']} has {digits} decimals, {order['amount']} has more")
        return cls(order_id=order["order_id"], currency=order["currency"], amount=owed)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The delivery of a parcel, with its time."""

    parcel_id: str
    delivered_at: datetime

    @classmethod
    def of(cls, parcel: Mapping[str, Any]) -> Self:
        """Read a delivery. A date without a time is midnight, and a time without a time zone is UTC.

        Raises:
            InvalidEventError: The time of delivery is invalid.
        """
        try:
            delivered_at = datetime.fromisoformat(parcel["delivered_at"])
        except ValueError as error:
            raise InvalidEventError(str(error)) from error
        zone = delivered_at.tzinfo or UTC
        return cls(parcel_id=parcel["parcel_id"], delivered_at=delivered_at.replace(tzinfo=zone))
