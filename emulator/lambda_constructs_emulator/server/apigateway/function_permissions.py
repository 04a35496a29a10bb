"""API Gateway requires permission to invoke a function, or the alias that an integration names.

ministack ignores it. Here, without permission, the client of an HTTP API gets 500 with
`Internal Server Error`, and the client of a REST API 500 with `Internal server error`, as for a function
that does not exist; the journal has an `invoke-denied`. The same applies to functions of Lambda authorizers.

The ARN that stands for a request names API, stage, method and the route's path with its variables, or
`$default`; for a route of any method it has the request's method. That of an authorizer ends with
`authorizers/` and its id.

ministack does not find the function of a REST API that streams responses. The client gets the response when
it is complete.

    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html

Not emulated: integrations and authorizers with a role.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError

Document = Mapping[str, Any]

_http_apis = hooks.module("services.apigateway")
_rest_apis = hooks.module("services.apigateway_v1")
_responses = hooks.module("core.responses")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")
_function_of: Callable[[str], str] = hooks.attribute(_http_apis, "_extract_lambda_ref_from_integration_uri")
_gateway_error: Callable[[str, str], Any] = hooks.attribute(_rest_apis, "_gw_error")

_STREAMING: Final = "/response-streaming-invocations"
_SERVICE: Final = "apigateway.amazonaws.com"


def install() -> None:
    """Check permissions before APIs invoke their functions.

    Raises:
        hooks.HookError: ministack invokes integrations or authorizers in another way now.
    """
    hooks.wrap(_rest_apis, "_invoke_lambda_proxy_v1", _invoke_for_rest_api)
    hooks.wrap(_http_apis, "_invoke_request_authorizer_lambda", _ask_http_authorizer)
    hooks.wrap(_rest_apis, "_invoke_authorizer_lambda", _ask_rest_authorizer)


async def _invoke_for_rest_api(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[..., Awaitable[Any]],
    integration: Document,
    api: str,
    stage: str,
    settings: object,
    resource: Document,
    path: object,
    method: str,
    /,
    *more: object,
    **named: object,
) -> Any:  # noqa: ANN401 - ministack's own
    uri = integration.get("uri", "").replace(_STREAMING, "/invocations")
    if not permitted(uri, api, f"{stage}/{method}{resource['path']}"):
        return _gateway_error("API_CONFIGURATION_ERROR", "Internal server error")
    return await original(
        {**integration, "uri": uri}, api, stage, settings, resource, path, method, *more, **named
    )


async def _ask_http_authorizer(
    original: Callable[..., Awaitable[Any]], authorizer: Document, event: Document, /, *scope: object
) -> Any:  # noqa: ANN401 - ministack's own
    api: str = event["requestContext"]["apiId"]
    if not permitted(authorizer["authorizerUri"], api, f"authorizers/{authorizer['authorizerId']}"):
        return None
    return await original(authorizer, event, *scope)


async def _ask_rest_authorizer(
    original: Callable[..., Awaitable[Any]], authorizer: Document, event: Document, /, *scope: object
) -> Any:  # noqa: ANN401 - ministack's own
    api = event["methodArn"].split(":")[5].partition("/")[0]
    if not permitted(authorizer["authorizerUri"], api, f"authorizers/{authorizer['id']}"):
        return None
    return await original(authorizer, event, *scope)


def permitted(uri: str, api: str, resource: str) -> Any:  # noqa: ANN401 - ministack's own
    """The execution record of the function in a URI; None if that part of an API may not invoke it."""
    source = f"arn:aws:execute-api:{_region()}:{_account()}:{api}/{resource}"
    try:
        return deliveries.require(_function_of(uri), _SERVICE, source)
    except RefusedError:
        return None
