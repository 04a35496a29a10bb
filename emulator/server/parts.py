"""The AWS behaviour that the emulator adds to ministack: one module per concern, each with `install()`."""

from typing import Final, Protocol

from emulator.server import records, redelivery


class Part(Protocol):
    """A module that adds one behaviour."""

    def install(self) -> None:
        """Hook into ministack; called once, before the server listens."""


PARTS: Final[tuple[Part, ...]] = (records, redelivery)
