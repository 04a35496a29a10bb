"""YAML as CloudFormation reads it: its short tags, and neither dates nor octal numbers.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD: Final = "tag:yaml.org,2002:"
_MERGE: Final = f"{_STANDARD}merge"
_DECIMAL: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
# Our limit, far above the size of any template (at most 1 MB), because aliases can multiply values.
_NODES_MAXIMUM: Final = 200_000
_DEPTH_MAXIMUM: Final = 100
_ENDLESS: Final = "it is nested too deeply or too large, or its aliases expand endlessly"


def parse_yaml(text: str, repeated: list[str] | None = None) -> Any:  # noqa: ANN401 - of any shape
    """Parse a YAML document; `!Sub x` becomes `{"Fn::Sub": "x"}`.

    Text that is not YAML, or expands endlessly, is a ValueError. The repeated keys of a mapping are appended
    to `repeated`.
    """
    try:
        _refuse_depth(text)
        node = yaml.compose(text, Loader=_LOADER)
        return None if node is None else _Tree([] if repeated is None else repeated).value(node)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def lines(text: str) -> dict[tuple[str | int, ...], int]:
    """The lines of the keys of a document that was parsed before, by the keys from the root."""
    found: dict[tuple[str | int, ...], int] = {}
    rest: list[tuple[tuple[str | int, ...], yaml.Node]] = [((), yaml.compose(text, Loader=_LOADER))]
    while rest:
        path, node = rest.pop()
        entries: list[tuple[str | int, yaml.Node, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            entries = [(str(key.value), key, item) for key, item in node.value]
        elif isinstance(node, yaml.SequenceNode):
            entries = [(index, item, item) for index, item in enumerate(node.value)]
        for name, start, item in entries:
            found[*path, name] = start.start_mark.line + 1
            if len(found) < _NODES_MAXIMUM:
                rest.append(((*path, name), item))
    return found


def _refuse_depth(text: str) -> None:
    """Check the depth event by event, because the loader itself crashes the process on deep documents."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH_MAXIMUM:
            raise ValueError(_ENDLESS)


def _integer(text: str) -> int | str:
    """A decimal number; account ids that start with 0 and times of day remain strings."""
    return int(text) if _DECIMAL.fullmatch(text) else text


def _float(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


_SCALARS: Final[Mapping[str, Callable[[str], object]]] = {
    f"{_STANDARD}int": _integer,
    f"{_STANDARD}float": _float,
    f"{_STANDARD}bool": lambda text: text.lower() in ("true", "yes", "on"),
    f"{_STANDARD}null": lambda _: None,
}


class _Tree:
    """Converts the nodes of a document into values, and each alias into a copy."""

    def __init__(self, repeated: list[str]) -> None:
        self._nodes = 0
        self._repeated = repeated

    def value(self, node: yaml.Node, depth: int = 0) -> Any:  # noqa: ANN401
        """The value of a node."""
        self._nodes += 1
        if self._nodes > _NODES_MAXIMUM or depth > _DEPTH_MAXIMUM:
            raise ValueError(_ENDLESS)
        plain = self._plain(node, depth + 1)
        if node.tag.startswith("!") and node.tag != "!":
            return _intrinsic(node.tag[1:], plain)
        if isinstance(node, yaml.ScalarNode) and (read := _SCALARS.get(node.tag)):
            return read(plain)
        return plain

    def _plain(self, node: yaml.Node, depth: int) -> Any:  # noqa: ANN401
        """The value of a node without its tag; keys are strings, as in JSON."""
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth) for item in node.value]
        if not isinstance(node, yaml.MappingNode):
            return node.value
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, item in node.value:
            value = self.value(item, depth)
            if key.tag == _MERGE:
                for each in value if isinstance(value, list) else [value]:
                    merged = {**_mapping(each, key), **merged}
            else:
                name = str(key.value)
                if name in own:
                    self._repeated.append(f"{name} in line {key.start_mark.line + 1}")
                own[name] = value
        return {**merged, **own}


def _mapping(value: object, key: yaml.Node) -> dict[str, Any]:
    """A value that is merged into a mapping."""
    if isinstance(value, dict):
        return value
    raise yaml.constructor.ConstructorError(None, None, "<< merges only mappings", key.start_mark)


def _intrinsic(tag: str, argument: object) -> dict[str, object]:
    """The long form of a short tag."""
    if tag in ("Ref", "Condition"):
        return {tag: argument}
    if tag == "GetAtt" and isinstance(argument, str):
        return {"Fn::GetAtt": argument.split(".", 1)}
    return {f"Fn::{tag}": argument}
