"""Judges the properties of a template's resource before ministack creates or updates it.

On AWS, a stack fails at the first resource whose service refuses its properties. ministack writes most of
them into its records as they are.
"""

from typing import Any, Final

from ..cloudformation import provisioning
from . import operations, violations

_JUDGED: Final = frozenset({"create", "update"})


def install() -> None:
    """Judge them, before all that other modules do.

    Raises:
        hooks.HookError: ministack provisions one of the types in another way now.
    """
    for resource_type in operations.OF_TYPES:
        for operation in _JUDGED & provisioning.operations(resource_type):
            provisioning.wrap(resource_type, operation, _judged(resource_type))


def _judged(resource_type: str) -> provisioning.Operation:
    def provision(original: provisioning.Operation, *arguments: Any) -> Any:  # noqa: ANN401 - ministack's
        if found := operations.refusals(resource_type, provisioning.properties(arguments)[-1]):
            raise provisioning.refused(violations.detected(found))
        return original(*arguments)

    return provision
