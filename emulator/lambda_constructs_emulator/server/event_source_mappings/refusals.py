"""Refuses event source mappings that Lambda refuses, from the API and from CloudFormation."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks

Settings = Mapping[str, Any]
Objections = Callable[[Settings], Iterator[str]]
Response = tuple[int, dict[str, str], bytes]

_RESOURCE_TYPE: Final = "AWS::Lambda::EventSourceMapping"

_lambda = hooks.module("services.lambda_svc")
_mappings: Any = hooks.attribute(_lambda, "_esms")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")


def install(objections: Objections) -> None:
    """Refuse mappings that are created or updated with settings to which there are objections.

    Args:
        objections: why Lambda would refuse such settings, in the words of its API; the first one counts.

    Raises:
        hooks.HookError: ministack creates or updates mappings in another way now.
    """

    def create(original: Callable[[Settings], Response], settings: Settings) -> Response:
        refusal = next(objections(settings), None)
        return _invalid_parameter(refusal) if refusal else original(settings)

    def update(original: Callable[[str, Settings], Response], identifier: str, changes: Settings) -> Response:
        mapping = _mappings.get(identifier)
        refusal = next(objections({**_settings(mapping), **changes}), None) if mapping else None
        return _invalid_parameter(refusal) if refusal else original(identifier, changes)

    def provision(
        original: Callable[[str, Settings, str], Any], logical_id: str, properties: Settings, stack: str
    ) -> object:
        raise_if_refused(properties)
        return original(logical_id, properties, stack)

    def provision_update(
        original: Callable[[str, Settings, Settings, str], Any],
        identifier: str,
        old: Settings,
        new: Settings,
        stack: str,
    ) -> object:
        raise_if_refused(new)
        return original(identifier, old, new, stack)

    def raise_if_refused(properties: Settings) -> None:
        if refusal := next(objections(properties), None):
            raise provisioning.refused(refusal)

    hooks.wrap(_lambda, "_create_esm", create)
    hooks.wrap(_lambda, "_update_esm", update)
    provisioning.wrap(_RESOURCE_TYPE, "create", provision)
    provisioning.wrap(_RESOURCE_TYPE, "update", provision_update)


def _settings(mapping: Settings) -> Settings:
    """A mapping as the request that would create it: by its ARN a function is known with its alias."""
    return {**mapping, "FunctionName": mapping["FunctionArn"]}
