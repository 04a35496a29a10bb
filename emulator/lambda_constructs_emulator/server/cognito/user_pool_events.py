"""Invokes the triggers of a user pool that ministack lacks: those of sign-ins, confirmations and messages.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html

Not emulated: sign-ins at the hosted pages, messages by SMS, and messages that verify a changed attribute or
carry an MFA code. ministack itself has the triggers before a sign-up and before a token, and the message to
users that an administrator creates.
"""

import contextvars
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from . import trigger_calls
from .trigger_calls import TriggerError

Document = Mapping[str, Any]
Response = tuple[int, Mapping[str, str], bytes]

_cognito = hooks.module("services.cognito")
_pools: Any = hooks.attribute(_cognito, "_user_pools")
_resolve_user: Callable[[Document, str], tuple[Any, Any]] = hooks.attribute(_cognito, "_resolve_user")
_error: Callable[[str, str, int], Response] = hooks.attribute(_cognito, "error_response_json")

_CONFIRMATIONS: Final = {
    "SignUp": "PostConfirmation_ConfirmSignUp",
    "ConfirmSignUp": "PostConfirmation_ConfirmSignUp",
    "AdminConfirmSignUp": "PostConfirmation_ConfirmSignUp",
    "ConfirmForgotPassword": "PostConfirmation_ConfirmForgotPassword",
}
_MESSAGES: Final = {
    "SignUp": "CustomMessage_SignUp",
    "ResendConfirmationCode": "CustomMessage_ResendCode",
    "ForgotPassword": "CustomMessage_ForgotPassword",
}
_SIGN_INS: Final = {"InitiateAuth", "AdminInitiateAuth"}
_CHALLENGES: Final = {"RespondToAuthChallenge", "AdminRespondToAuthChallenge"}
_REFRESHES: Final = {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}

_request: contextvars.ContextVar[tuple[str, Document]] = contextvars.ContextVar("cognito_request")


def install() -> None:
    """Invoke the triggers before and after what an API action does.

    Raises:
        hooks.HookError: ministack serves the actions or sends the messages in another way now.
    """
    hooks.wrap(_cognito, "_run_idp_handler", _run)
    hooks.wrap(_cognito, "_send_verification_email", _send)
    hooks.wrap(_cognito, "_build_presignup_event", _before_sign_up)


def _run(
    original: Callable[[object, str, Document], Response], handler: object, action: str, data: Document
) -> Response:
    token = _request.set((action, data))
    try:
        _before(action, data)
        answer = original(handler, action, data)
        if answer[0] == 200:
            _after(action, data, json.loads(answer[2] or b"{}"))
    except TriggerError as reason:
        return _error(reason.code, str(reason), 400)
    finally:
        _request.reset(token)
    return answer


def _before(action: str, data: Document) -> None:
    if action not in _SIGN_INS or data.get("AuthFlow") in _REFRESHES:
        return
    pool, user = _pool_and_user(data, (data.get("AuthParameters") or {}).get("USERNAME"))
    if user is not None and user.get("Enabled", True) and user["UserStatus"] != "UNCONFIRMED":
        validation = data.get("ClientMetadata") or {}
        request = {"validationData": validation, "userNotFound": False}
        trigger_calls.ask(pool, "PreAuthentication_Authentication", user, data["ClientId"], request=request)


def _after(action: str, data: Document, answer: Document) -> None:
    metadata = {"clientMetadata": data.get("ClientMetadata") or {}}
    if action in _CONFIRMATIONS and answer.get("UserConfirmed", True):
        pool, user = _pool_and_user(data, data.get("Username"))
        if user is not None:
            client = data.get("ClientId") or "CLIENT_ID_NOT_APPLICABLE"
            trigger_calls.ask(pool, _CONFIRMATIONS[action], user, client, request=metadata)
    signs_in = action in _SIGN_INS | _CHALLENGES and data.get("AuthFlow") not in _REFRESHES
    if signs_in and answer.get("AuthenticationResult"):
        named = data.get("AuthParameters") or data.get("ChallengeResponses") or {}
        pool, user = _pool_and_user(data, named.get("USERNAME"))
        if user is not None:
            request = {"newDeviceUsed": False, **metadata}
            trigger_calls.ask(
                pool, "PostAuthentication_Authentication", user, data["ClientId"], request=request
            )


def _send(
    original: Callable[..., object],
    pool: Document,
    username: str,
    attributes: Document,
    code: str,
    /,
    **named: object,
) -> object:
    """Let the trigger write the message."""
    action, data = _request.get(("", {}))
    user = pool["_users"].get(username)
    if action in _MESSAGES and user is not None:
        request = {
            "codeParameter": "{####}",
            "linkParameter": "{##Click Here##}",
            "usernameParameter": None,
            "clientMetadata": data.get("ClientMetadata") or {},
        }
        empty = dict.fromkeys(("smsMessage", "emailMessage", "emailSubject"))
        written = trigger_calls.ask(
            pool, _MESSAGES[action], user, data["ClientId"], request=request, response=empty
        )
        template = dict(pool.get("VerificationMessageTemplate") or {})
        for member, field in (("EmailMessage", "emailMessage"), ("EmailSubject", "emailSubject")):
            if written.get(field):
                template |= {member: written[field], f"{member}ByLink": written[field]}
        pool = {**pool, "VerificationMessageTemplate": template}
    return original(pool, username, attributes, code, **named)


def _before_sign_up(original: Callable[..., dict[str, Any]], /, **named: Any) -> dict[str, Any]:  # noqa: ANN401 - ministack's
    """Add what the client sent for the trigger."""
    event = original(**named)
    _action, data = _request.get(("", {}))
    validation = {each["Name"]: each["Value"] for each in data.get("ValidationData") or []}
    event["request"] |= {"validationData": validation, "clientMetadata": data.get("ClientMetadata") or {}}
    return event


def _pool_and_user(data: Document, username: str | None) -> tuple[Document, Any]:
    """The user pool of a request and its user; None for a user who does not exist."""
    wanted, client = data.get("UserPoolId"), data.get("ClientId")
    pools = (pool for name, pool in _pools.items() if name == wanted or client in pool["_clients"])
    pool: Document = next(pools, {})
    return pool, _resolve_user(pool, username)[0] if pool and username else None
