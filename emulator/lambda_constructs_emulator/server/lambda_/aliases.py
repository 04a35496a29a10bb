"""Refuses aliases that Lambda refuses: of versions that do not exist, and weights of unpublished versions.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks

Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_provisioners = hooks.module("services.cloudformation.provisioners")
_functions: Mapping[str, Mapping[str, Any]] = hooks.attribute(_lambda, "_functions")
_arn: Callable[[str], str] = hooks.attribute(_lambda, "_func_arn")
_error: Callable[[str, str, int], Response] = hooks.attribute(
    hooks.module("core.responses"), "error_response_json"
)
_weights: Callable[[Settings], Any] = hooks.attribute(_provisioners, "_lambda_alias_routing_config")
_find: Callable[[str], tuple[Any, ...]] = hooks.attribute(_provisioners, "_lambda_function_for_cfn_ref")

_TYPE: Final = "AWS::Lambda::Alias"
_LATEST: Final = "$LATEST"


def install() -> None:
    """Look at the versions first.

    Raises:
        hooks.HookError: ministack creates or updates aliases in another way now.
    """
    hooks.wrap(_lambda, "_create_alias", _create)
    hooks.wrap(_lambda, "_update_alias", _update)
    provisioning.wrap(_TYPE, "create", _provision)


def _create(original: Callable[[str, Settings], Response], name: str, settings: Settings) -> Response:
    return _refused(name, settings) or original(name, settings)


def _update(
    original: Callable[[str, str, Settings], Response], name: str, alias: str, changes: Settings
) -> Response:
    current = _functions.get(name, {}).get("aliases", {}).get(alias, {})
    return _refused(name, {**current, **changes}) or original(name, alias, changes)


def _provision(
    original: Callable[[str, Settings, str], Any], logical_id: str, properties: Settings, stack: str
) -> object:
    name = _find(properties.get("FunctionName", ""))[1]
    if refusal := _refusal(name, {**properties, "RoutingConfig": _weights(properties)}):
        raise provisioning.refused(refusal[1])
    return original(logical_id, properties, stack)


def _refused(name: str, settings: Settings) -> Response | None:
    refusal = _refusal(name, settings)
    return _error(*refusal, 404 if refusal[0].startswith("ResourceNotFound") else 400) if refusal else None


def _refusal(name: str, settings: Settings) -> tuple[str, str] | None:
    """The code and the message of Lambda's error; ministack refuses functions that do not exist."""
    function = _functions.get(name)
    if function is None:
        return None
    version = settings.get("FunctionVersion") or _LATEST
    weights = (settings.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    for each in (version, *weights):
        if each != _LATEST and each not in function["versions"]:
            return "ResourceNotFoundException", f"Function not found: {_arn(name)}:{each}"
    invalid = "InvalidParameterValueException"
    if len(weights) > 1:
        return invalid, "Number of items in AdditionalVersionWeights cannot be greater than 1"
    if weights and _LATEST in {version, *weights}:
        return invalid, "$LATEST is not supported for an alias pointing to more than 1 version"
    if version in weights:
        already = f"Function version {version} is already included in routing configuration."
        return invalid, f"Invalid function version {version}. {already}"
    return None
