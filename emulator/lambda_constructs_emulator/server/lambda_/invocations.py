"""Records CloudWatch metrics of every invocation, by function, alias and executed version.

ministack counts the invocations that come through the API, by function name only. AWS counts each one:
those of event source mappings and asynchronous ones with their retries, too. It reports them by function,
by the qualifier that was invoked (`Resource`), and for an alias also by the version that ran
(`ExecutedVersion`), which is what an alarm on a canary needs. A throttled request does not count as an
invocation and has no executed version.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html

Not emulated: metrics of provisioned concurrency. `Duration` includes the start of the handler's process,
which AWS counts as initialization.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..cloudwatch import data_points
from ..core import hooks

Record = Mapping[str, Any]
Result = dict[str, Any]
Dimensions = dict[str, str]

_lambda = hooks.module("services.lambda_svc")
_in_other_scope: Callable[[Record], bool] = hooks.attribute(_lambda, "_function_config_scope_mismatch")
_functions: Any = hooks.attribute(_lambda, "_functions")

_NAMESPACE = "AWS/Lambda"


@dataclass(frozen=True)
class Invoked:
    """The invoked function and the executed version of an execution record."""

    function: str
    qualifier: str
    version: str
    is_alias: bool

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read it from the record that ministack executes: its ARN is the one that was invoked."""
        config = configuration(record)
        function = config["FunctionName"]
        parts = config.get("FunctionArn", "").split(":")
        qualifier = parts[7] if len(parts) > 7 else ""
        aliases = (_functions.get(function) or {}).get("aliases", {})
        return cls(function, qualifier, config.get("Version", "$LATEST"), qualifier in aliases)

    def dimensions(self) -> list[Dimensions]:
        """By function, and by function and qualifier."""
        by_function = {"FunctionName": self.function}
        if not self.qualifier:
            return [by_function]
        return [by_function, {**by_function, "Resource": f"{self.function}:{self.qualifier}"}]

    def dimensions_of_run(self) -> list[Dimensions]:
        """Those, and for an alias the version that ran as well."""
        found = self.dimensions()
        return [*found, {**found[-1], "ExecutedVersion": self.version}] if self.is_alias else found


def configuration(record: Record) -> Record:
    """The configuration in an execution record; ministack also passes the bare configuration."""
    config: Record = record.get("config") or record
    return config


def in_other_scope(record: Record) -> bool:
    """Whether ministack is about to execute the record again, in its own account and region."""
    return _in_other_scope(configuration(record))


def install() -> None:
    """Count in the one function that every invocation goes through, instead of in the API.

    Raises:
        hooks.HookError: ministack's function for executing or for counting is gone.
    """
    hooks.wrap(_lambda, "_emit_lambda_metrics", _count_nothing)
    hooks.wrap(_lambda, "_execute_function", _execute)


def _count_nothing(_original: Callable[..., None], /, *_args: object, **_kwargs: object) -> None:
    """Drop the count that ministack makes in its API: it would be a second one."""


def _execute(original: Callable[[Record, object], Result], record: Record, event: object) -> Result:
    if in_other_scope(record):
        return original(record, event)
    start = time.monotonic()
    result = original(record, event)
    count(Invoked.from_record(record), result, (time.monotonic() - start) * 1000)
    return result


def count(invoked: Invoked, result: Result, milliseconds: float) -> None:
    """Record the metrics of an invocation, which ran or was throttled."""
    if result.get("throttle"):
        data_points.record(_NAMESPACE, invoked.dimensions(), [("Throttles", 1, "Count")])
        return
    values = [
        ("Invocations", 1, "Count"),
        ("Errors", bool(result.get("error")), "Count"),
        ("Throttles", 0, "Count"),
        ("Duration", milliseconds, "Milliseconds"),
    ]
    data_points.record(_NAMESPACE, invoked.dimensions_of_run(), values)
