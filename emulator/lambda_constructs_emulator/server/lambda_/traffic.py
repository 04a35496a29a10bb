"""Splits the traffic of an alias between two versions, by the weight of the additional version.

ministack stores the weights and always runs the first version. Here each invocation of an alias, from any
source, runs the version that the alias and its weights name at that moment; a retry chooses again.
The handler, its logs, the metrics and the response (`X-Amz-Executed-Version`) see that version, while
`invoked_function_arn` names the alias.

    https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html

AWS draws each time. Here the choice is counted out, so that tests and demos see the share they asked
for: with a weight of 0.1, invocations 5, 15, 25 ... since the weight was set run the additional version.
Traffic that itself repeats in that rhythm would meet the same version every time.
"""

import contextvars
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core import hooks, reset
from .invocations import configuration, in_other_scope

Record = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]
Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_functions: Any = hooks.attribute(_lambda, "_functions")

_LATEST = "$LATEST"
_WHOLE = 1_000_000
"""Weights in millionths: sums of fractions would drift."""

_ran: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("versions_that_ran", default=None)
_lock = threading.Lock()


@dataclass
class _Share:
    """How much of the next invocation is due to the additional version."""

    version: str
    weight: int
    due: int = _WHOLE // 2

    def is_next(self) -> bool:
        """Count one invocation, and say whether it is for the additional version."""
        self.due += self.weight
        if self.due < _WHOLE:
            return False
        self.due -= _WHOLE
        return True


_shares: dict[str, _Share] = {}


def install() -> None:
    """Choose the version where ministack executes, and name the alias where it resolves one.

    Raises:
        hooks.HookError: a function of ministack for resolving, invoking or executing is gone.
    """
    reset.on_reset(_shares.clear)
    hooks.wrap(_lambda, "_effective_func_record_for_qualifier", _name_the_alias)
    hooks.wrap(_lambda, "_execute_function", _execute)
    hooks.wrap(_lambda, "_invoke", _invoke)


def _name_the_alias(
    original: Callable[..., tuple[Record | None, Record | None]],
    function: Record | None,
    qualifier: str | None,
) -> tuple[Record | None, Record | None]:
    """Say in the resolved record which alias it came from: ministack's names only the version."""
    record, config = original(function, qualifier)
    if function is None or record is None or config is None or qualifier not in function.get("aliases", {}):
        return record, config
    config = {**config, "FunctionArn": f"{function['config']['FunctionArn']}:{qualifier}"}
    return {**record, "config": config}, config


def _execute(original: Callable[[Record, object], Result], record: Record, event: object) -> Result:
    """Run the version that is its turn; the result says which, for reports of the invocation."""
    if in_other_scope(record):
        return original(record, event)
    record = routed(record)
    version = configuration(record).get("Version", _LATEST)
    ran = _ran.get()
    if ran is not None:
        ran.append(version)
    return {**original(record, event), "executed_version": version}


async def _invoke(
    original: Callable[..., Awaitable[Response]], /, *args: object, **kwargs: object
) -> Response:
    """Put the version that really ran into the response; ministack takes the alias's first one."""
    ran: list[str] = []
    token = _ran.set(ran)
    try:
        status, headers, body = await original(*args, **kwargs)
    finally:
        _ran.reset(token)
    # An asynchronous invocation (202) runs later, if at all: its response cannot know.
    if status == 200 and ran:
        headers = {**headers, "X-Amz-Executed-Version": ran[0]}
    return status, headers, body


def routed(record: Record) -> Record:
    """The record of the version that this invocation of an alias runs; others stay as they are."""
    arn: str = configuration(record).get("FunctionArn", "")
    parts = arn.split(":")
    if len(parts) != 8:
        return record
    function = _functions.get_scoped(parts[4], parts[3], parts[6])
    alias = (function or {}).get("aliases", {}).get(parts[7])
    if alias is None:
        return record
    version = _choose(arn, alias)
    if version == configuration(record).get("Version", _LATEST):
        return record
    chosen = function if version == _LATEST else function["versions"].get(version)
    return {**chosen, "config": {**chosen["config"], "FunctionArn": arn}} if chosen else record


def _choose(alias_arn: str, alias: Record) -> str:
    first: str = alias["FunctionVersion"]
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    with _lock:
        if not weights:
            _shares.pop(alias_arn, None)
            return first
        # AWS allows one additional version.
        version, weight = next((name, round(float(weight) * _WHOLE)) for name, weight in weights.items())
        share = _shares.get(alias_arn)
        if share is None or (share.version, share.weight) != (version, weight):
            share = _shares[alias_arn] = _Share(version, weight)
        return version if share.is_next() else first
