"""The one type check: every option is of a type that its annotation names, before anything else uses it.

jsii checks values that are passed to CDK, but late and not all of them, and it does not check what users pass
to this library. Annotations are read as text and compared with the names of classes, so an option that is not
given loads no CDK module, and the check sends no messages to CDK.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from types import NoneType
from typing import Final, cast

from ..rules.options import option_type
from .annotations import NONE, OptionType, OptionTypes, kinds_of
from .guard import Guard, is_number_token
from .location import check_location, is_resource, without_prefix
from .texts import is_text, separated
from .unknown_option import advice_for

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
# Options that need more words than their kinds have.
_EXPECTED: Final = {
    "ephemeral_storage_size": "a whole number of MB, such as 1024",
    "insights_version": 'a string, such as "1.0.498.0"',
    "user_pool": "a UserPool that this app creates: the triggers of another one are set where it is defined",
    "function": "the Function that this stack creates: an imported function, an alias or a version cannot be "
    "changed, so define the function here, or bring it into the stack with cdk import",
}
# What CloudFormation cannot do with a list that is known only at deployment.
_ONE_LIST: Final = "a list parameter alone, or only items that are known at synthesis"
_PACKAGES: Final = frozenset({"aws_cdk", "builtins", "constructs", "lambda_constructs"})
_QUOTES: Final = "'\""  # a kind that is one value, of a Literal
# The message does not repeat a wrong value of `secrets`: it could be the secret.
_SECRETS: Final = frozenset({"ISecret", "IParameter"})
_KEY: Final = (OptionType("str", (), __name__, "str"),)
_NAMES: Final[dict[type, frozenset[str]]] = {}


def check_options(guard: Guard, constructor: Callable[..., object], options: Mapping[str, object]) -> None:
    """Refuse options of the wrong type.

    Raises:
        TypeError: The constructor does not have one of the options.
        ConfigurationError: An option is not of a type that its annotation names.
    """
    kinds = kinds_of(constructor)
    if unknown := options.keys() - kinds.keys():
        raise TypeError(
            f"{constructor.__qualname__}() got an unexpected keyword argument {min(unknown)!r}; "
            + advice_for(min(unknown), kinds)
        )
    _check_fields(guard, "", kinds, options)
    if (preset := options.get("preset")) is not None:
        shared = vars(preset)["options"]
        not_given = {name: value for name, value in shared.items() if options.get(name) is None}
        _check_fields(guard, "preset.", kinds, not_given)


def check_dataclass(guard: Guard, name: str, options: object) -> None:
    """Refuse the fields of a dataclass that are of the wrong type, where no constructor checks them."""
    kind = type(options)
    _check(guard, name, (OptionType(kind.__name__, known_as=f"{kind.__module__}.{kind.__name__}"),), options)


def _check_fields(
    guard: Guard, prefix: str, kinds: Mapping[str, OptionTypes], values: Mapping[str, object]
) -> None:
    for name, value in values.items():
        if (value is not None or kinds[name][0] is not NONE) and name[0] != "_":
            _check(guard, f"{prefix}{name}", kinds[name], value)


def _check(guard: Guard, option: str, kinds: OptionTypes, value: object) -> None:
    """Refuse a value of another kind; also check items of lists and mappings, and fields of dataclasses."""
    kind = next((each for each in kinds if _is(value, each)), None)
    if kind is None:
        given = _given(value, kinds)
        if any(item.name in _SECRETS for each in kinds for item in (each, *each.items)):
            given = f"a {type(value).__name__}"
        expected = _EXPECTED.get(option) or _phrase(kinds)
        if same := [kind.known_as for kind in kinds if without_prefix(kind.name) == type(value).__name__]:
            expected += f" of {same[0].rpartition('.')[0]}"
        guard.refuse(option_type, option, given, expected)
    if kind.name == "str" and not (type(value) is str and value.isascii()):
        _check_text(guard, option, cast(str, value))
    if kind.name == "float" and not math.isfinite(cast(float, value)):
        guard.refuse(option_type, option, repr(value), "a finite number")
    if isinstance(value, Mapping) and kind.items:
        for key, item in value.items():
            _check(guard, f"a key of {option}", _KEY, key)
            _check(guard, f"{option}[{key!r}]", kind.items, item)
    elif isinstance(value, list | tuple) and kind.items:
        _check_items(guard, option, kind.items, value)
    elif dataclasses.is_dataclass(value) and kind.name != "object":
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        _check_fields(guard, f"{option}.", kinds_of(type(value)), fields)
    elif is_resource(kind.name) or (kind.name == "str" and is_resource(kinds[0].name)):
        check_location(guard, option, kind.owner, kind.name, value)


def _check_text(guard: Guard, option: str, value: str) -> None:
    if isinstance(value, Enum):
        guard.has_members = True
    if not is_text(value):
        guard.refuse(option_type, option, f"{value!r}, which UTF-8 cannot encode", "a string")


def _check_items(guard: Guard, option: str, kinds: OptionTypes, items: Sequence[object]) -> None:
    """Check each item, and refuse duplicates: AWS refuses or ignores them."""
    for number, item in enumerate(items):
        _check(guard, f"{option}[{number}]", kinds, item)
    if len(items) > 1:
        guard.known_items(option, [each for each in items if isinstance(each, str)], _ONE_LIST)
        known = [_identity(item, kinds[-1]) for item in items]
        for number, each in enumerate(known):
            if each in known[:number]:
                node = getattr(items[number], "node", None)
                shown = node.path if node and "${Token[" in str(each) else each
                guard.refuse(option_type, option, f"a list with {shown!r} twice", "each of them once")


def _identity(item: object, kind: OptionType) -> object:
    """The ARN or the id of a resource; other items identify themselves."""
    name = separated(without_prefix(kind.name), "_")
    return getattr(item, f"{name}_arn", None) or getattr(item, f"{name}_id", item)


def _is(value: object, kind: OptionType) -> bool:
    """Whether a value is of a kind."""
    if kind.name[0] in _QUOTES:
        return repr(value) == kind.name
    if kind.name in _BUILT_IN:
        of_type = isinstance(value, _BUILT_IN[kind.name])
        if kind.name not in ("int", "float"):
            return of_type
        # jsii takes every member of an enum for one of CDK.
        return (of_type and not isinstance(value, bool | Enum)) or is_number_token(value)
    return kind.known_as in _names_of(type(value)) or any(
        kind.known_as in _names_of(each) for each in _interfaces_of(value)
    )


def _names_of(kind: type) -> frozenset[str]:
    """The names of a class, of its bases and of the interfaces that they implement.

    Each with its module, and those of Python, CDK and this package also without: a user's class may have the
    same name.
    """
    if kind not in _NAMES:
        interfaces = [each for base in kind.__mro__ for each in vars(base).get("__jsii_ifaces__", ())]
        found = {base for each in (kind, *interfaces) for base in each.__mro__}
        short = {each.__name__ for each in found if each.__module__.partition(".")[0] in _PACKAGES}
        _NAMES[kind] = frozenset(short | {f"{each.__module__}.{each.__name__}" for each in found})
    return _NAMES[kind]


def _interfaces_of(value: object) -> Iterator[type]:
    """The interfaces of an object whose class jsii does not know, such as an imported role."""
    reference = getattr(value, "__jsii_ref__", None)
    for interface in getattr(reference, "interfaces", None) or ():
        module, _, name = interface.replace("aws-cdk-lib", "aws_cdk").rpartition(".")
        yield getattr(sys.modules.get(module), name, object)


def _given(value: object, kinds: OptionTypes) -> str:
    """A value of the wrong type, in words."""
    interfaces = getattr(getattr(value, "__jsii_ref__", None), "interfaces", None)
    if interfaces and type(value).__module__.startswith("jsii"):
        return f"an imported {interfaces[0].rpartition('.')[2].removeprefix('I')}"
    name = type(value).__name__
    if name in [without_prefix(each.name) for each in kinds]:  # another class of that name
        return _with_article(f"{type(value).__module__}.{name}")
    if type(value).__repr__ is not object.__repr__:
        return f"{value!r} ({name})"
    if name.startswith("_") and name.endswith("BaseProxy"):  # what CDK imports of an abstract class
        return f"an imported {name[1:].removesuffix('BaseProxy')}"
    return _with_article(name.removeprefix("_").removesuffix("Proxy"))


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOaeio' else 'a'} {name}"


def _phrase(kinds: OptionTypes) -> str:
    """The types that an option accepts, in words: only the class if there is a class and its interface."""
    names = list(dict.fromkeys(_words(each) for each in kinds if each is not NONE))
    return f"{', '.join(names[:-1])} or {names[-1]}" if names[1:] else names[0]


def _words(kind: OptionType) -> str:
    """The name of one kind; for an enum, its first member too."""
    word = without_prefix(kind.name)
    if word[0] in _QUOTES:
        return word
    module, _, name = kind.qualified.rpartition(".")
    scope = sys.modules[kind.owner]
    known = getattr(getattr(scope, module, None) if module else scope, name, None)
    if dataclasses.is_dataclass(known):
        return f"{word}(...)"
    named = _PHRASES.get(word, _with_article(word))
    if isinstance(known, type) and issubclass(known, Enum):
        return f"{named}, such as {word}.{next(iter(known)).name}"
    return named
