"""Rules for what a function may do."""

from __future__ import annotations

import re
from collections.abc import Collection

from . import limits
from .rule import Words, rule

ADMINISTRATORS = ("AdministratorAccess", "PowerUserAccess")
_ALL_OF_A_SERVICE = re.compile(r"([a-z0-9-]+):\*")


@rule(
    "role-administrator",
    why="Who makes the function run something else, by its input or by a dependency, owns the account.",
    source=limits.EXECUTION_ROLE_URL,
)
def role_administrator(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """No execution role may do everything with everything."""
    if "*" not in resources or not {"*", "*:*"} & set(actions):
        return None
    return "the function's role may do everything; allow the actions that it needs on the resources it uses"


@rule(
    "role-administrator-policy",
    why="Who makes the function run something else, by its input or by a dependency, owns the account.",
    source=limits.EXECUTION_ROLE_URL,
)
def role_administrator_policy(_: Words, policy: str) -> str | None:
    """No execution role has a policy for administrators."""
    if policy.rpartition("/")[2] not in ADMINISTRATORS:
        return None
    return (
        f"the function's role has the policy {policy.rpartition('/')[2]}; allow the actions that it needs on "
        "the resources it uses"
    )


@rule(
    "role-service-wildcard",
    severity="warning",
    why="The function may read, change and delete everything that the account has in the service.",
    source=limits.EXECUTION_ROLE_URL,
)
def role_service_wildcard(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """No execution role may do everything with all that is in a service."""
    services = [found[1] for each in actions if (found := _ALL_OF_A_SERVICE.fullmatch(each))]
    if "*" not in resources or not services:
        return None
    return (
        f"the function's role may do everything in {', '.join(services)}; allow the actions that it needs on "
        "the resources it uses"
    )
