"""Refuses to change the provisioned concurrency of an alias that has weights.

ministack accepts it. On AWS it cannot be changed while the alias has a routing configuration, so weights that
a failed release leaves on an alias fail the updates and the rollbacks of its stack. Environments are ready at
once, also those of a version that cannot initialize.

    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..core import hooks

Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_functions: Mapping[str, Mapping[str, Any]] = hooks.attribute(_lambda, "_functions")
_error: Callable[..., Response] = hooks.attribute(hooks.module("core.responses"), "error_response_json")


def install() -> None:
    """Look at the weights first.

    Raises:
        hooks.HookError: ministack's functions that change provisioned concurrency are gone.
    """
    for name in ("_put_provisioned_concurrency", "_delete_provisioned_concurrency"):
        hooks.wrap(_lambda, name, _refuse_weights)


def _refuse_weights(
    original: Callable[..., Response],
    function: str,
    qualifier: str,
    *more: Any,  # noqa: ANN401 - ministack's
) -> Response:
    alias = _functions.get(function, {}).get("aliases", {}).get(qualifier, {})
    if (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights"):
        text = "Alias with weights can not be used with Provisioned Concurrency"
        return _error("InvalidParameterValueException", text, 400)
    return original(function, qualifier, *more)
