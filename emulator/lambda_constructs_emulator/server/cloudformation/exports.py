"""Refuses to change or remove an output that another stack imports, and names that another stack exports.

ministack looks at imports only when a stack is deleted, and keeps exports that an update removes. The update
fails and rolls back, before resources are deleted. AWS does not document its words.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from collections.abc import Callable, Collection, Mapping, MutableMapping
from typing import Any

from ..core import hooks

Document = Mapping[str, Any]
Outputs = tuple[list[Any], Mapping[str, Document]]

_cloudformation = hooks.module("services.cloudformation")
_stacks = hooks.module("services.cloudformation.stacks")
_existing: Mapping[str, Document] = hooks.attribute(_cloudformation, "_stacks")
_exports: MutableMapping[str, Document] = hooks.attribute(_cloudformation, "_exports")
_imports: Callable[[Document, str], Collection[str]] = hooks.attribute(
    hooks.module("services.cloudformation.handlers"), "_imported_export_names"
)


def install() -> None:
    """Look at imports when a stack is updated.

    Raises:
        hooks.HookError: ministack resolves outputs in another way now.
    """
    hooks.wrap(_stacks, "_resolve_stack_outputs", _resolve)


def _resolve(original: Callable[..., Outputs], *given: object) -> Outputs:
    outputs, exports = original(*given)
    stack = given[-1]
    own = {name for name, each in _exports.items() if each["StackId"] == stack}
    for name, export in exports.items():
        if name in _exports and name not in own:
            raise ValueError(f"Export with name {name} is already exported by stack {_name(_exports[name])}.")
        if name in own and _exports[name]["Value"] != export["Value"]:
            _require_unused(name, "updated")
    for name in own - set(exports):
        _require_unused(name, "deleted")
    for name in own - set(exports):
        del _exports[name]
    return outputs, exports


def _require_unused(export: str, change: str) -> None:
    users = [name for name, stack in _existing.items() if _is_used(export, name, stack)]
    if users:
        raise ValueError(f"Export {export} cannot be {change} as it is in use by {', '.join(users)}")


def _is_used(export: str, name: str, stack: Document) -> bool:
    return stack["StackStatus"] != "DELETE_COMPLETE" and export in _imports(stack, name)


def _name(export: Document) -> str:
    return str(export["StackId"]).split("/")[1]
