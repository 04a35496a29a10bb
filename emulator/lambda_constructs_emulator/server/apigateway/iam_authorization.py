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
from . import signatures
from .http_replies import Response
from .http_requests import Request

Headers = Mapping[str, str]
Query = Mapping[str, Any]

_app = hooks.module("app")
_evaluator = hooks.module("core.iam_evaluator")
_arn: Callable[..., str] = hooks.attribute(hooks.module("core.arn"), "execute_api_arn")
_enforce: Callable[..., object] = hooks.attribute(_app, "_enforce_data_plane")
_is_signed: Callable[[Headers, Query], bool] = hooks.attribute(
    hooks.module("services.lambda_svc"), "_function_url_is_signed"
)
_pin_origin: Callable[[str, bool], None] = hooks.attribute(_evaluator, "pin_request_origin")
_pin_request: Callable[..., None] = hooks.attribute(_evaluator, "pin_signed_request")
_pin_body: Callable[[bytes], None] = hooks.attribute(_evaluator, "pin_signed_body")

IAM: Final = "AWS_IAM"
_INVOKE: Final = "execute-api:Invoke"
_ROOT: Final = "Root"


def refusal(request: Request, route: Mapping[str, Any]) -> Response | None:
    """The response to a request that IAM does not authorize, if the route requires it."""
    if route.get("authorizationType") != IAM:
        return None
    account, region, api, stage, path = request.address
    method, headers, query = request.method, request.headers, request.query
    if _is_signed(headers, query):
        credential = signatures.credential(request)
        if credential is not None and credential.principal_type == _ROOT:
            return None  # It has every permission.
        _pin_origin(request.client, True)
        if credential is None:
            raw_headers = [(name.lower(), value) for name, value in request.raw_headers]
            _pin_request(method, request.raw_path, query, raw_headers)
            _pin_body(request.body)
        arn = _arn(region, account, api, stage, method, path)
        if _enforce("apigateway", _INVOKE, headers, query, "", resource_arn=arn) is None:
            return None
    journal.note("call-denied", api=api, stage=stage, method=method, path=path)
    return 403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}'
