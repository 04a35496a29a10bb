"""Refuses destinations of asynchronous invocations to which the function's role may not send.

Lambda asks when a destination is configured, and refuses queues and topics that are FIFO. ministack accepts
both.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..core import hooks
from . import destinations

Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_functions: Mapping[str, Mapping[str, Any]] = hooks.attribute(_lambda, "_functions")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")


def install() -> None:
    """Ask IAM before a destination is stored, from the API and from CloudFormation.

    Raises:
        hooks.HookError: ministack stores destinations in another way now.
    """
    hooks.wrap(_lambda, "_put_event_invoke_config", _put)


def _put(
    original: Callable[..., Response], name: str, qualifier: str | None, settings: Mapping[str, Any]
) -> Response:
    function = _functions.get(name)
    refusal = _refusal(function["config"]["Role"], settings) if function else None
    return _invalid_parameter(refusal) if refusal else original(name, qualifier, settings)


def _refusal(role: str, settings: Mapping[str, Any]) -> str | None:
    """Why Lambda does not accept destinations, in the words of its API."""
    for each in (settings.get("DestinationConfig") or {}).values():
        target = (each or {}).get("Destination") or ""
        if target.endswith(".fifo"):
            return f"The provided destination {target} is invalid: FIFO is not supported."
        if target and (lacking := destinations.lacking(role, target)):
            call = lacking[0].partition(":")[2]
            return f"The function's execution role does not have permissions to call {call} on {target}"
    return None
