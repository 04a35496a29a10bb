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
    # The name with its module, such as "aws_cdk.aws_sqs.IQueue"; only the name if that is not known
    known_as: str = ""


OptionTypes: TypeAlias = tuple[OptionType, ...]

NONE: Final = OptionType("None")
# Modules that are imported for type checkers alone, by their names in annotations, where those differ.
_MODULES: Final = {
    "acm": "aws_cdk.aws_certificatemanager",
    "actions": "aws_cdk.aws_cloudwatch_actions",
    "cdk": "aws_cdk",
    "elbv2": "aws_cdk.aws_elasticloadbalancingv2",
    "lambda_": "aws_cdk.aws_lambda",
}
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
        name = get_origin(annotation).__name__
        return (OptionType(name, items, owner, name, name),)
    if annotation in (None, NoneType):
        return (NONE,)
    return (_class(annotation.__name__, owner, annotation.__module__),)


def _class(text: str, owner: str, module: str = "") -> OptionType:
    """The kind of a class that an annotation names, with the module of the class if it is known."""
    scope, _, name = text.rpartition(".")
    if not module:
        known = vars(sys.modules[owner]).get(text.partition(".")[0])
        module = getattr(known, "__name__" if scope else "__module__", "")
        if known is None and scope not in ("", "interfaces"):
            module = _MODULES.get(scope, f"aws_cdk.aws_{scope}")
    return OptionType(name, (), owner, text, f"{module}.{name}".removeprefix("."))


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
            name = ast.unparse(outer)
            return [OptionType(name, tuple(_from_tree(item, owner)), owner, name, name)]
        case ast.Name(id=name) if (alias := vars(sys.modules[owner]).get(name)) is not None:
            if isinstance(alias, str | UnionType) or get_origin(alias) is not None:
                return list(_parsed(alias, owner))
            return [_class(name, owner)]
        case _:
            return [_class(ast.unparse(node), owner)]
