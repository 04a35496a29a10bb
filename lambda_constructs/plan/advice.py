"""How to keep what a resource holds, and work that a mapping would read again."""

from __future__ import annotations

from typing import Final

_PAGE: Final = "docs/reference/changes.md"
READ: Final = (
    f"let a function read it until it is empty, and remove that in the next deployment ({_PAGE}#queues)"
)
REDRIVE: Final = (
    f"redrive or read its messages before this deployment ({_PAGE}#dead-letter-and-failure-queues)"
)
RESTART: Final = (
    "start at the time of the deployment, or process records idempotently, and leave the position as it is "
    f"in later deployments ({_PAGE}#streams-and-topics)"
)
KEEP: Final = f"use what is kept, or copy it before this deployment ({_PAGE}#other-data)"
LEAVE: Final = f"leave the position as it is ({_PAGE}#starting-positions)"
WAYS: Final = {
    "items": f"pass the kept table, or copy its items ({_PAGE}#tables)",
    "log events": f"query it until its retention ends ({_PAGE}#log-groups)",
}
