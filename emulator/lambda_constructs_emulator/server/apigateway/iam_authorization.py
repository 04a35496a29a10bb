"""IAM authorization of HTTP APIs: requires a signature, and permission for the route.

ministack checks signatures, and `execute-api:Invoke` on the route, but answers like a REST API, and accepts
an `Authorization` header that is not a signature. An HTTP API answers 403 with `Forbidden` to everybody
without permission. REST APIs and other authorizers are ministack's.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples-for-api-execution.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks, journal

Response = tuple[int, dict[str, Any], bytes]

_app = hooks.module("app")
_evaluator = hooks.module("core.iam_evaluator")
_authorization: Callable[..., str | None] = hooks.attribute(
    hooks.module("services.apigateway"), "route_authorization_type"
)
_is_signed: Callable[[Mapping[str, str], Mapping[str, Any]], bool] = hooks.attribute(
    hooks.module("services.lambda_svc"), "_function_url_is_signed"
)
_arn: Callable[..., str] = hooks.attribute(hooks.module("core.arn"), "execute_api_arn")
_pin_origin: Callable[[str, bool], None] = hooks.attribute(_evaluator, "pin_request_origin")
_pin_request: Callable[..., None] = hooks.attribute(_evaluator, "pin_signed_request")
_pin_body: Callable[[bytes], None] = hooks.attribute(_evaluator, "pin_signed_body")
_enforce: Callable[..., object] = hooks.attribute(_app, "_enforce_data_plane")
_account: Callable[[], str] = hooks.attribute(hooks.module("core.responses"), "get_account_id")
_region: Callable[[], str] = hooks.attribute(hooks.module("core.responses"), "get_region")

_IAM: Final = "AWS_IAM"
_INVOKE: Final = "execute-api:Invoke"


def refusal(  # noqa: PLR0917 - what a request consists of
    scope: Mapping[str, Any],
    api: str,
    stage: str,
    path: str,
    headers: Mapping[str, str],
    query: Mapping[str, Any],
    body: bytes,
) -> Response | None:
    """The response to a request that IAM does not authorize, if the route requires it."""
    method = scope["method"]
    if _authorization(api, stage, method, path) != _IAM:
        return None
    if _is_signed(headers, query):
        _pin_origin(scope["client"][0], True)
        _pin_request(method, scope["raw_path"].decode("latin-1"), query, scope["headers"])
        _pin_body(body)
        arn = _arn(_region(), _account(), api, stage, method, path)
        if _enforce("apigateway", _INVOKE, headers, query, "", resource_arn=arn) is None:
            return None
    journal.note("call-denied", api=api, stage=stage, method=method, path=path)
    return 403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}'
