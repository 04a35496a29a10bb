"""Steady traffic of orders, for a release: `deployed.release(..., traffic=SteadyTraffic(...))`."""

from collections.abc import Callable
from time import monotonic, sleep

from examples.order_worker import drive


class SteadyTraffic:
    """Sends the next orders with each call, at a steady rate.

    Args:
        driver: Driver that sends the orders.
        prefix: Prefix of the order ids, different for each run.
        per_second: Orders per second.
        make: Makes the orders of one batch from their prefix.
    """

    def __init__(
        self,
        driver: drive.Driver,
        *,
        prefix: str,
        per_second: float = 100,
        make: Callable[[str], list[drive.Message]] = lambda prefix: drive.valid_orders(
            drive.BATCH, prefix=prefix
        ),
    ) -> None:
        self.messages: list[drive.Message] = []
        self._driver, self._prefix, self._make = driver, prefix, make
        self._pause = drive.BATCH / per_second
        self._next = monotonic() + self._pause

    def __call__(self) -> None:
        """Wait until the next batch is due, and send it."""
        sleep(max(0, self._next - monotonic()))
        batch = self._make(f"{self._prefix}-{len(self.messages):05}")
        self._driver.send(batch)
        self.messages += batch
        self._next = monotonic() + self._pause
