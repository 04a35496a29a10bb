"""How the other modules change ministack: they wrap its functions and never copy them.

A function that is not there any more stops the server at start: a hook that silently does nothing
would make every later test worthless.
"""

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol


class HookError(RuntimeError):
    """ministack no longer has what a hook needs."""


class Wrapper(Protocol):
    """Called in place of the wrapped function, which comes first among the arguments."""

    def __call__(self, original: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Do more, or less, than `original`."""


def module(name: str) -> ModuleType:
    """Import a module of ministack by its name inside the package, such as `services.sqs`.

    Raises:
        HookError: ministack has no such module.
    """
    try:
        return importlib.import_module(f"ministack.{name}")
    except ModuleNotFoundError as error:
        raise HookError(f"ministack has no module {name!r} any more") from error


def attribute(owner: ModuleType, name: str) -> Any:
    """Return something private of ministack that a hook depends on.

    Raises:
        HookError: the module has no such name.
    """
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise HookError(f"{owner.__name__} has no {name!r} any more") from error


def wrap(owner: ModuleType, name: str, wrapper: Wrapper) -> None:
    """Replace the function `name` of a ministack module by `wrapper`.

    Raises:
        HookError: the module has no function of that name.
    """
    original = attribute(owner, name)
    if not callable(original):
        raise HookError(f"{owner.__name__}.{name} is not a function any more")

    @functools.wraps(original)
    def replacement(*args: Any, **kwargs: Any) -> Any:
        return wrapper(original, *args, **kwargs)

    setattr(owner, name, replacement)
