"""Makes `POST /_ministack/reset` reset the emulator's modules, too.

A module with state registers a function that clears it.
"""

from collections.abc import Callable

from . import hooks

_forget: list[Callable[[], None]] = []


def on_reset(forget: Callable[[], None]) -> None:
    """Call this whenever ministack resets."""
    _forget.append(forget)


def install() -> None:
    """Reset the modules whenever ministack resets.

    Raises:
        hooks.HookError: ministack's function that resets all services is gone.
    """

    def reset_all(original: Callable[[], object]) -> object:
        done = original()
        for forget in _forget:
            forget()
        return done

    hooks.wrap(hooks.module("app"), "_reset_all_state", reset_all)
