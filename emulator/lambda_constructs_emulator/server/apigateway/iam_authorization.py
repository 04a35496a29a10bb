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

Response = tuple[int, dict[str, str], bytes]

_app = hooks.module("app")
_http_apis = hooks.module("services.apigateway")
_scope_of_http_api: Callable[[str], Any] = hooks.attribute(_http_apis, "find_api_scope")
_authorization: Callable[..., str | None] = hooks.attribute(_http_apis, "route_authorization_type")
_is_signed: Callable[[Mapping[str, str], Mapping[str, Any]], bool] = hooks.attribute(
    hooks.module("services.lambda_svc"), "_function_url_is_signed"
)

_IAM: Final = "AWS_IAM"


def install() -> None:
    """Check what ministack decided about a request.

    Raises:
        hooks.HookError: ministack's function that authorizes calls of APIs is gone.
    """
    hooks.wrap(_app, "_enforce_execute_api", _authorize)


def _authorize(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[..., Response | None],
    api: str,
    stage: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    query: Mapping[str, Any],
    /,
    **named: object,
) -> Response | None:
    denied = original(api, stage, method, path, headers, query, **named)
    if _scope_of_http_api(api) is None or _authorization(api, stage, method, path) != _IAM:
        return denied
    if denied is None and _is_signed(headers, query):
        return None
    journal.note("call-denied", api=api, stage=stage, method=method, path=path)
    return 403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}'
