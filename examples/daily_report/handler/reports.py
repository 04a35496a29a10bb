"""The report on the orders of a day, without AWS."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self


class InvalidOrderError(ValueError):
    """The order is invalid, so another attempt cannot succeed."""


def day_before(scheduled_time: str) -> date:
    """The last complete day (UTC) at the scheduled time of the report."""
    return (datetime.fromisoformat(scheduled_time).astimezone(UTC) - timedelta(days=1)).date()


@dataclass(frozen=True, kw_only=True)
class Report:
    """The number and total of a day's orders by product, or by another attribute."""

    day: date
    by: str
    orders: Mapping[str, int]
    revenue: Mapping[str, Decimal]

    @classmethod
    def of(
        cls, day: date, items: Iterable[Mapping[str, Any]], *, by: str = "product", amount: str = "amount"
    ) -> Self:
        """Add up the items of the orders table.

        Args:
            day: The day.
            items: The orders of the day.
            by: Attribute by which orders are added up.
            amount: Attribute with the total of an order.

        Raises:
            InvalidOrderError: An order has no amount, so the report would be wrong.
        """
        orders: Counter[str] = Counter()
        revenue: dict[str, Decimal] = {}
        for item in items:
            key, worth = item[by], item.get(amount)
            if not isinstance(worth, Decimal):
                raise InvalidOrderError(
                    f"order {item['order_id']}: the {amount} must be a number, not {worth!r}"
                )
            orders[key] += 1
            revenue[key] = revenue.get(key, Decimal()) + worth
        return cls(day=day, by=by, orders=orders, revenue=revenue)

    @property
    def title(self) -> str:
        """The report in one line."""
        return f"{self.day}: {sum(self.orders.values())} orders, {sum(self.revenue.values())} EUR"

    def lines(self) -> list[str]:
        """One line for each product, the highest total first."""
        best = sorted(self.revenue, key=lambda key: (-self.revenue[key], key))
        return [f"{key}: {self.orders[key]} orders, {self.revenue[key]} EUR" for key in best]

    def document(self) -> dict[str, Any]:
        """The report as JSON values, with amounts as strings to keep every digit."""
        sums = {
            key: {"orders": count, "revenue": str(self.revenue[key])}
            for key, count in sorted(self.orders.items())
        }
        return {"day": self.day.isoformat(), f"{self.by}s": sums}
