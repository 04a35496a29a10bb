"""The loops of the transform AWS::LanguageExtensions: each `Fn::ForEach` becomes the entries it stands for.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..template.files import Keys
from ..template.intrinsics import Resolver

LOOP: Final = "Fn::ForEach::"
# Our limit, far above the 500 resources of a stack with all of their keys, because nested loops multiply.
_ENTRIES_MAXIMUM: Final = 100_000


class TooManyEntriesError(Exception):
    """The loops of a template make more than any stack can have."""


@dataclass
class Loops:
    """Expands the loops of one template."""

    resolver: Resolver  # resolves the collections
    # The loops whose collection is known only at deployment: their resources are left out
    notes: list[str] = field(default_factory=list)
    _made: int = 0  # how many entries it has expanded

    def entries(
        self, written: Mapping[str, Any], at: Keys = (), variables: Mapping[str, str] | None = None
    ) -> Iterator[tuple[str, Any, Keys]]:
        """The entries of an object, its loops expanded: the key, the value, and where it is written."""
        variables = variables or {}
        for key, value in written.items():
            self._made += 1
            if self._made > _ENTRIES_MAXIMUM:
                raise TooManyEntriesError
            match value:
                case [str(variable), collection, dict(body)] if key.startswith(LOOP):
                    for item in self._items(key, self._filled(collection, variables)):
                        yield from self.entries(body, (*at, key, 2), {**variables, variable: item})
                case _:
                    yield _replaced(key, variables), self._filled(value, variables), (*at, key)

    def _items(self, key: str, collection: object) -> list[str]:
        items = self.resolver.resolve(collection)
        if isinstance(items, list) and all(isinstance(each, str | int) for each in items):
            return list(map(str, items))
        self.notes.append(f"{key} is not checked: its collection is known only at deployment")
        return []

    def _filled(self, value: Any, variables: Mapping[str, str]) -> Any:  # noqa: ANN401
        """A value with the variables of the loops around it, and with its own loops expanded."""
        match value:
            case {"Ref": str(name)} if name in variables:
                return variables[name]
            case dict():
                return {key: item for key, item, _ in self.entries(value, variables=variables)}
            case list():
                return [self._filled(each, variables) for each in value]
            case str():
                return _replaced(value, variables)
            case _:
                return value


def _replaced(text: str, variables: Mapping[str, str]) -> str:
    """A string with the values of the variables; `&{}` leaves out what a logical id cannot contain."""
    for name, value in variables.items():
        alphanumeric = "".join(filter(str.isalnum, value))
        text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", alphanumeric)
    return text
