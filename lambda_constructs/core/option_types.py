"""The one type check: every option is of a type that its annotation names, before anything else looks at it.

jsii checks what is passed to CDK, late and not all of it, and nothing checks what users pass to this library.
Annotations are read as text and compared with the names of classes, so no CDK module is loaded for an option
that nobody gives, and no CDK object is asked.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import wraps
from inspect import get_annotations
from types import EllipsisType, NoneType, UnionType
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar, Union, get_args, get_origin

from constructs import Construct

from ..rules.options import option_type
from .guard import Guard, is_number_token

P = ParamSpec("P")
Self = TypeVar("Self")
Constructor = Callable[Concatenate[Self, Construct, str, P], None]

_BUILT_IN: Final[dict[str, type | tuple[type, ...]]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "Sequence": (list, tuple),
    "Mapping": Mapping,
    "object": object,
    "None": NoneType,
}
_PHRASES: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a string",
    "bool": "True or False",
    "datetime": "a datetime",
    "Sequence": "a list",
    "Mapping": "a mapping",
    "Code": "a Code, such as Code.from_asset(...)",
    "DockerImageCode": "a DockerImageCode, such as DockerImageCode.from_image_asset(...)",
    "EventPattern": "an EventPattern(...)",
    "Runtime": "a Runtime, such as Runtime.PYTHON_3_13",
    "ScheduleExpression": "a ScheduleExpression, such as ScheduleExpression.rate(...)",
}
# Of a wrong secret the value is not repeated: it could be the secret.
_SECRETS: Final = frozenset({"ISecret", "IParameter"})


@dataclasses.dataclass(frozen=True)
class Kind:
    """One type that an option takes.

    Attributes:
        name: The name of a class, of an interface, or of a built-in type.
        items: What the list or the mapping holds; nothing for other types.
        owner: The module that the annotation is in.
        qualified: The name as the annotation has it, such as "sqs.IQueue".
    """

    name: str
    items: tuple[Kind, ...] = ()
    owner: str = ""
    qualified: str = ""


Kinds: TypeAlias = tuple[Kind, ...]

_NONE: Final = Kind("None")
_NAMES: Final[dict[type, frozenset[str]]] = {}
_KINDS: Final[dict[Callable[..., object], dict[str, Kinds]]] = {}


def checked(constructor: Constructor[Self, P]) -> Constructor[Self, P]:
    """Let a constructor refuse options of the wrong type first."""

    @wraps(constructor)
    def check_first(
        self: Self, scope: Construct, construct_id: str, /, *args: P.args, **options: P.kwargs
    ) -> None:
        kinds = _kinds_of(constructor)
        if unknown := options.keys() - kinds.keys():
            name = constructor.__qualname__
            raise TypeError(f"{name}() got an unexpected keyword argument {min(unknown)!r}")
        guard = Guard(scope, construct_id)
        _check_fields(guard, "", kinds, options)
        if (preset := options.get("preset")) is not None:
            _check_fields(guard, "preset.", kinds, vars(preset)["options"])
        constructor(self, scope, construct_id, *args, **options)

    return check_first


def _check_fields(
    guard: Guard, prefix: str, kinds: Mapping[str, Kinds], values: Mapping[str, object]
) -> None:
    for name, value in values.items():
        if (value is not None or kinds[name][0] is not _NONE) and name[0] != "_":
            _check(guard, f"{prefix}{name}", kinds[name], value)


def _check(guard: Guard, option: str, kinds: Kinds, value: object) -> None:
    """Refuse a value that is of none of the kinds; look into lists, mappings and dataclasses."""
    kind = next((each for each in kinds if _is(value, each)), None)
    if kind is None:
        given = f"{value!r} ({type(value).__name__})"
        if any(each.name in _SECRETS for each in kinds):
            given = f"a {type(value).__name__}"
        guard.refuse(option_type, option, given, _phrase(kinds))
    if isinstance(value, Mapping) and kind.items:
        for key, item in value.items():
            if not isinstance(key, str):
                guard.refuse(option_type, f"a key of {option}", f"{key!r} ({type(key).__name__})", "a string")
            _check(guard, f"{option}[{key!r}]", kind.items, item)
    elif isinstance(value, list | tuple) and kind.items:
        _check_items(guard, option, kind.items, value)
    elif dataclasses.is_dataclass(value) and kind.name != "object":
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        _check_fields(guard, f"{option}.", _kinds_of(type(value)), fields)


def _check_items(guard: Guard, option: str, kinds: Kinds, items: Sequence[object]) -> None:
    """Check each item, and refuse one that is there twice: AWS refuses it, or has no use for it."""
    for number, item in enumerate(items):
        _check(guard, f"{option}[{number}]", kinds, item)
    if len(items) > 1:
        known = [_identity(item, kinds[-1]) for item in items]
        for number, each in enumerate(known):
            if each in known[:number]:
                guard.refuse(option_type, option, f"a list with {each!r} twice", "each of them once")


def _identity(item: object, kind: Kind) -> object:
    """What a resource is known by, its ARN or its id; other items are known by themselves."""
    name = re.sub(r"\B(?=[A-Z])", "_", _word(kind)).lower()
    return getattr(item, f"{name}_arn", None) or getattr(item, f"{name}_id", item)


def _is(value: object, kind: Kind) -> bool:
    """Whether a value is of a kind."""
    if kind.name in _BUILT_IN:
        of_type = isinstance(value, _BUILT_IN[kind.name])
        if kind.name not in ("int", "float"):
            return of_type
        return (of_type and not isinstance(value, bool)) or is_number_token(value)
    return kind.name in _names_of(type(value)) or any(
        kind.name in _names_of(each) for each in _interfaces_of(value)
    )


def _names_of(kind: type) -> frozenset[str]:
    """The names of a class, of its bases and of the interfaces that they implement."""
    if kind not in _NAMES:
        interfaces = [each for base in kind.__mro__ for each in vars(base).get("__jsii_ifaces__", ())]
        _NAMES[kind] = frozenset(base.__name__ for each in (kind, *interfaces) for base in each.__mro__)
    return _NAMES[kind]


def _interfaces_of(value: object) -> Iterator[type]:
    """The interfaces of an object whose class jsii does not know, such as an imported role."""
    reference = getattr(value, "__jsii_ref__", None)
    for interface in getattr(reference, "interfaces", None) or ():
        module, _, name = interface.replace("aws-cdk-lib", "aws_cdk").rpartition(".")
        yield getattr(sys.modules.get(module), name, object)


def _phrase(kinds: Kinds) -> str:
    """What an option takes, in words: the class where there is a class and its interface."""
    names = list(dict.fromkeys(_words(each) for each in kinds if each is not _NONE))
    return f"{', '.join(names[:-1])} or {names[-1]}" if names[1:] else names[0]


def _words(kind: Kind) -> str:
    """What one kind is called; of an enum, also its first member."""
    word = _word(kind)
    module, _, name = kind.qualified.rpartition(".")
    scope = sys.modules[kind.owner]
    known = getattr(getattr(scope, module, None) if module else scope, name, None)
    if dataclasses.is_dataclass(known):
        return f"{word}(...)"
    named = _PHRASES.get(word, f"{'an' if word[0] in 'AEIOaeio' else 'a'} {word}")
    if isinstance(known, type) and issubclass(known, Enum):
        return f"{named}, such as {word}.{next(iter(known)).name}"
    return named


def _word(kind: Kind) -> str:
    name = kind.name
    return name[1:] if name[:1] == "I" and name[1:2].isupper() else name


def _kinds_of(owner: Callable[..., object]) -> dict[str, Kinds]:
    """The kinds of every option of a constructor, with those that it passes on, or of a dataclass."""
    if owner not in _KINDS:
        _KINDS[owner] = _read_kinds(owner)
    return _KINDS[owner]


def _read_kinds(owner: Callable[..., object]) -> dict[str, Kinds]:
    module = sys.modules[owner.__module__]
    found: dict[str, Kinds] = {}
    for base in owner.__bases__ if isinstance(owner, type) else ():
        if dataclasses.is_dataclass(base):
            found |= _kinds_of(base)
    for name, annotation in get_annotations(owner).items():
        annotation = getattr(annotation, "__forward_arg__", annotation)  # noqa: PLW2901 - of a TypedDict
        if isinstance(annotation, str) and annotation.startswith("Unpack["):
            found |= _kinds_of(vars(module)[annotation[len("Unpack[") : -1]])
        elif not str(annotation).startswith("ClassVar"):
            kinds = _parsed(annotation, module.__name__)
            found[name] = tuple(sorted(kinds, key=lambda kind: kind is not _NONE))
    return found


def _parsed(annotation: Any, owner: str) -> Kinds:  # noqa: ANN401 - a text, a class or a union
    """The kinds that an annotation names."""
    if isinstance(annotation, str):
        return tuple(_from_tree(ast.parse(annotation, mode="eval").body, owner))
    if get_origin(annotation) in (Union, UnionType):
        return tuple(kind for each in get_args(annotation) for kind in _parsed(each, owner))
    if get_origin(annotation) is not None:
        items = _parsed(get_args(annotation)[-1], owner)
        return (Kind(get_origin(annotation).__name__, items, owner),)
    if annotation in (None, NoneType):
        return (_NONE,)
    return (Kind(annotation.__name__, (), owner, annotation.__name__),)


def _from_tree(node: ast.expr, owner: str) -> list[Kind]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [*_from_tree(left, owner), *_from_tree(right, owner)]
        case ast.Constant(value=None):
            return [_NONE]
        case (
            ast.Subscript(value=outer, slice=ast.Tuple(elts=[item, ast.Constant(value=EllipsisType())]))
            | ast.Subscript(value=outer, slice=ast.Tuple(elts=[_, item]))
            | ast.Subscript(value=outer, slice=item)
        ):
            return [Kind(ast.unparse(outer), tuple(_from_tree(item, owner)), owner)]
        case ast.Name(id=name) if (alias := vars(sys.modules[owner]).get(name)) is not None:
            if isinstance(alias, str | UnionType) or get_origin(alias) is not None:
                return list(_parsed(alias, owner))
            return [Kind(name, (), owner, name)]
        case _:
            text = ast.unparse(node)
            return [Kind(text.rpartition(".")[2], (), owner, text)]
