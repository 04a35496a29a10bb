"""Every option is of the kind that its annotation names, before anything else looks at it.

jsii checks what is passed to CDK, late and not all of it: a NaN in place of a network ends its process.
Numbers, texts, durations and choices between variants are checked where their rules are.
"""

from __future__ import annotations

import builtins
import dataclasses
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache, wraps
from types import NoneType, UnionType
from typing import (
    Any,
    Concatenate,
    Final,
    ParamSpec,
    TypeVar,
    Union,
    Unpack,
    get_args,
    get_origin,
    get_type_hints,
)

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from ..rules.options import option_type
from .guard import Guard

P = ParamSpec("P")
Self = TypeVar("Self")
Constructor = Callable[Concatenate[Self, Construct, str, P], None]

# Of a wrong secret the value is not repeated: it could be the secret.
_ELSEWHERE: Final = (object, int, float, str, tuple, datetime, cdk.Duration, secretsmanager.ISecret)
_PHRASES: Final = {
    "Code": "a Code, such as Code.from_asset(...)",
    "EventPattern": "an EventPattern(...)",
    "LayerVersion": "a layer",
    "ScheduleExpression": "a ScheduleExpression, such as ScheduleExpression.rate(...)",
    "Stream": "a Kinesis stream",
    "Table": "a DynamoDB table",
}


def checked(constructor: Constructor[Self, P]) -> Constructor[Self, P]:
    """Let a constructor refuse options of the wrong kind first."""

    @wraps(constructor)
    def check_first(
        self: Self, scope: Construct, construct_id: str, /, *args: P.args, **options: P.kwargs
    ) -> None:
        _check(Guard(scope, construct_id), "", constructor, options)
        constructor(self, scope, construct_id, *args, **options)

    return check_first


class _Names(dict[str, Any]):
    """The names of a module; what it imports for type checkers only is a choice that is checked elsewhere."""

    def __missing__(self, name: str) -> type:
        return object


@cache
def _hints(owner: Callable[..., object]) -> dict[str, Any]:
    """The annotations of a constructor, with those of the options that it passes on, or of a dataclass."""
    names = _Names(vars(builtins) | vars(sys.modules[owner.__module__]))
    hints = get_type_hints(owner, localns=names)
    passed_on = [hint for hint in hints.values() if get_origin(hint) is Unpack]
    return hints | {name: hint for each in passed_on for name, hint in _hints(get_args(each)[0]).items()}


def _check(guard: Guard, path: str, owner: Callable[..., object], values: Mapping[str, object]) -> None:
    hints = _hints(owner)
    for name, value in values.items():
        if name in hints:
            _check_value(guard, f"{path}{name}", hints[name], value)


def _check_value(guard: Guard, name: str, hint: Any, value: object) -> None:  # noqa: ANN401 - an annotation
    """Refuse a value that its annotation does not allow."""
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if value is None and NoneType in kinds:
        return
    if dataclasses.is_dataclass(value) and type(value) in kinds:
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        _check(guard, f"{name}.", type(value), fields)
        return
    words = {_word(kind) for kind in kinds if kind is not NoneType}
    if len(words) > 1:
        return
    kind = next(kind for kind in reversed(kinds) if kind is not NoneType)
    if get_origin(kind) is Sequence:
        _check_list(guard, name, get_args(kind)[0], value)
    elif get_origin(kind) is Mapping:
        if not isinstance(value, Mapping):
            guard.refuse_type(name, value, "a mapping")
        for key, item in value.items():
            _check_value(guard, f"{name}[{key!r}]", get_args(kind)[1], item)
    elif get_origin(kind) is None and not _is(value, kind):
        guard.refuse_type(name, value, _phrase(kind))


def _check_list(guard: Guard, name: str, hint: Any, value: object) -> None:  # noqa: ANN401 - an annotation
    """Refuse what is no list, and a text or a resource twice: AWS refuses it, or has no use for it."""
    if not isinstance(value, list | tuple):
        guard.refuse_type(name, value, "a list")
    for number, item in enumerate(value):
        _check_value(guard, f"{name}[{number}]", hint, item)
    if hint is str or _is_interface(hint):
        known = [item if hint is str else getattr(item, _attribute(hint)) for item in value]
        if twice := next((each for each in known if known.count(each) > 1), None):
            guard.refuse(option_type, name, f"a list with {twice!r} twice", "each of them once")


def _is(value: object, kind: type) -> bool:
    """Whether a value is of a kind."""
    if kind in _ELSEWHERE or dataclasses.is_dataclass(kind):
        return True
    return hasattr(value, _attribute(kind)) if _is_interface(kind) else isinstance(value, kind)


def _is_interface(kind: object) -> bool:
    """Whether a kind is an interface of jsii, which has no instances in Python."""
    return bool(getattr(kind, "_is_protocol", False))


@cache
def _attribute(interface: type) -> str:
    """What an interface is known by: its ARN, its id, or its first attribute."""
    names = [name for name in vars(interface) if not name.startswith("_")]
    return min(names, key=lambda name: (not name.endswith("_arn"), not name.endswith("_id")))


def _word(kind: Any) -> str:  # noqa: ANN401 - an annotation
    """The name of a kind; a class and its interface have the same."""
    name = getattr(kind, "__name__", str(kind))
    return name.removeprefix("I") if _is_interface(kind) else name


def _phrase(kind: type) -> str:
    """What an option takes, in words."""
    word = _word(kind)
    if issubclass(kind, bool):
        return "True or False"
    if issubclass(kind, Enum):
        return f"a {word}, such as {word}.{next(iter(kind)).name}"
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower() if word != kind.__name__ else word
    return _PHRASES.get(word, f"{'an' if plain[0] in 'AEIOaeio' else 'a'} {plain}")
