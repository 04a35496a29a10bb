"""Function URLs require both permissions: `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`.

ministack asks for the first one, and of callers who sign only. AWS asks for both since October 2025, and of
everybody: a URL whose authorization is NONE answers if the function's resource policy lets everybody do
both. Otherwise the answer is 403 with `Forbidden`, and the journal has a `call-denied` with what is missing;
who signs and may not do the first one gets ministack's own 403.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..core import hooks, journal
from ..iam import permissions

Response = tuple[int, dict[str, str], bytes]

_app = hooks.module("app")
_lambda = hooks.module("services.lambda_svc")
_target: Callable[[str], tuple[str, dict[str, str], Any]] = hooks.attribute(_app, "_function_url_auth_target")
_enforce: Callable[..., Response | None] = hooks.attribute(_app, "_enforce_data_plane")

_CALL: Final = "lambda:InvokeFunctionUrl"
_INVOKE: Final = "lambda:InvokeFunction"
_VIA_URL: Final = {"lambda:InvokedViaFunctionUrl": "true"}
"""The condition that a statement on `lambda:InvokeFunction` may have; one on the other action may not."""


def install() -> None:
    """Check both permissions before a URL invokes its function.

    Raises:
        hooks.HookError: ministack serves function URLs in another way now.
    """
    hooks.wrap(_lambda, "handle_function_url_request", _answer)


async def _answer(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[..., Awaitable[Response]],
    url_id: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, Any],
    /,
    **named: object,
) -> Response:
    function_arn, keys, found = _target(url_id)
    preflight = method == "OPTIONS" and found is not None and found[-1].get("Cors")
    if found is not None and not preflight:
        missing = _missing(function_arn, keys, headers, query)
        if missing:
            journal.note("call-denied", url=url_id, target=function_arn, missing=missing)
            return 403, {"Content-Type": "application/json"}, b'{"Message":"Forbidden"}'
    return await original(url_id, method, path, headers, body, query, **named)


def _missing(
    function_arn: str, keys: Mapping[str, str], headers: Mapping[str, str], query: Mapping[str, Any]
) -> list[str]:
    """The actions that the caller lacks; ministack has checked the first one for callers that sign."""
    if keys["lambda:FunctionUrlAuthType"] == "NONE":
        asked = {_CALL: keys, _INVOKE: _VIA_URL}
        return [
            action for action in asked if not permissions.everybody_may(function_arn, action, asked[action])
        ]
    denied = _enforce(
        "lambda", _INVOKE, headers, query, "", resource_arn=function_arn, service_context=_VIA_URL
    )
    return [_INVOKE] if denied else []
