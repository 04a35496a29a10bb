"""Wraps functions of ministack; the other modules change it in no other way.

The server does not start when a function is missing: a hook that silently does nothing would make
every test worthless.
"""

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Private: TypeAlias = Any
"""Something of ministack, which has no static types."""


class HookError(RuntimeError):
    """ministack does not have what a hook needs."""


def module(name: str) -> ModuleType:
    """Import a module of ministack by its name inside the package, such as `services.sqs`.

    Raises:
        HookError: ministack lacks the module.
    """
    try:
        return importlib.import_module(f"ministack.{name}")
    except ModuleNotFoundError as error:
        raise HookError(f"ministack has no module {name!r} any more") from error


def attribute(owner: ModuleType, name: str) -> Private:
    """Return a private attribute of ministack that a hook depends on.

    Raises:
        HookError: the module lacks the name.
    """
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise HookError(f"{owner.__name__} has no {name!r} any more") from error


def wrap(owner: ModuleType, name: str, wrapper: Callable[Concatenate[Callable[P, R], P], R]) -> None:
    """Replace the function `name` of a ministack module by `wrapper`.

    Args:
        owner: the module.
        name: the function.
        wrapper: takes the original function and then what that takes.

    Raises:
        HookError: the module has no function of that name.
    """
    original: Callable[P, R] = attribute(owner, name)
    if not callable(original):
        raise HookError(f"{owner.__name__}.{name} is not a function any more")

    @functools.wraps(original)
    def replacement(*args: P.args, **kwargs: P.kwargs) -> R:
        return wrapper(original, *args, **kwargs)

    setattr(owner, name, replacement)
