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
    """The orders of a day, counted and added up by product."""

    day: date
    orders: Mapping[str, int]
    revenue: Mapping[str, Decimal]

    @classmethod
    def of(cls, day: date, items: Iterable[Mapping[str, Any]]) -> Self:
        """Add up the items of the orders table.

        Raises:
            InvalidOrderError: an order has no amount, and a report without it would be wrong.
        """
        orders: Counter[str] = Counter()
        revenue: dict[str, Decimal] = {}
        for item in items:
            product, amount = item["product"], item.get("amount")
            if not isinstance(amount, Decimal):
                raise InvalidOrderError(
                    f"order {item['order_id']}: the amount must be a number, not {amount!r}"
                )
            orders[product] += 1
            revenue[product] = revenue.get(product, Decimal()) + amount
        return cls(day=day, orders=orders, revenue=revenue)

    @property
    def title(self) -> str:
        """The report in a line."""
        return f"{self.day}: {sum(self.orders.values())} orders, {sum(self.revenue.values())} EUR"

    def lines(self) -> list[str]:
        """A line for each product, the best first."""
        best = sorted(self.revenue, key=lambda product: (-self.revenue[product], product))
        return [f"{product}: {self.orders[product]} orders, {self.revenue[product]} EUR" for product in best]

    def document(self) -> dict[str, Any]:
        """The report for machines; amounts are texts, which keep every digit."""
        products = {
            product: {"orders": count, "revenue": str(self.revenue[product])}
            for product, count in sorted(self.orders.items())
        }
        return {"day": self.day.isoformat(), "products": products}
