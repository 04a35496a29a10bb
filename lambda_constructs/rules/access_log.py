"""The access log of an API: its fields."""

from __future__ import annotations

import json
from typing import Final

# Variables that both kinds of API support; they do not contain tokens.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
_VARIABLES: Final = {
    "requestId": "requestId",
    "extendedRequestId": "extendedRequestId",
    "requestTime": "requestTime",
    "sourceIp": "identity.sourceIp",
    "userAgent": "identity.userAgent",
    "caller": "identity.userArn",
    "method": "httpMethod",
    "path": "path",
    "protocol": "protocol",
    "status": "status",
    "responseLength": "responseLength",
    "responseLatency": "responseLatency",
    "integrationLatency": "integrationLatency",
    "integrationStatus": "integrationStatus",
    "integrationError": "integrationErrorMessage",
    "error": "error.message",
    "errorType": "error.responseType",
    "authorizerError": "authorizer.error",
}


def access_log_format(route: str) -> str:
    """One line of JSON for each request; `route` is the variable that names its route."""
    variables = _VARIABLES | {"route": route}
    return json.dumps({name: f"$context.{variable}" for name, variable in variables.items()})
