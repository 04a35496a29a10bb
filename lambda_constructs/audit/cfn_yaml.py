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
# Of ours, far above what a template of 1 MB, the most there is, says: aliases multiply.
_NODES_MAXIMUM: Final = 200_000
_DEPTH_MAXIMUM: Final = 100
_ENDLESS: Final = "it is too deep or too large, or its aliases expand without end"


def parse_yaml(text: str) -> Any:  # noqa: ANN401 - whatever its author wrote
    """What a YAML document says, `!Sub x` as `{"Fn::Sub": "x"}`.

    Raises:
        ValueError: It is no YAML, or expands without end.
    """
    try:
        _refuse_depth(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    return None if node is None else _Tree().value(node)


def _refuse_depth(text: str) -> None:
    """Event by event, because the loader itself crashes the process at some depth."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH_MAXIMUM:
            raise ValueError(_ENDLESS)


def _integer(text: str) -> int | str:
    """A decimal number; account ids that start with 0 and times of day stay texts."""
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
    """Turns the nodes of a document into values, each alias into a copy."""

    def __init__(self) -> None:
        self._nodes = 0

    def value(self, node: yaml.Node, depth: int = 0) -> Any:  # noqa: ANN401
        """What a node says."""
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
        """What a node says without its tag; keys are texts, as in JSON."""
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
                    merged = {**each, **merged}
            else:
                own[str(key.value)] = value
        return {**merged, **own}


def _intrinsic(tag: str, argument: object) -> dict[str, object]:
    """The long form of a short tag."""
    if tag in ("Ref", "Condition"):
        return {tag: argument}
    if tag == "GetAtt" and isinstance(argument, str):
        return {"Fn::GetAtt": argument.split(".", 1)}
    return {f"Fn::{tag}": argument}
