"""Decides as AWS does whether a change of a template is an update of the stack.

| what changes | here and on AWS | ministack |
|---|---|---|
| outputs only | a change set without changes, which can be executed | a failed change set |
| a condition of resources | a change set that adds or removes them | a failed change set |
| only conditions, description, mappings or metadata, with no effect | no update | an update |

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

Document = Mapping[str, Any]
Response = tuple[int, Mapping[str, str], bytes]

_handlers = hooks.module("services.cloudformation.handlers")
_changesets = hooks.module("services.cloudformation.changesets")
_stacks = hooks.module("services.cloudformation.stacks")
_operations: dict[str, Callable[[Document], Response]] = hooks.attribute(_handlers, "_ACTION_HANDLERS")
_stack: Callable[[str], dict[str, Any] | None] = hooks.attribute(_handlers, "_resolve_stack")
_conditions: Callable[[Document, Document], Mapping[str, bool]] = hooks.attribute(
    _changesets, "_evaluate_conditions"
)
_change_set: Callable[[str, str], tuple[str, dict[str, Any]]] = hooks.attribute(
    _changesets, "_find_change_set"
)
_parameter: Callable[[Document, str], str] = hooks.attribute(_changesets, "_p")
_outputs: Callable[..., tuple[list[Any], object]] = hooks.attribute(_stacks, "_resolve_stack_outputs")
_tags_changed: Callable[[Document, list[Any], bool], bool] = hooks.attribute(_stacks, "_stack_tags_changed")

_CREATE_CHANGE_SET: Final = "CreateChangeSet"
_NO_UPDATE: Final = ("Conditions", "Description", "Mappings", "Metadata")
"""Sections that AWS does not update by themselves."""
_UNCHANGED: Final = "The submitted information didn't contain changes."


def install() -> None:
    """Decide here.

    Raises:
        hooks.HookError: ministack decides in another way now.
    """
    if _CREATE_CHANGE_SET not in _operations:
        raise hooks.HookError(f"ministack has no {_CREATE_CHANGE_SET} any more")
    original = _operations[_CREATE_CHANGE_SET]
    _operations[_CREATE_CHANGE_SET] = lambda request: _create_change_set(original, request)
    hooks.wrap(_changesets, "_resolve_props_for_diff", _with_resources_that_exist)
    hooks.wrap(_handlers, "_stack_has_no_updates", _has_no_updates)


def _create_change_set(original: Callable[[Document], Response], request: Document) -> Response:
    response = original(request)
    name = _parameter(request, "StackName")
    _id, change_set = _change_set(_parameter(request, "ChangeSetName"), name)
    stack = _stack(name)
    if (
        change_set
        and stack
        and change_set["ChangeSetType"] == "UPDATE"
        and change_set["StatusReason"].startswith(_UNCHANGED)
        and _has_other_outputs(stack, change_set["_template"], change_set["_resolved_params"])
    ):
        change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
    return response


def _has_other_outputs(stack: Document, template: Document, parameters: Document) -> bool:
    """Whether outputs of the template differ from those of the stack, or cannot be known yet."""
    current: list[Any] = stack.get("Outputs", [])
    try:
        found, _exports = _outputs(
            template.get("Outputs", {}),
            _conditions(template, parameters),
            stack.get("_resources", {}),
            parameters,
            template.get("Mappings", {}),
            stack["StackName"],
            stack["StackId"],
        )
    except (KeyError, ValueError):
        return True
    return found != current


def _with_resources_that_exist(
    original: Callable[[Document, Document, str, str], Document],
    template: Document,
    parameters: Document,
    *stack: str,
) -> Document:
    """The resources whose conditions hold."""
    found = original(template, parameters, *stack)
    if not template.get("Conditions"):
        return found
    hold = _conditions(template, parameters)
    resources = found["Resources"].items()
    return {"Resources": {name: each for name, each in resources if hold.get(each.get("Condition"), True)}}


def _has_no_updates(
    original: Callable[..., bool],
    stack: Document,
    template: Document,
    parameters: Document,
    tags: list[Any],
    *given: bool,
) -> bool:
    if original(stack, template, parameters, tags, *given):
        return True
    before, known = stack.get("_template", {}), stack.get("_resolved_params", {})
    place = stack["StackName"], stack["StackId"]
    return (
        {name: each for name, each in before.items() if name not in _NO_UPDATE}
        == {name: each for name, each in template.items() if name not in _NO_UPDATE}
        and before != template
        and _values(known) == _values(parameters)
        and not _tags_changed(stack, tags, given[-1])
        and _changesets._resolve_props_for_diff(before, known, *place)
        == _changesets._resolve_props_for_diff(template, parameters, *place)
        and not _has_other_outputs(stack, template, parameters)
    )


def _values(parameters: Document) -> Document:
    return {name: each.get("Value") for name, each in parameters.items()}
