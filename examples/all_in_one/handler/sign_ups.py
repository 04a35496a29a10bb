"""Cognito invokes this before a customer signs up: disposable email addresses are refused."""

from typing import Any

THROW_AWAY = frozenset({"mailinator.com", "yopmail.com"})
"""Domains whose emails everybody can read."""


class ThrowAwayAddressError(ValueError):
    """Cognito refuses the sign-up, and tells the customer why."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Accept a sign-up unchanged."""
    address: str = event["request"]["userAttributes"]["email"]
    if address.rpartition("@")[2].lower() in THROW_AWAY:
        raise ThrowAwayAddressError(f"{address} is a throw-away address")
    return event
