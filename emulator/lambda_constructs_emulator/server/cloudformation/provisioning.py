"""Changes how CloudFormation provisions a resource type that ministack supports.

ministack keeps the functions that create, update and delete a resource in a table by type, so
replacing the function in its module, as `hooks.wrap` does, would not affect CloudFormation. It
reports any exception of such a function as the reason of the failure.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from collections.abc import Callable, KeysView, Sequence
from typing import Any

from ..core import hooks

Operation = Callable[..., Any]

_provisioners = hooks.module("services.cloudformation.provisioners")
_handlers: dict[str, dict[str, Any]] = hooks.attribute(_provisioners, "_RESOURCE_HANDLERS")


def wrap(resource_type: str, operation: str, wrapper: Operation) -> None:
    """Replace what CloudFormation does for a type.

    Args:
        resource_type: such as `AWS::Lambda::Function`.
        operation: `create(logical_id, properties, stack)`, `update(physical_id, old, new, stack)`, for
            some types followed by the logical id, or `delete(physical_id, properties)`.
        wrapper: takes the original function and then what that takes.

    Raises:
        hooks.HookError: ministack does not provision the type, or not like this, any more.
    """
    original = _handlers.get(resource_type, {}).get(operation)
    if not callable(original):
        raise hooks.HookError(f"ministack has no {operation} for {resource_type} any more")

    def replacement(*args: Any) -> Any:  # noqa: ANN401 - the operations differ in what they take and return
        return wrapper(original, *args)

    _handlers[resource_type][operation] = replacement


def operations(resource_type: str) -> KeysView[str]:
    """The operations of CloudFormation for a type: a type without `update` is replaced.

    Raises:
        hooks.HookError: ministack does not provision the type any more.
    """
    if resource_type not in _handlers:
        raise hooks.HookError(f"ministack does not provision {resource_type} any more")
    return _handlers[resource_type].keys()


def properties(arguments: Sequence[object]) -> list[dict[str, Any]]:
    """The properties among the arguments of `create` or `update`, which has the old ones first."""
    return [each for each in arguments if isinstance(each, dict)]


def refused(message: str) -> ValueError:
    """The failure of a resource whose service refused it, in the words of CloudFormation.

    Args:
        message: what the service's own API says.
    """
    return ValueError(
        f'Resource handler returned message: "Invalid request provided: {message}" '
        "(HandlerErrorCode: InvalidRequest)"
    )
