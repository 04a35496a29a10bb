"""The server's own pages, which only the owner of the run can read: the journal, and requests of the kit.

AWS does not have them. `serving` answers a request for a page of `PAGES` with the result of its function,
as JSON.
"""

from collections.abc import Callable
from typing import Any, Final

from . import journal

PREFIX: Final = "/_emulator/"

Page = Callable[[Any], object]
"""Takes the parsed body of the request, which is None without a body."""

PAGES: Final[dict[str, Page]] = {f"{PREFIX}journal": lambda _: journal.entries()}


def add(name: str, page: Page) -> None:
    """Serve a page at `/_emulator/<name>`."""
    PAGES[f"{PREFIX}{name}"] = page
