"""Refuses provisioned concurrency that Lambda refuses.

ministack accepts all of it. On AWS only published versions can have it, once for each version: on the version
or on an alias of it. A function cannot provision more than it reserves, or than the account has unreserved.
It cannot be changed while the alias has a routing configuration, so weights that a failed release leaves on
an alias fail the updates and the rollbacks of its stack. Environments are ready at once, also those of a
version that cannot initialize.

    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from . import concurrency_limits

Response = tuple[int, dict[str, str], bytes]
Function = Mapping[str, Any]

_lambda = hooks.module("services.lambda_svc")
_functions: Mapping[str, Function] = hooks.attribute(_lambda, "_functions")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")

_LATEST: Final = "$LATEST"


def install() -> None:
    """Look at the version, the weights and the concurrency that is left first.

    Raises:
        hooks.HookError: ministack's functions that change provisioned concurrency are gone.
    """
    for name in ("_put_provisioned_concurrency", "_delete_provisioned_concurrency"):
        hooks.wrap(_lambda, name, _refuse)


def _refuse(
    original: Callable[..., Response], name: str, qualifier: str, *more: Mapping[str, Any]
) -> Response:
    function = _functions.get(name)
    refusal = function and (
        _weights(function, qualifier) or next((_refusal(function, qualifier, each) for each in more), None)
    )
    return _invalid_parameter(refusal) if refusal else original(name, qualifier, *more)


def _weights(function: Function, qualifier: str) -> str | None:
    alias = function["aliases"].get(qualifier, {})
    if (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights"):
        return "Alias with weights can not be used with Provisioned Concurrency"
    return None


def _refusal(function: Function, qualifier: str, settings: Mapping[str, Any]) -> str | None:
    """Why Lambda does not provision concurrency, in the words of its API."""
    version = _version(function, qualifier)
    if version == _LATEST:
        return "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
    others = function["provisioned_concurrency"].keys() - {qualifier}
    if version in {_version(function, other) for other in others}:
        return (
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        )
    wanted = int(settings.get("ProvisionedConcurrentExecutions") or 0)
    return concurrency_limits.provisioned(function, qualifier, wanted)


def _version(function: Function, qualifier: str) -> str:
    alias = function["aliases"].get(qualifier)
    return str(alias["FunctionVersion"] if alias else qualifier or _LATEST)
