"""Invokes a trigger of a user pool: with its permission, and again if it does not answer in time.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html

We chose to wait for the function's own timeout instead of Cognito's 5 seconds.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError

Document = Mapping[str, Any]

_lambda = hooks.module("services.lambda_svc")
_cognito = hooks.module("services.cognito")
_region_of: Callable[[str], str] = hooks.attribute(_cognito, "_pool_region")
_attributes: Callable[[Any], dict[str, str]] = hooks.attribute(_cognito, "_attr_list_to_dict")

_SERVICE: Final = "cognito-idp.amazonaws.com"
_ATTEMPTS: Final = 3
_SDK: Final = "aws-sdk-unknown-unknown"


class TriggerError(RuntimeError):
    """The trigger refused, failed, or may not be invoked; `code` is the error of the API."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def require(pool: Document, trigger: str) -> Any:  # noqa: ANN401 - ministack's own
    """The execution record of a trigger; None if the user pool does not have it.

    Raises:
        TriggerError: the function does not permit the user pool to invoke it.
    """
    function = (pool.get("LambdaConfig") or {}).get(trigger)
    if not function:
        return None
    try:
        return deliveries.require(function, _SERVICE, pool["Arn"])
    except RefusedError as reason:
        message = f"{trigger} invocation failed due to error AccessDeniedException."
        raise TriggerError("UnexpectedLambdaException", message) from reason


def ask(
    pool: Document,
    source: str,
    user: Document,
    client: str,
    *,
    request: Document,
    response: Document | None = None,
) -> Document:
    """Invoke a trigger and return its response; an empty one if the user pool does not have it.

    Args:
        pool: the user pool.
        source: what happens, such as PostConfirmation_ConfirmSignUp.
        user: the user.
        client: the ID of the app client.
        request: the members of the request besides the user's attributes.
        response: the response that the function completes.

    Raises:
        TriggerError: the function refused or failed.
    """
    trigger = source.partition("_")[0]
    record = require(pool, trigger)
    if record is None:
        return {}
    status = {"cognito:user_status": user["UserStatus"]}
    event = {
        "version": "1",
        "region": _region_of(pool["Id"]),
        "userPoolId": pool["Id"],
        "userName": user["Username"],
        "callerContext": {"awsSdkVersion": _SDK, "clientId": client},
        "triggerSource": source,
        "request": {"userAttributes": {**_attributes(user.get("Attributes", [])), **status}, **request},
        "response": dict(response or {}),
    }
    result: Document = {}
    for _attempt in range(_ATTEMPTS):
        result = _lambda._execute_function_with_config_scope(record, event)
        body = result.get("body")
        if not (isinstance(body, dict) and body.get("errorType") == "Sandbox.Timedout"):
            break
    if result.get("error"):
        reason = body.get("errorMessage") if isinstance(body, dict) else body
        raise TriggerError("UserLambdaValidationException", f"{trigger} failed with error {reason}.")
    if not isinstance(body, dict) or not isinstance(body.get("response"), dict):
        raise TriggerError("InvalidLambdaResponseException", "Unrecognizable lambda output")
    answer: Document = body["response"]
    return answer
