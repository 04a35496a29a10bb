"""The tasks of state machines that invoke functions.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .intrinsics import mapping
from .targets import Target, function_of, pieces, qualified
from .template import Resource, Template, number, value_at
from .trigger_kinds import STATE_MACHINE
from .values import Unknown, Value, flat, is_known, text_of
from .views import escaped, view

_INVOKE: Final = re.compile(r"arn:(?:<[^>]*>|[^:<>]+):states:::(aws-sdk:)?lambda:invoke(\.waitForTaskToken)?")
# A value of the template within the text of a definition, and a variable of DefinitionSubstitutions.
_PART_OR_VARIABLE: Final = re.compile("\ue000([0-9]+)\ue001|\\$\\{([^}]+)\\}")
_STRING_OR_PART: Final = re.compile('"(?:[^"\\\\]|\\\\.)*"|\ue000[0-9]+\ue001|\\$\\{[^}]+\\}', re.DOTALL)


@dataclass(frozen=True)
class Task:
    """A task that invokes a function."""

    machine: Resource  # the state machine
    name: str  # the name of the task
    location: str  # the property that defines it
    state: Mapping[str, Value]  # its definition
    # The definitions of the Map and Parallel states that contain it, the innermost first
    around: Sequence[Mapping[str, Value]]
    target: Target  # the function, alias or version that it invokes

    @property
    def asynchronous(self) -> bool:
        """Whether the task does not wait for the function."""
        return self._argument("InvocationType") == "Event"

    @property
    def timeout(self) -> float | Unknown | None:
        """Seconds that the task waits for the function; None if the definition sets no limit."""
        if self.asynchronous or flat(self.state.get("Resource")).endswith(".waitForTaskToken"):
            return None
        return number(self.state.get("TimeoutSeconds"))

    def handles(self, error: str) -> bool | Unknown:
        """Whether a retry or a catch of the task, or of a state around it, handles an error."""
        for state in (self.state, *self.around):
            for name in ("Retry", "Catch"):
                handlers = state.get(name)
                if handlers is not None and not is_known(handlers):
                    return Unknown(f"{name} of task {self.name}")
                for each in handlers if isinstance(handlers, list) else []:
                    named = {error, "States.TaskFailed", "States.ALL"}
                    if not named.isdisjoint(_texts(value_at(each, "ErrorEquals"))):
                        if name == "Catch" or value_at(each, "MaxAttempts") != 0:
                            return True
                        break  # the first retrier that names an error decides
        return False

    def _argument(self, name: str) -> Value:
        return value_at(self.state.get("Parameters") or self.state.get("Arguments"), name)


@view
def tasks(template: Template) -> Sequence[Task]:
    """The tasks of all state machines that invoke functions of the template."""
    return [task for machine in template.of_type(STATE_MACHINE) for task in _tasks(template, machine)]


def _tasks(template: Template, machine: Resource) -> Iterator[Task]:
    for name in ("DefinitionString", "Definition"):
        given = machine.get(name)
        definition = given if isinstance(given, dict) else _parsed(given)
        if isinstance(definition, dict):
            variables = machine.get("DefinitionSubstitutions")
            values = mapping(_filled(definition, variables if isinstance(variables, dict) else {}, given))
            yield from _in_states(template, machine, values, name if isinstance(given, dict) else "", ())
            return


def _parsed(text: Value) -> Any:  # noqa: ANN401 - whatever its author wrote
    """A definition from its text, in which the values of the template are placeholders."""
    written = "".join(
        part if isinstance(part, str) else f"\ue000{position}\ue001"
        for position, part in enumerate(pieces(text))
    )
    quoted = _STRING_OR_PART.sub(lambda each: each[0] if each[0].startswith('"') else f'"{each[0]}"', written)
    try:
        return json.loads(quoted)
    except (ValueError, RecursionError):
        return None


def _filled(value: Any, variables: Mapping[str, Value], text: Value) -> Value:  # noqa: ANN401
    """A part of a definition with the values that its placeholders and variables stand for."""
    if isinstance(value, dict):
        return {str(key): _filled(each, variables, text) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, variables, text) for each in value]
    if not isinstance(value, str):
        return value  # type: ignore[no-any-return] # a scalar, or a value that the template resolved
    parts: list[Value] = []
    rest = 0
    for found in _PART_OR_VARIABLE.finditer(value):
        position, name = found.groups()
        parts.append(value[rest : found.start()])
        parts.append(
            pieces(text)[int(position)] if position else variables.get(name, Unknown(f"variable {name}"))
        )
        rest = found.end()
    return text_of([*parts, value[rest:]])


def _in_states(
    template: Template,
    machine: Resource,
    definition: Mapping[str, Value],
    location: str,
    around: tuple[Mapping[str, Value], ...],
) -> Iterator[Task]:
    """The tasks of a definition, also those in branches and iterators."""
    for name, state in mapping(definition.get("States")).items():
        if not isinstance(state, dict):
            continue
        where = f"{location}/States/{escaped(name)}" if location else ""
        if (target := _target(template, state)) is not None:
            shown = f"{where}/Resource" if where else "DefinitionString"
            yield Task(machine, name, shown, state, around, target)
        inner = [(each, state.get(each)) for each in ("Iterator", "ItemProcessor")]
        branches = state.get("Branches")
        if isinstance(branches, list):
            inner += [(f"Branches/{position}", each) for position, each in enumerate(branches)]
        for step, each in inner:
            if isinstance(each, dict):
                yield from _in_states(template, machine, each, where and f"{where}/{step}", (state, *around))


def _target(template: Template, state: Mapping[str, Value]) -> Target | None:
    resource = state.get("Resource")
    if state.get("Type") != "Task" or resource is None:
        return None
    if not _INVOKE.fullmatch(flat(resource)):
        return function_of(template, resource)
    arguments = state.get("Parameters") or state.get("Arguments")
    target = function_of(template, value_at(arguments, "FunctionName"))
    qualifier = value_at(arguments, "Qualifier")
    if target is None or qualifier is None:
        return target
    return qualified(template, target.function, qualifier)


def _texts(value: Value) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
