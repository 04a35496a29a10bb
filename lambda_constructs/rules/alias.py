"""Rules for what invokes a function past the alias that its rollouts and provisioned concurrency go by."""

from __future__ import annotations

from . import limits
from .rule import Words, rule

LATEST = "$LATEST"
VERSION = "a version"


@rule(
    "alias-bypassed",
    why="A rollout shifts the traffic of its alias, and provisioned concurrency waits behind one: what "
    "invokes the function itself gets each new version at once, and cold.",
    source=limits.ALIAS_URL,
)
def alias_bypassed(_: Words, trigger: str, invoked: str, alias: str) -> str | None:
    """What invokes a function that has such an alias invokes it by an alias.

    Args:
        trigger: What invokes the function.
        invoked: A qualifier, or "a version".
        alias: The alias.
    """
    if invoked not in (LATEST, VERSION) and not invoked.isdecimal():
        return None
    return (
        f"the {trigger} is for {_words(invoked)}, so it skips the rollouts and the provisioned concurrency "
        f"of alias {alias!r}; name the alias there"
    )


@rule(
    "permission-beside-alias",
    severity="warning",
    why="A permission on the function itself allows callers to skip the alias, its rollouts and its "
    "provisioned concurrency; on the alias it does not count.",
    source=limits.ALIAS_URL,
)
def permission_beside_alias(_: Words, principal: str, invoked: str, alias: str) -> str | None:
    """Permissions are those of the alias."""
    if invoked not in (LATEST, VERSION) and not invoked.isdecimal():
        return None
    return (
        f"principal {principal!r} may invoke {_words(invoked)} and not only alias {alias!r}; give the "
        "permission on the alias"
    )


@rule(
    "trigger-on-version",
    severity="warning",
    why="A version never changes: what is deployed later is not invoked.",
    source=limits.ALIAS_URL,
)
def trigger_on_version(_: Words, trigger: str, invoked: str) -> str | None:
    """No trigger is bound to the number of a version."""
    if not invoked.isdecimal():
        return None
    return f"the {trigger} invokes version {invoked} for ever; let it invoke an alias"


@rule(
    "dead-letter-config-with-rollout",
    severity="warning",
    why="Two versions behind one alias must have the same dead-letter queue: a deployment that changes it is "
    "refused while traffic shifts.",
    source=limits.ALIAS_ROUTING_URL,
)
def dead_letter_config_with_rollout(_: Words, alias: str, *, dead_letter_config: bool) -> str | None:
    """A function whose alias shifts traffic keeps failures by its alias, not in its own configuration."""
    if not dead_letter_config:
        return None
    return (
        f"the function has a dead-letter queue of its own, which both versions behind alias {alias!r} must "
        "share; set an on-failure destination on the alias instead"
    )


def _words(invoked: str) -> str:
    return f"version {invoked}" if invoked.isdecimal() else invoked
