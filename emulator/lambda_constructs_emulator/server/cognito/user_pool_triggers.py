"""Invokes the trigger of a sign-up only with its permission, and retries without an answer.

ministack ignores the function's resource policy and invokes once. On AWS a user pool without permission
to invoke the function, or the alias that is the trigger, refuses the user; it invokes a function that does
not answer in time three times. `user_pool_events` has the triggers that ministack lacks.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from . import trigger_calls
from .trigger_calls import TriggerError

Answer = Mapping[str, Any]

_cognito = hooks.module("services.cognito")
_pools: Any = hooks.attribute(_cognito, "_user_pools")
_Rejected: type[Exception] = hooks.attribute(_cognito, "_PreSignUpRejected")

_ATTEMPTS: Final = 3  # cognito-user-pools-working-with-lambda-triggers.html
_TIMED_OUT: Final = "Task timed out"
"""Lambda's error message for a function that timed out."""


def install() -> None:
    """Check the permission, and retry.

    Raises:
        hooks.HookError: ministack asks before a sign-up in another way now.
    """
    hooks.wrap(_cognito, "_apply_presignup_trigger", _ask)


def _ask(original: Callable[..., Answer], pool_id: str, /, *more: object, **named: object) -> Answer:
    try:
        trigger_calls.require(_pools[pool_id], "PreSignUp")
    except TriggerError as reason:
        raise _Rejected(str(reason)) from reason
    for _attempt in range(1, _ATTEMPTS):
        try:
            return original(pool_id, *more, **named)
        except _Rejected as reason:
            if _TIMED_OUT not in str(reason):
                raise
    return original(pool_id, *more, **named)
