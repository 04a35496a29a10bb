"""Keeps an execution environment after an exception of its handler.

The runtime reports the exception and asks for the next event, so what the handler's module holds is still
there. ministack ends the process after every error; here it ends it where AWS resets the environment:
when the process itself died, or did not answer in time.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import threading
import time
from collections.abc import Callable
from subprocess import Popen
from typing import Any, TypeAlias

from ..core import hooks

Process: TypeAlias = Popen[str]

_runtime = hooks.module("core.lambda_runtime")
_signal: Callable[[Process | None], None] = hooks.attribute(_runtime, "_signal")
_collect: Callable[[Process | None, float], None] = hooks.attribute(_runtime, "_collect")
_grace: float = hooks.attribute(_runtime, "_REAP_GRACE")
_Worker: Any = hooks.attribute(_runtime, "Worker")
_sentenced = threading.local()


def install() -> None:
    """Keep the process of a handler that raised an exception.

    Raises:
        hooks.HookError: ministack ends its processes in another way now.
    """
    invoke = _Worker.invoke

    def invoke_and_spare(worker: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - ministack's
        _sentenced.process, _sentenced.postponed = None, True
        try:
            result: dict[str, Any] = invoke(worker, *args, **kwargs)
        finally:
            _sentenced.postponed = False
        process: Process | None = _sentenced.process
        if process is not None and "trace" in result and process.poll() is None:
            worker._proc = process  # the handler raised, and the runtime waits for the next event
        elif process is not None:
            _signal(process)
            _collect(process, time.monotonic() + _grace)
        return result

    _Worker.invoke = invoke_and_spare
    hooks.wrap(_runtime, "_signal", _postpone_signal)
    hooks.wrap(_runtime, "_collect", _postpone_collect)


def _postpone_signal(original: Callable[[Process | None], None], process: Process | None) -> None:
    if getattr(_sentenced, "postponed", False):
        _sentenced.process = process
    else:
        original(process)


def _postpone_collect(
    original: Callable[[Process | None, float], None], process: Process | None, deadline: float
) -> None:
    if not getattr(_sentenced, "postponed", False):
        original(process, deadline)
