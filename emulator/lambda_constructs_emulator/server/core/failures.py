"""Makes invocations of a function fail, as a test asks for.

- `throttle`: nothing runs, `TooManyRequestsException`.
- `crash`: the process of the handler ends before it did anything, `Runtime.ExitError`.
- `timeout`: the handler does nothing and times out, `Sandbox.Timedout`, without the time that this takes.
- `lose`: the handler does its work, and then its answer is lost: the caller sees a timeout.

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from . import hooks, journal, pages, reset

Result = dict[str, Any]

LOSE: Final = "lose"
KINDS: Final = ("throttle", "crash", "timeout", LOSE)

_lambda = hooks.module("services.lambda_svc")
_throttled: Callable[..., Result] = hooks.attribute(_lambda, "_throttle_response")
_lock = threading.Lock()
_left: dict[str, dict[str, int]] = defaultdict(dict)
"""How many invocations of a function are still to fail, by kind and in this order."""


def install() -> None:
    """Fail in the one function that runs handlers.

    Raises:
        hooks.HookError: ministack runs handlers in another way now.
    """
    hooks.wrap(_lambda, "_execute_function_dispatch", _execute)
    reset.on_reset(_left.clear)
    pages.add("failures", _plan)


def _plan(wanted: Mapping[str, Any]) -> None:
    """Plan failures of a function; without a kind, the function recovers."""
    with _lock:
        if kind := wanted.get("kind"):
            _left[wanted["function"]][KINDS[KINDS.index(kind)]] = int(wanted["times"])
        else:
            _left.pop(wanted["function"], None)


def next_of(function: str) -> str:
    """The kind of failure of this invocation; empty if it is to succeed."""
    with _lock:
        planned = _left.get(function, {})
        for kind, times in planned.items():
            if times > 0:
                planned[kind] = times - 1
                return kind
    return ""


def throttled(function: str) -> Result:
    """The result of an invocation that exceeds the concurrency of the function."""
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    return _throttled(reason_code=reason, msg=f"Rate Exceeded: {function}")


def result(kind: str, configuration: Mapping[str, Any], request_id: str) -> Result:
    """The result of an invocation that fails in that way."""
    function = configuration["FunctionName"]
    journal.note("failure", function=function, what=kind)
    if kind == "throttle":
        return throttled(function)
    if kind == "crash":
        error = (
            "Runtime.ExitError",
            f"RequestId: {request_id} Error: Runtime exited with error: exit status 1",
        )
    else:
        error = ("Sandbox.Timedout", f"Task timed out after {int(configuration['Timeout'])}.00 seconds")
    return {"error": True, "body": dict(zip(("errorType", "errorMessage"), error, strict=True)), "log": ""}


def _execute(original: Callable[..., Result], /, *arguments: Any, **named: Any) -> Result:  # noqa: ANN401
    configuration = named.get("config") or arguments[1]
    request_id = named.get("request_id") or arguments[3]
    kind = next_of(configuration["FunctionName"])
    if kind in {"", LOSE}:
        done = original(*arguments, **named)
        if not kind or done.get("error"):
            return done
    return result(kind, configuration, request_id)
