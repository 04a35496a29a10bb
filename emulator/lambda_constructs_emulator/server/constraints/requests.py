"""Judges requests to the APIs of services before ministack reads them.

Requests that configure something are judged, and those that move data are not. Services whose requests
are not JSON, such as Amazon SNS and IAM, are not judged here; `templates` judges their resources.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from ..core import hooks
from . import operations, violations

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Response]]

_handlers: dict[str, Handler] = hooks.attribute(hooks.module("app"), "SERVICE_HANDLERS")
_operation_of: Callable[..., str | None] = hooks.attribute(
    hooks.module("core.iam_actions"), "_match_rest_action"
)
_error: Callable[[str, str, int], Response] = hooks.attribute(
    hooks.module("core.responses"), "error_response_json"
)

_MODELS: Final[Mapping[str, str]] = {
    "apigateway": "apigateway",
    "states": "stepfunctions",
    **{
        name: name
        for name in (
            *("application-autoscaling", "codedeploy", "cognito-idp", "dynamodb", "events", "kinesis"),
            *("kms", "lambda", "logs", "scheduler", "secretsmanager", "sqs", "ssm"),
        )
    },
}
"""The model of each service that is judged, by its name in ministack."""
_CONFIGURES: Final = re.compile("Add|Create|Publish|Put|Register|Set|Tag|Update")
_MOVES_DATA: Final = frozenset(
    {"PutEvents", "PutItem", "PutLogEvents", "PutRecord", "PutRecords", "UpdateItem"}
)
_CODES: Final = {
    "apigateway": "BadRequestException",
    "cognito-idp": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "sqs": "InvalidAttributeValue",
}
_CODE: Final = "ValidationException"


def install() -> None:
    """Judge them.

    Raises:
        hooks.HookError: ministack does not serve one of the services any more.
    """
    for service in _MODELS:
        original = _handlers.get(service)
        if original is None:
            raise hooks.HookError(f"ministack does not serve {service} any more")
        _handlers[service] = _judged(service, original)


def _judged(service: str, original: Handler) -> Handler:
    async def handle(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Response:
        if method != "GET" and not path.endswith("/invocations"):
            target = headers.get("x-amz-target", "")
            operation = target.rpartition(".")[2] or _operation_of(service, method, unquote(path), query)
            if operation and _CONFIGURES.match(operation) and operation not in _MOVES_DATA:
                model = "apigatewayv2" if path.startswith("/v2/") else _MODELS[service]
                if found := _refusals(model, operation, path, query, body):
                    return _error(_CODES.get(service, _CODE), violations.detected(found), 400)
        return await original(method, path, headers, body, query)

    return handle


def _refusals(model: str, operation: str, path: str, query: Mapping[str, Any], body: bytes) -> Sequence[str]:
    """The errors of AWS for a request; ministack refuses missing members and malformed JSON."""
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return ()
    described = operations.described(model, operation)
    if described is None or not isinstance(document, dict):
        return ()
    in_query = {name: each[0] if isinstance(each, list) and each else each for name, each in query.items()}
    elsewhere = {**in_query, **_labels(described.http["requestUri"], path)}
    members = described.input_shape.members if described.input_shape else {}
    names = {member.serialization.get("name"): name for name, member in members.items()}
    values = {**{names.get(name, name): each for name, each in elsewhere.items()}, **document}
    return operations.refusals_of_request(model, operation, values)


def _labels(template: str, path: str) -> dict[str, str]:
    """What is in the path of a request, by the names in the template."""
    names, values = template.partition("?")[0].split("/"), path.split("/")
    if len(names) != len(values):
        return {}
    pairs = zip(names, values, strict=True)
    return {name.strip("{}"): unquote(value) for name, value in pairs if name.startswith("{")}
