"""Asynchronous invocations: retries, event age, destinations and dead-letter queues, by qualifier.

ministack has its own retry delays, uses the configuration of `$LATEST` even for an alias, and does
not send records of successes. On AWS an event that ends in a function error is tried again after one minute
and then after two; one that is throttled, from one second up to five minutes apart, for as long as it
may live. All tries of an event have one request id. What the function's qualifier has configured
decides about the number of tries, the age, and who gets a record; a dead-letter queue is the
function version's own.

AWS's waits and ages are multiplied by the time scale. `responseContext` and `responsePayload` are left out of
the record of an event that never ran. `destination_checks` asks the role when a destination is
configured; one that may not deliver any more shows in `DestinationDeliveryFailures`.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

import contextvars
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ..core import clock, hooks, journal
from . import destinations, recursion
from .invocations import Invoked, configuration

Function = Mapping[str, Any]
Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_functions: Any = hooks.attribute(_lambda, "_functions")
_configuration_of: Callable[[Function, str], Mapping[str, Any] | None] = hooks.attribute(
    _lambda, "_event_invoke_config"
)
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    _responses, "request_scope"
)

_LATEST: Final = "$LATEST"
_RETRIES: Final = 2
_LONGEST_AGE: Final = 6 * 3600
_ERROR_WAIT: Final = 60
_FIRST_THROTTLE_WAIT: Final = 1
_LONGEST_THROTTLE_WAIT: Final = 300
_LONGEST_MESSAGE: Final = 1024

_SUCCESS: Final = "Success"
_EXHAUSTED: Final = "RetriesExhausted"
_TOO_OLD: Final = "EventAgeExceeded"
_RECURSIVE: Final = "RecursiveInvocationDropped"
"""Chosen: AWS documents no name."""

_log = logging.getLogger(__name__)
_request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("request_id", default=None)


def install() -> None:
    """Handle asynchronous invocations here instead of in ministack.

    Raises:
        hooks.HookError: ministack's function for it, or for running one try, is gone.
    """
    hooks.attribute(_lambda, "_execute_function")
    hooks.wrap(_lambda, "invoke_async_with_retry", _accept)
    hooks.wrap(_lambda, "_execute_function_dispatch", _with_request_id)


def _with_request_id(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[..., Result],
    function: Function,
    config: Function,
    event: object,
    request_id: str,
    started: float,
) -> Result:
    return original(function, config, event, _request_id.get() or request_id, started)


@dataclass
class Event:
    """An event in Lambda's internal queue.

    Attributes:
        target: the execution record of what is to run: a function, a version or an alias.
        payload: the event.
        runs: how often the handler ran.
        throttled: how often it could not.
        result: what the latest run gave.
    """

    target: Function
    payload: object
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    accepted: float = field(default_factory=time.monotonic)
    runs: int = 0
    throttled: int = 0
    result: Result | None = None

    def __post_init__(self) -> None:
        parts = configuration(self.target)["FunctionArn"].split(":")
        self.region, self.account, self.name = parts[3], parts[4], parts[6]
        self.qualifier = parts[7] if len(parts) > 7 else _LATEST
        self.arn = ":".join([*parts[:7], self.qualifier])

    @property
    def function(self) -> Function | None:
        """The record of the function in ministack; None once it is deleted."""
        found: Function | None = _functions.get_scoped(self.account, self.region, self.name)
        return found

    @property
    def settings(self) -> Mapping[str, Any]:
        """The current settings of the qualifier."""
        function = self.function
        if function is None:
            return {}
        found = _configuration_of(function, self.qualifier)
        if found is None and self.qualifier == _LATEST:
            found = _configuration_of(function, "")
        return found or {}

    @property
    def age(self) -> float:
        """In AWS's seconds."""
        return clock.on_aws(time.monotonic() - self.accepted)

    def count(self, name: str, value: float = 1, unit: str = "Count") -> None:
        """Record a metric of the function and its qualifier."""
        for dimensions in Invoked.from_record(self.target).dimensions():
            _record_metric("AWS/Lambda", name, value, unit, dimensions)


