"""The lines of a template's keys, in JSON and in YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from ..template.files import Keys, is_json

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:\s"]+')


class Positions:
    """Where the keys of a file are."""

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, keys: Keys) -> int:
        """The line of a key, or of the closest one above it that the file has; 1 is the first line."""
        while keys and keys not in self._lines:
            keys = keys[:-1]
        return self._lines.get(keys, 1)

    @cached_property
    def _lines(self) -> Mapping[Keys, int]:
        if is_json(self._text):
            return _json_lines(self._text)
        from ..template.cfn_yaml import lines  # noqa: PLC0415 - only here, because it needs the extra

        return lines(self._text)


def _json_lines(text: str) -> dict[Keys, int]:
    """The lines of a JSON document that was parsed before."""
    found: dict[Keys, int] = {}
    path: list[Any] = []
    line, end, key = 1, 0, False
    for token in _TOKEN.finditer(text):
        line += text.count("\n", end, token.start())
        end = token.start()
        match token[0]:
            case "{":
                path.append("")
                key = True
            case "[":
                path.append(0)
                found[tuple(path)] = line
                key = False
            case "}" | "]":
                path.pop()
                key = False
            case ",":
                key = isinstance(path[-1], str)
                if not key:
                    path[-1] += 1
                    found[tuple(path)] = line
            case ":":
                key = False
            case name if key:
                path[-1] = json.loads(name)
                found[tuple(path)] = line
    return found
