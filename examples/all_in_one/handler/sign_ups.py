"""Asked by Cognito before somebody becomes a customer: throw-away addresses do not."""

from typing import Any

THROW_AWAY = frozenset({"mailinator.com", "yopmail.com"})
"""Domains whose mails everybody can read."""


class ThrowAwayAddressError(ValueError):
    """Cognito refuses the sign-up, and tells the customer why."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Let a sign-up pass as it is."""
    address: str = event["request"]["userAttributes"]["email"]
    if address.rpartition("@")[2].lower() in THROW_AWAY:
        raise ThrowAwayAddressError(f"{address} is a throw-away address")
    return event
