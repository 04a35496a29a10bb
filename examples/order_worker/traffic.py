"""Steady traffic of orders while something else happens, such as a deployment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from examples.driving import BATCH
from examples.order_worker import drive


class SteadyTraffic:
    """Sends orders at a steady rate inside a `with` block.

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
        make: Callable[[str], list[drive.Message]] = lambda prefix: drive.valid_orders(BATCH, prefix=prefix),
    ) -> None:
        self.messages: list[drive.Message] = []
        self._driver, self._prefix = driver, prefix
        self._pause = BATCH / per_second
        self._make = make
        self._stop = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._send, daemon=True)

    def __enter__(self) -> Self:
        """Start sending."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop sending, and fail the run if an order could not be sent.

        Raises:
            RuntimeError: Sending failed, and there is no other error.
        """
        self._stop.set()
        self._thread.join()
        if self._error is not None and error is None:
            raise RuntimeError(f"sending failed after {len(self.messages)} orders") from self._error

    def _send(self) -> None:
        """Send batch after batch, and keep an error for the main thread."""
        try:
            while not self._stop.wait(self._pause):
                batch = self._make(f"{self._prefix}-{len(self.messages):05}")
                self._driver.send(batch)
                self.messages += batch
        except Exception as error:  # noqa: BLE001 - raised in the main thread
            self._error = error
