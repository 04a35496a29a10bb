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

Headers = Mapping[str, str]
Query = Mapping[str, Any]
Response = tuple[int, dict[str, Any], bytes]

_app = hooks.module("app")
_http_apis = hooks.module("services.apigateway")
_evaluator = hooks.module("core.iam_evaluator")
_responses = hooks.module("core.responses")
_sigv4 = hooks.module("core.sigv4")
_arn: Callable[..., str] = hooks.attribute(hooks.module("core.arn"), "execute_api_arn")
_enforce: Callable[..., object] = hooks.attribute(_app, "_enforce_data_plane")
_is_signed: Callable[[Headers, Query], bool] = hooks.attribute(
    hooks.module("services.lambda_svc"), "_function_url_is_signed"
)
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")
_account_of: Callable[[str], str | None] = hooks.attribute(_responses, "_account_from_sts_session")
# ministack's verification of a request, whole and in its steps.
_pin_origin: Callable[[str, bool], None] = hooks.attribute(_evaluator, "pin_request_origin")
_pin_request: Callable[..., None] = hooks.attribute(_evaluator, "pin_signed_request")
_pin_body: Callable[[bytes], None] = hooks.attribute(_evaluator, "pin_signed_body")
_parse: Callable[[Headers], Any] = hooks.attribute(_sigv4, "parse_header_signature")
_too_old: Callable[[Any], object] = hooks.attribute(_sigv4, "request_time_failure")
_mismatch: Callable[..., object] = hooks.attribute(_sigv4, "header_signature_failure")
_credential: Callable[[str, str, str], Any] = hooks.attribute(_evaluator, "resolve_credential")
_principal: Callable[..., Any] = hooks.attribute(_evaluator, "resolve_principal")

_IAM: Final = "AWS_IAM"
_INVOKE: Final = "execute-api:Invoke"
_ALGORITHM: Final = "AWS4-HMAC-SHA256 "


def refusal(  # noqa: PLR0917 - what a request consists of
    scope: Mapping[str, Any], api: str, stage: str, path: str, headers: Headers, query: Query, body: bytes
) -> Response | None:
    """The response to a request that IAM does not authorize, if the route requires it."""
    method = scope["method"]
    # By this name, because a part replaces it.
    route = _http_apis._match_route(api, method, f"/{path.lstrip('/')}") or {}
    if route.get("authorizationType") != _IAM:
        return None
    if _is_signed(headers, query):
        _pin_origin(scope["client"][0], True)
        verified = _verified(scope, headers, query, body)
        if verified is None:
            _pin_request(method, scope["raw_path"].decode("latin-1"), query, scope["headers"])
            _pin_body(body)
        elif verified.policies is None:
            return None  # the root user
        arn = _arn(_region(), _account(), api, stage, method, path)
        if _enforce("apigateway", _INVOKE, headers, query, "", resource_arn=arn) is None:
            return None
    journal.note("call-denied", api=api, stage=stage, method=method, path=path)
    return 403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}'


def _verified(scope: Mapping[str, Any], headers: Headers, query: Query, body: bytes) -> Any:  # noqa: ANN401 - ministack's
    """The principal of a signed request; None if only the whole verification can judge the signature."""
    if not headers.get("authorization", "").startswith(_ALGORITHM):
        return None
    if len({name for name, _value in scope["headers"]}) < len(scope["headers"]):
        return None  # Values of the same name are signed in another form than they are read.
    signature = _parse(headers)
    if isinstance(signature, tuple) or _too_old(signature):
        return None
    key = signature.access_key_id
    account = _account_of(key) or _account()
    credential = _credential(key, account, headers.get("x-amz-security-token", ""))
    secret = getattr(credential, "secret_access_key", None)
    raw = scope["raw_path"].decode("latin-1")
    if secret is None or _mismatch(signature, secret, scope["method"], raw, query, headers, body):
        return None
    principal = _principal(key, account, credential)
    return principal if hasattr(principal, "policies") else None
