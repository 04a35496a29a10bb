"""Invokes the trigger of a sign-up only with its permission, and retries without an answer.

ministack ignores the function's resource policy and invokes once. On AWS a user pool without permission
to invoke the function, or the alias that is the trigger, refuses the user; it invokes a function that does
not answer in time three times. We chose to wait for the function's own timeout instead of Cognito's
5 seconds. The other triggers are ministack's.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError

Answer = Mapping[str, Any]

_cognito = hooks.module("services.cognito")
_pools: Any = hooks.attribute(_cognito, "_user_pools")
_Rejected: type[Exception] = hooks.attribute(_cognito, "_PreSignUpRejected")

_SERVICE: Final = "cognito-idp.amazonaws.com"
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
    pool = _pools[pool_id]
    function_arn = (pool.get("LambdaConfig") or {}).get("PreSignUp")
    if function_arn:
        try:
            deliveries.require(function_arn, _SERVICE, pool["Arn"])
        except RefusedError as reason:
            raise _Rejected("PreSignUp invocation failed due to error AccessDeniedException.") from reason
    for _attempt in range(1, _ATTEMPTS):
        try:
            return original(pool_id, *more, **named)
        except _Rejected as reason:
            if _TIMED_OUT not in str(reason):
                raise
    return original(pool_id, *more, **named)
