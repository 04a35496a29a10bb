"""The name of a rule or of a schedule, which a user chose."""

from __future__ import annotations

from ..core.claims import claimants, environment
from ..core.guard import Guard
from ..rules.claims import name_taken
from ..rules.event_rule import trigger_name


def check_name(guard: Guard, option: str, given: str, *within: str) -> None:
    """Check a name, and that nothing else of the app has it `within` a bus or a schedule group."""
    name = guard.text(given)
    guard.check(trigger_name, option, name)
    if isinstance(name, str):
        guard.check(name_taken, name, claimants(guard, "trigger name", *environment(guard), *within, name))
