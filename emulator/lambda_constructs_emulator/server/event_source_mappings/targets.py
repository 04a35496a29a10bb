"""Lets a template move an event source mapping to another version or alias.

ministack changes the ARN that it shows and keeps invoking the former version or alias; on AWS the
mapping invokes what it shows.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html
"""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks

Properties = Mapping[str, Any]

_RESOURCE_TYPE: Final = "AWS::Lambda::EventSourceMapping"
_UNQUALIFIED: Final = 7
"""Parts of the ARN of a function; that of a version or alias has one more."""

_lambda = hooks.module("services.lambda_svc")
_mappings: MutableMapping[str, dict[str, Any]] = hooks.attribute(_lambda, "_esms")


def install() -> None:
    """Have updated mappings invoke what their ARN says.

    Raises:
        hooks.HookError: ministack does not update mappings like this any more.
    """
    provisioning.wrap(_RESOURCE_TYPE, "update", _update)


def _update(
    original: Callable[[str, Properties, Properties, str], tuple[str, Any]],
    identifier: str,
    old: Properties,
    new: Properties,
    stack: str,
) -> tuple[str, Any]:
    updated = original(identifier, old, new, stack)
    mapping = _mappings[updated[0]]
    qualifiers = mapping["FunctionArn"].split(":")[_UNQUALIFIED:]
    mapping["Qualifier"] = qualifiers[0] if qualifiers else None
    return updated
