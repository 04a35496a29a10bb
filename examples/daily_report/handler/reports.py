"""What a report says about the orders of a day, free of AWS."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self


class InvalidOrderError(ValueError):
    """An order that cannot be reported on, however often it is tried."""


def day_before(scheduled_time: str) -> date:
    """The last day that was over when the report was to start; days are those of UTC."""
    return (datetime.fromisoformat(scheduled_time).astimezone(UTC) - timedelta(days=1)).date()


@dataclass(frozen=True, kw_only=True)
class Report:
    """The orders of a day, counted and added up by product, or by another attribute that they have."""

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
            day: the day.
            items: its orders.
            by: the attribute that orders are added up by.
            amount: the attribute that says what an order is worth.

        Raises:
            InvalidOrderError: an order has no amount, and a report without it would be wrong.
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
        """The report in a line."""
        return f"{self.day}: {sum(self.orders.values())} orders, {sum(self.revenue.values())} EUR"

    def lines(self) -> list[str]:
        """A line for each product, the best first."""
        best = sorted(self.revenue, key=lambda key: (-self.revenue[key], key))
        return [f"{key}: {self.orders[key]} orders, {self.revenue[key]} EUR" for key in best]

    def document(self) -> dict[str, Any]:
        """The report for machines; amounts are texts, which keep every digit."""
        sums = {
            key: {"orders": count, "revenue": str(self.revenue[key])}
            for key, count in sorted(self.orders.items())
        }
        return {"day": self.day.isoformat(), f"{self.by}s": sums}
