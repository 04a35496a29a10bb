"""Returns from `Ref` what AWS returns, for secrets and for parameters without a name.

- A secret: its ARN. ministack returns the name, so a policy on `Ref` allows nothing and the function
  cannot read its secret.
- A parameter without a name: the generated `CFN-<logical id>-<suffix>`. ministack makes it a path,
  `/<stack>/<logical id>`; a template that puts `parameter/` before it, as AWS documents for names
  without a path, then names another parameter.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secret.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ssm-parameter.html
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from . import provisioning

Properties = Mapping[str, Any]
Attributes = dict[str, str]

_SECRET: Final = "AWS::SecretsManager::Secret"  # noqa: S105 - the name of a type
_PARAMETER: Final = "AWS::SSM::Parameter"
_SUFFIX_LENGTH: Final = 12

_secrets_manager = hooks.module("services.secretsmanager")
_secrets: Mapping[str, Mapping[str, Any]] = hooks.attribute(_secrets_manager, "_secrets")


def install() -> None:
    """Return what AWS returns.

    Raises:
        hooks.HookError: ministack provisions secrets or parameters in another way now.
    """
    provisioning.wrap(_SECRET, "create", _create_secret)
    provisioning.wrap(_SECRET, "update", _update_secret)
    provisioning.wrap(_SECRET, "delete", _delete_secret)
    provisioning.wrap(_PARAMETER, "create", _create_parameter)


def _create_secret(
    original: Callable[[str, Properties, str], tuple[str, Attributes]],
    logical_id: str,
    properties: Properties,
    stack: str,
) -> tuple[str, Attributes]:
    _name, attributes = original(logical_id, properties, stack)
    return attributes["Arn"], attributes


def _update_secret(
    original: Callable[..., tuple[str, Attributes]], arn: str, *changes: object
) -> tuple[str, Attributes]:
    _name, attributes = original(_secret_name(arn), *changes)
    return attributes["Arn"], attributes


def _delete_secret(original: Callable[[str, Properties], None], arn: str, properties: Properties) -> None:
    original(_secret_name(arn), properties)


def _secret_name(arn: str) -> str:
    """The name, which is ministack's key of a secret; for a deleted secret its ARN."""
    return next((name for name, secret in list(_secrets.items()) if secret["ARN"] == arn), arn)


def _create_parameter(
    original: Callable[[str, Properties, str], tuple[str, Attributes]],
    logical_id: str,
    properties: Properties,
    stack: str,
) -> tuple[str, Attributes]:
    if properties.get("Name"):
        return original(logical_id, properties, stack)
    # The same at every attempt, so that an update finds what an earlier one created.
    suffix = hashlib.sha256(f"{stack}/{logical_id}".encode()).hexdigest()[:_SUFFIX_LENGTH]
    return original(logical_id, {**properties, "Name": f"CFN-{logical_id}-{suffix}"}, stack)
