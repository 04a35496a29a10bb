"""Remembers how ministack parses ARNs, which it does several times for each invocation."""

import functools
from collections.abc import Callable
from typing import Any

from . import hooks

_parse: Callable[[str], Any] = functools.lru_cache(maxsize=4096)(
    hooks.attribute(hooks.module("core.arn"), "parse_arn")
)


def install() -> None:
    """Remember ARNs of functions.

    Raises:
        hooks.HookError: ministack parses them in another way now.
    """
    hooks.wrap(hooks.module("services.lambda_svc"), "parse_arn", _remembered)


def _remembered(original: Callable[[object], Any], value: object) -> Any:  # noqa: ANN401 - ministack's
    return _parse(value) if isinstance(value, str) else original(value)
