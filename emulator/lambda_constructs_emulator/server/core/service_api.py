"""Serves APIs that ministack lacks: JSON with `X-Amz-Target`, with IAM enforced.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/Welcome.html
https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from . import hooks

Request = dict[str, Any]
Operation = Callable[[Request], Mapping[str, Any]]
Response = tuple[int, dict[str, str], bytes]

_app = hooks.module("app")
_router = hooks.module("core.router")
_iam_actions = hooks.module("core.iam_actions")
_responses = hooks.module("core.responses")
_json: Callable[..., Response] = hooks.attribute(_responses, "json_response")
_error: Callable[..., Response] = hooks.attribute(_responses, "error_response_json")


class ServiceError(Exception):
    """An answer with an error: its code, as the service's model names it, and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def register(
    service: str,
    target_prefix: str,
    operations: Mapping[str, Operation],
    *,
    resource: Callable[[Request], str] = lambda _request: "*",
) -> None:
    """Serve the operations of a service; other operations return an error.

    Args:
        service: its name in signatures and IAM actions, such as `codedeploy`.
        target_prefix: the part before the operation in `X-Amz-Target`.
        operations: what answers, by operation.
        resource: the ARN that IAM checks a request against.

    Raises:
        hooks.HookError: ministack serves it itself now, or routes requests differently.
    """
    handlers = hooks.attribute(_app, "SERVICE_HANDLERS")
    if service in handlers:
        raise hooks.HookError(f"ministack serves {service} itself: drop ours")
    handlers[service] = _handler(service, operations)
    hooks.attribute(_router, "SERVICE_PATTERNS")[service] = {
        "target_prefixes": [f"{target_prefix}."],
        "host_patterns": [],
        "credential_scope": service,
    }
    hooks.attribute(_iam_actions, "SERVICE_TO_IAM_NAMESPACE")[service] = service

    def resource_arn(original: Callable[..., str], /, *args: object, **kwargs: object) -> str:
        named, _method, _path, _headers, body = args[:5]
        if named != service:
            return original(*args, **kwargs)
        return resource(json.loads(cast(bytes, body) or b"{}"))

    hooks.wrap(_iam_actions, "extract_resource_arn", resource_arn)


def _handler(service: str, operations: Mapping[str, Operation]) -> Callable[..., Any]:
    async def handle(
        _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Mapping[str, Any]
    ) -> Response:
        name = headers.get("x-amz-target", "").rpartition(".")[2]
        operation = operations.get(name)
        if operation is None:
            return _error("UnknownOperationException", f"{service}:{name} is not modelled here", 400)
        try:
            return _json(operation(json.loads(body or b"{}")))
        except ServiceError as error:
            return _error(error.code, str(error), 400)

    return handle
