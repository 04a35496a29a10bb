"""Serves the runtime management of a function, which ministack lacks.

`properties` keeps what a template says. Handlers run with this machine's runtimes.

    https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html
    https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

from ..core import hooks

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Response]]

_PATH: Final = re.compile(r"/2021-07-20/functions/(?:[^/]+:function:)?([^/:]+)/runtime-management-config")
_DEFAULT: Final = {"UpdateRuntimeOn": "Auto"}

_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_functions: Mapping[str, dict[str, Any]] = hooks.attribute(_lambda, "_functions")
_function_arn: Callable[[str], str] = hooks.attribute(_lambda, "_func_arn")
_json: Callable[..., Response] = hooks.attribute(_responses, "json_response")
_error: Callable[..., Response] = hooks.attribute(_responses, "error_response_json")


def install() -> None:
    """Serve it.

    Raises:
        hooks.HookError: ministack's function that serves Lambda's API is gone.
    """
    hooks.wrap(_lambda, "handle_request", _handle)


async def _handle(
    original: Handler,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *query: object,
) -> Response:
    found = _PATH.fullmatch(unquote(path))
    if found is None:
        return await original(method, path, headers, body, *query)
    name = found[1]
    if name not in _functions:
        return _error("ResourceNotFoundException", f"Function not found: {_function_arn(name)}", 404)
    if method == "PUT":
        _functions[name]["runtime_management"] = json.loads(body)
    settings = _functions[name].get("runtime_management") or _DEFAULT
    return _json({**settings, "FunctionArn": _function_arn(name)})
