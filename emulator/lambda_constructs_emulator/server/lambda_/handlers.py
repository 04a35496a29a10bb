"""Runs Python and Node.js functions in execution environments with Lambda's own runtime contract.

ministack runs them in scripts that have no logging handler, report every exception as `Runtime.HandlerError`
without its stack trace, and look for modules in an order that is not AWS's. The one for Node.js has stubs in
place of AWS's SDK. Functions of other runtimes, and WebSocket routes, are ministack's.

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

import json
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from ..core import hooks, ids, reset
from . import invoke_requests, logs, recursion
from .environment_pool import Key, Pool
from .environments import Call, Configuration, Environment, Outcome
from .invocations import configuration as configuration_of
from .output import LogEvent
from .payload_limits import SIZE
from .reports import log_events, timeout_message

Record = Mapping[str, Any]
Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_runtime = hooks.module("core.lambda_runtime")
run_reentrant: Callable[..., Awaitable[Any]] = hooks.attribute(
    hooks.module("core.concurrency"), "run_reentrant"
)
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    hooks.module("core.responses"), "request_scope"
)
_functions: Mapping[str, Record] = hooks.attribute(_lambda, "_functions")
_log: logging.Logger = hooks.attribute(_lambda, "logger")
_LATE: Final = 0.2  # seconds
_OUTPUT: Final = "output:\n%s"
"""Ends the messages in which ministack shows the log of some invocations, after the name of the function."""

_pool: Final = Pool()


def install() -> None:
    """Run these functions here instead of in ministack.

    Raises:
        hooks.HookError: ministack runs or ends functions in another way now.
    """
    _log.addFilter(_is_not_shown_here)
    hooks.wrap(_lambda, "_execute_function_warm", _execute)
    hooks.wrap(_lambda, "_emit_lambda_logs", _log_others)
    hooks.wrap(_lambda, "_inbound_invoke_depth", _depth_of_caller)
    for module in (_lambda, _runtime):
        hooks.wrap(module, "invalidate_worker", _invalidate)
    reset.on_reset(lambda: _pool.discard(lambda _key: True))
    threading.Thread(target=_log_late_output, daemon=True, name="lambda-late-output").start()


def _log_late_output() -> None:
    """Log what handlers print after their answers."""
    while True:
        time.sleep(_LATE)
        for key, environment, events in _pool.late_output():
            _show(environment.configuration, events)
            with _request_scope(key.account, key.region):
                logs.write(environment.configuration, environment.stream, events)


def runs(function: Record) -> bool:
    """Whether the function runs here."""
    return _runs_here(configuration_of(function)) and bool(function.get("code_zip"))


def waits_for_environment(function: str) -> bool:
    """Whether an invocation of a function waits until an environment has started."""
    return _pool.waits(function)


async def execute_on_loop(function: Record, event: bytes, request_id: str) -> Result:
    """Run a function that runs here, while the event loop does other work."""
    configuration = configuration_of(function)
    call = _call(configuration, request_id)
    environment = await _pool.take_on_loop(configuration, function["code_zip"])
    try:
        if environment.answers_at_once(event):
            outcome = await environment.invoke_on_loop(event, call)
        else:
            outcome = await run_reentrant(environment.invoke, event, call)
        return _result(configuration, call, environment, outcome)
    finally:
        _pool.give_back(environment)


def _execute(original: Callable[..., Result], function: Record, event: object, request_id: str) -> Result:
    if not runs(function):
        return original(function, event, request_id)
    configuration = configuration_of(function)
    call = _call(configuration, request_id)
    environment = _pool.take(configuration, function["code_zip"])
    try:
        outcome = environment.invoke(json.dumps(event).encode(), call)
        return _result(configuration, call, environment, outcome)
    finally:
        _pool.give_back(environment)


def _call(configuration: Configuration, request_id: str) -> Call:
    context = invoke_requests.client_context.get()
    return Call(request_id, configuration["FunctionArn"], _trace(configuration), context)


def _result(configuration: Configuration, call: Call, environment: Environment, outcome: Outcome) -> Result:
    """Write the log of an invocation; returns what ministack makes an answer of."""
    events = log_events(configuration, call.request_id, outcome)
    logs.write(configuration, environment.stream, events)
    _show(configuration, [*(outcome.init.output if outcome.init else ()), *outcome.output])
    log = "\n".join(event.message for event in events)
    if outcome.status == "success":
        return {"body": outcome.body, "log": log, SIZE: outcome.size}
    return {"body": _error_document(configuration, call.request_id, outcome), "error": True, "log": log}


def _show(configuration: Configuration, printed: Sequence[LogEvent]) -> None:
    """Log the output of a handler in the server; every kind of invocation calls this."""
    if printed:
        text = "\n".join(each.message for each in printed)
        _log.info("Lambda %s printed:\n%s", configuration["FunctionName"], text)


def _is_not_shown_here(record: logging.LogRecord) -> bool:
    if not record.msg.endswith(_OUTPUT) or not isinstance(record.args, tuple):
        return True
    function = _functions.get(str(record.args[0]))
    return function is None or not runs(function)


def _error_document(configuration: Configuration, request_id: str, outcome: Outcome) -> Record:
    """The error that the caller gets."""
    if outcome.status == "error":
        document: Record = outcome.body
        return document
    if outcome.status == "timeout":
        kind, message = "Sandbox.Timedout", timeout_message(configuration)
    else:
        kind, message = outcome.body["errorType"], outcome.body["errorMessage"]
    return {"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {message}"}


def _log_others(original: Callable[..., None], /, function: Record, *args: object, **kwargs: object) -> None:
    """Write the logs of functions that ministack runs."""
    if not _runs_here(configuration_of(function)):
        original(function, *args, **kwargs)


def _invalidate(
    original: Callable[..., None],
    /,
    name: str,
    qualifier: str | None = None,
    account: str | None = None,
    region: str | None = None,
) -> None:
    """End the environments of a function that is deleted or updated."""
    original(name, qualifier=qualifier, account=account, region=region)
    wanted = (account, region, name, qualifier)

    def doomed(key: Key) -> bool:
        return all(value in {None, part} for value, part in zip(wanted, key, strict=True))

    _pool.discard(doomed)


def _runs_here(configuration: Configuration) -> bool:
    runtime: str = configuration.get("Runtime") or "python3.13"
    return runtime.startswith(("python", "nodejs")) and configuration.get("PackageType") != "Image"


def _trace(configuration: Configuration) -> str:
    """The trace header of an invocation, with how many functions have called each other before it.

    AWS's SDK sends it with each request of the handler.
    """
    sampled = int((configuration.get("TracingConfig") or {}).get("Mode") == "Active")
    root = f"1-{int(time.time()):08x}-{ids.digits(12)}"
    lineage = f"1:{ids.digits(4)}:{recursion.before.get()}"
    return f"Root={root};Parent={ids.digits(8)};Sampled={sampled};Lineage={lineage}"


def _depth_of_caller(original: Callable[[Mapping[str, str]], int], headers: Mapping[str, str]) -> int:
    found = recursion.count(headers.get("x-amzn-trace-id") or "")
    return original(headers) if found is None else found
