"""Rules for triggers of Cognito user pools."""

from __future__ import annotations

from . import limits
from .rule import Words, rule


@rule(
    "timeout-above-trigger",
    why="Cognito waits five seconds and calls again, three times in all: the user waits and is refused, "
    "while the function works on.",
    source=limits.COGNITO_TRIGGERS_URL,
)
def timeout_above_trigger(_: Words, timeout: int) -> str | None:
    """1 to 5 seconds."""
    maximum = limits.COGNITO_TIMEOUT
    if timeout <= maximum:
        return None
    return f"timeout is {timeout} seconds, Cognito waits {maximum}; lower it and hand longer work to a queue"


@rule(
    "trigger-asynchronous",
    why="Cognito hands what custom senders get over without waiting, so nothing here would watch or keep it.",
    source=limits.COGNITO_TRIGGERS_URL,
)
def trigger_asynchronous(_: Words, operation: str) -> str | None:
    """An operation that waits for its function."""
    if operation not in ("customEmailSender", "customSmsSender"):
        return None
    return (
        f"operation is {operation}, which Cognito invokes asynchronously; use ProductionFunction and "
        "user_pool.add_trigger(operation, function.alias)"
    )


@rule(
    "trigger-taken",
    why="A user pool has one function for each operation.",
    source=limits.COGNITO_TRIGGERS_URL,
)
def trigger_taken(_: Words, operation: str, *, taken: bool) -> str | None:
    """The pool has no other function for the operation."""
    if not taken:
        return None
    return f"user_pool has a trigger for {operation} already; remove that one, or do both in one function"


@rule(
    "trigger-event-version",
    why="Other operations have one form of event only.",
    source="https://docs.aws.amazon.com/cognito/latest/developerguide"
    "/user-pool-lambda-pre-token-generation.html",
)
def trigger_event_version(_: Words, operation: str, version: str | None) -> str | None:
    """Versions of events are those of pre token generation."""
    if version is None or operation == "preTokenGenerationConfig":
        return None
    return (
        f"lambda_version is {version} for {operation}, which has one version; leave it out, or use "
        "UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG"
    )
