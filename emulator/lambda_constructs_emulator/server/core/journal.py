"""The journal: what the emulator did apart from ministack, in order, for demos and tests.

AWS has no journal. The server returns it at `/_emulator/journal` as a JSON list. Each entry has the
seconds since the server started or was reset, on this machine's clock.
"""

import threading
import time
from typing import Any

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
    """Remove all entries and count seconds from now."""
    global _start  # noqa: PLW0603 - one process, one journal
    with _lock:
        _entries.clear()
        _start = time.monotonic()
