"""What the emulator's own parts did, in order: for demos and tests, which show and check it.

AWS has no such thing; it is served at `/_emulator/journal` as a JSON list. Entries carry the seconds
since the start of the server or the last reset, as this machine's clock counts them.
"""

import threading
import time
from typing import Any, Final

PATH: Final = "/_emulator/journal"

_lock = threading.Lock()
_entries: list[dict[str, Any]] = []
_start = time.monotonic()


def note(kind: str, **facts: object) -> None:
    """Add an entry of a kind such as `shift`, `alarm` or `rollback`."""
    with _lock:
        _entries.append({"at": round(time.monotonic() - _start, 3), "kind": kind, **facts})


def entries() -> list[dict[str, Any]]:
    """All entries so far."""
    with _lock:
        return list(_entries)


def reset() -> None:
    """Forget everything, and count from now."""
    global _start  # noqa: PLW0603 - one process, one journal
    with _lock:
        _entries.clear()
        _start = time.monotonic()
