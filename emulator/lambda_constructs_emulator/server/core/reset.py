"""`POST /_ministack/reset` forgets what the emulator's own parts remember, too.

A part that keeps state registers how to forget it.
"""

from collections.abc import Callable

from . import hooks

_forget: list[Callable[[], None]] = []


def on_reset(forget: Callable[[], None]) -> None:
    """Call this whenever ministack resets."""
    _forget.append(forget)


def install() -> None:
    """Follow ministack's own reset.

    Raises:
        hooks.HookError: ministack's function that resets all services is gone.
    """

    def reset_all(original: Callable[[], object]) -> object:
        done = original()
        for forget in _forget:
            forget()
        return done

    hooks.wrap(hooks.module("app"), "_reset_all_state", reset_all)
