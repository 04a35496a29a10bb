"""The types of options, as their annotations name them."""

from __future__ import annotations

import ast
import dataclasses
import sys
from collections.abc import Callable
from inspect import get_annotations
from types import EllipsisType, NoneType, UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin


@dataclasses.dataclass(frozen=True)
class OptionType:
    """One type that an option accepts."""

    name: str  # the name of a class, of an interface, or of a built-in type
    items: tuple[OptionType, ...] = ()  # the types of the items of a list or a mapping; empty for other types
    owner: str = ""  # the module that the annotation is in
    qualified: str = ""  # the name as the annotation writes it, such as "sqs.IQueue"


OptionTypes: TypeAlias = tuple[OptionType, ...]

NONE: Final = OptionType("None")
_KINDS: Final[dict[Callable[..., object], dict[str, OptionTypes]]] = {}


def kinds_of(owner: Callable[..., object]) -> dict[str, OptionTypes]:
    """The kinds of every option of a constructor, with those that it passes on, or of a dataclass."""
    if owner not in _KINDS:
        _KINDS[owner] = _read_kinds(owner)
    return _KINDS[owner]


def _read_kinds(owner: Callable[..., object]) -> dict[str, OptionTypes]:
    module = sys.modules[owner.__module__]
    found: dict[str, OptionTypes] = {}
    for base in owner.__bases__ if isinstance(owner, type) else ():
        if dataclasses.is_dataclass(base):
            found |= kinds_of(base)
    for name, annotation in get_annotations(owner).items():
        annotation = getattr(annotation, "__forward_arg__", annotation)  # noqa: PLW2901 - of a TypedDict
        if isinstance(annotation, str) and annotation.startswith("Unpack["):
            found |= kinds_of(vars(module)[annotation[len("Unpack[") : -1]])
        elif name != "_" and not str(annotation).startswith("ClassVar"):  # `_: KW_ONLY`
            kinds = _parsed(annotation, module.__name__)
            found[name] = tuple(sorted(kinds, key=lambda kind: kind is not NONE))
    return found


def _parsed(annotation: Any, owner: str) -> OptionTypes:  # noqa: ANN401 - a string, a class or a union
    """The kinds that an annotation names."""
    if isinstance(annotation, str):
        return tuple(_from_tree(ast.parse(annotation, mode="eval").body, owner))
    if get_origin(annotation) in (Union, UnionType):
        return tuple(kind for each in get_args(annotation) for kind in _parsed(each, owner))
    if get_origin(annotation) is not None:
        items = _parsed([each for each in get_args(annotation) if each is not Ellipsis][-1], owner)
        return (OptionType(get_origin(annotation).__name__, items, owner),)
    if annotation in (None, NoneType):
        return (NONE,)
    return (OptionType(annotation.__name__, (), owner, annotation.__name__),)


def _from_tree(node: ast.expr, owner: str) -> list[OptionType]:  # noqa: PLR0911 - one for each form
    match node:
        case ast.BinOp(left=left, right=right):
            return [*_from_tree(left, owner), *_from_tree(right, owner)]
        case ast.Constant(value=None):
            return [NONE]
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            return [OptionType(value) for value in ast.unparse(choices).strip("()").split(", ")]
        case (
            ast.Subscript(value=outer, slice=ast.Tuple(elts=[item, ast.Constant(value=EllipsisType())]))
            | ast.Subscript(value=outer, slice=ast.Tuple(elts=[_, item]))
            | ast.Subscript(value=outer, slice=item)
        ):
            return [OptionType(ast.unparse(outer), tuple(_from_tree(item, owner)), owner)]
        case ast.Name(id=name) if (alias := vars(sys.modules[owner]).get(name)) is not None:
            if isinstance(alias, str | UnionType) or get_origin(alias) is not None:
                return list(_parsed(alias, owner))
            return [OptionType(name, (), owner, name)]
        case _:
            text = ast.unparse(node)
            return [OptionType(text.rpartition(".")[2], (), owner, text)]
