"""Rules for triggers of Cognito user pools."""

from __future__ import annotations

from typing import Final

from ..template.template import Template
from ..template.trigger_kinds import USER_POOL
from ..template.triggers import Trigger
from .callers import waits
from .rule import Words, rule

_TRIGGERS_URL: Final = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"
COGNITO_TIMEOUT: Final = 5  # seconds; cannot be changed: _TRIGGERS_URL, "Important considerations"
# Cognito does not wait for these.
_SENDERS: Final = ("CustomEmailSender", "CustomSMSSender")


def _is_awaited(_: Template, trigger: Trigger) -> bool:
    """Whether Cognito waits for the function."""
    return not set(_SENDERS) & set(trigger.location.split("/"))


timeout_above_trigger = waits(
    "timeout-above-trigger",
    COGNITO_TIMEOUT,
    "Cognito",
    USER_POOL,
    _is_awaited,
    why="Cognito waits five seconds and calls the function up to three times. The user waits and is refused, "
    "while the function is still running.",
    source=_TRIGGERS_URL,
    accepted=True,
)


@rule(
    why="Cognito does not wait for custom senders, so the alarms of this construct would not see failures.",
    source=_TRIGGERS_URL,
)
def trigger_asynchronous(_: Words, operation: str) -> str | None:
    """An operation for which Cognito waits."""
    if operation not in ("customEmailSender", "customSmsSender"):
        return None
    return (
        f"operation is {operation}, which Cognito invokes asynchronously; use ProductionFunction and "
        "user_pool.add_trigger(operation, function.alias)"
    )


@rule(why="A user pool has one function for each operation.", source=_TRIGGERS_URL)
def trigger_taken(_: Words, operation: str, *, taken: bool) -> str | None:
    """The user pool has no other function for the operation."""
    if not taken:
        return None
    return f"user_pool already has a trigger for {operation}; remove it, or do both in one function"


@rule(
    why="Other operations have only one version of their event.",
    source="https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html",
)
def trigger_event_version(_: Words, operation: str, version: str | None) -> str | None:
    """Only pre token generation has versions of its event."""
    if version is None or operation == "preTokenGenerationConfig":
        return None
    return (
        f"lambda_version is {version}, but the event of {operation} has only one version; leave it out, or "
        "use UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG"
    )