def _accept(_original: Callable[[Function, object], None], target: Function, payload: object) -> None:
    """Queue an event: it runs later, in the context of who sent it."""
    event = Event(target, payload)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_process, event), daemon=True).start()


def _process(event: Event) -> None:
    try:
        with _request_scope(event.account, event.region):
            _request_id.set(event.request_id)
            event.count("AsyncEventsReceived")
            number = recursion.of_event()
            if number:
                recursion.before.set(number)
            if recursion.is_dropped(event.name, number):
                condition: str | None = _RECURSIVE
            else:
                condition = _run_until_settled(event)
            if condition is not None:
                journal.note("asynchronous", function=event.arn, condition=condition, runs=event.runs)
                _settle(event, condition)
    except Exception:
        _log.exception("the event %s of %s was lost", event.request_id, event.arn)
        raise


def _run_until_settled(event: Event) -> str | None:
    """Try until it succeeds, or has been tried or kept long enough; returns the condition.

    None if the function was deleted meanwhile: its settings for failed events are then gone too.
    """
    while event.function is not None:
        event.count("AsyncEventAge", event.age * 1000, "Milliseconds")
        result: Result = _lambda._execute_function(event.target, event.payload)
        if result.get("throttle"):
            event.throttled += 1
            wait: float = min(_FIRST_THROTTLE_WAIT * 2 ** (event.throttled - 1), _LONGEST_THROTTLE_WAIT)
        else:
            event.runs += 1
            event.result = result
            if not result.get("error"):
                return _SUCCESS
            if event.runs > int(event.settings.get("MaximumRetryAttempts", _RETRIES)):
                return _EXHAUSTED
            wait = _ERROR_WAIT * event.runs
        left = int(event.settings.get("MaximumEventAgeInSeconds", _LONGEST_AGE)) - event.age
        time.sleep(clock.here(max(0.0, min(wait, left))))
        if wait >= left:
            return _TOO_OLD
    return None


def _settle(event: Event, condition: str) -> None:
    """Send the records that the configuration asks for."""
    config = configuration(event.target)
    succeeded = condition == _SUCCESS
    if not succeeded:
        event.count("AsyncEventsDropped")
    configured = event.settings.get("DestinationConfig") or {}
    target = (configured.get("OnSuccess" if succeeded else "OnFailure") or {}).get("Destination")
    if target and not destinations.deliver(config["Role"], target, _record(event, condition)):
        event.count("DestinationDeliveryFailures")
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if (
        dead_letters
        and not succeeded
        and not destinations.deliver(config["Role"], dead_letters, _dead_letter(event))
    ):
        event.count("DeadLetterErrors")


def _record(event: Event, condition: str) -> destinations.Record:
    """The record of an invocation, for a destination."""
    document: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": event.arn,
            "condition": condition,
            "approximateInvokeCount": event.runs,
        },
        "requestPayload": event.payload,
    }
    if event.result is not None:
        response = {"statusCode": 200, "executedVersion": _executed_version(event, event.result)}
        if condition != _SUCCESS:
            response["functionError"] = event.result.get("function_error") or "Unhandled"
        document |= {"responseContext": response, "responsePayload": event.result.get("body")}
    return destinations.Record(
        function_arn=event.arn,
        body=json.dumps(document),
        outcome="Success" if condition == _SUCCESS else "Failure",
        folder=f"aws/lambda/async/{event.name}",
    )


def _executed_version(event: Event, result: Result) -> str:
    version: str = result.get("executed_version") or configuration(event.target).get("Version", _LATEST)
    return version


def _dead_letter(event: Event) -> destinations.Record:
    """The event itself, with what went wrong as attributes."""
    body = (event.result or {}).get("body")
    message = body.get("errorMessage", "") if isinstance(body, dict) else str(body or "")
    attributes = {
        "RequestID": ("String", event.request_id),
        "ErrorCode": ("Number", "200" if event.result else "429"),
        "ErrorMessage": ("String", message[:_LONGEST_MESSAGE] or "Rate exceeded"),
    }
    return destinations.Record(function_arn=event.arn, body=json.dumps(event.payload), attributes=attributes)
