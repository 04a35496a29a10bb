"""A route of an API: a method and a path, such as `GET /orders/{id}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from . import limits

_NAME: Final = r"[^/{}\s+]+"
_PART: Final = rf"/([^/{{}}\s]+|\{{{_NAME}\}})"
_FORM: Final = re.compile(
    rf"(?P<method>{'|'.join(limits.ROUTE_METHODS)}) (?P<path>/|({_PART})+|({_PART})*/\{{{_NAME}\+\}})"
)


@dataclass(frozen=True)
class Route:
    """A route in its parts.

    Attributes:
        method: The method; `ANY` stands for all that have no route of their own.
        path: The path; `{name}` stands for one part of it, `{name+}` at its end for the rest.
    """

    method: str
    path: str

    @classmethod
    def parse(cls, route: str) -> Route | None:
        """The route that is written like this, if it is one."""
        found = _FORM.fullmatch(route)
        return None if found is None else cls(found["method"], found["path"])

    @property
    def pattern(self) -> str:
        """The route without the names of its variables: two with the same one match the same requests."""
        return f"{self.method} {re.sub(r'{[^+}]+', '{', self.path)}"

    @property
    def variables(self) -> list[tuple[str, str]]:
        """The variables with the path before each."""
        parts = self.parts
        return [
            ("".join(f"/{before}" for before in parts[:place]), part)
            for place, part in enumerate(parts)
            if part.startswith("{")
        ]

    @property
    def parts(self) -> list[str]:
        """The parts of the path."""
        return [part for part in self.path.split("/") if part]
