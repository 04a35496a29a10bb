"""Reads the parts of an event source: a thread for each shard, partition or queue of a mapping.

A batch that cannot be processed then blocks its part alone.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final

from ..core import clock, hooks
from ..lambda_.invocations import Invoked
from . import settings

EventSourceMapping = dict[str, Any]
Step = Callable[[], bool]
"""Processes a batch of one part, if there is one, and says so."""

_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_mappings: Any = hooks.attribute(_lambda, "_esms")
_function: Callable[[str, str | None], tuple[Any, Any]] = hooks.attribute(
    _lambda, "_get_func_record_for_qualifier"
)
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    _responses, "request_scope"
)

_IDLE: Final = 0.1
"""Seconds between two looks at an empty part."""
_SHORTEST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 60

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_running: set[tuple[str, str]] = set()


def every_mapping(act: Callable[[EventSourceMapping], None]) -> None:
    """Do something for each mapping, in its account and region."""
    with settings.being_written:
        mappings = list(_mappings.all_items())
    for (account, region, _identifier), mapping in mappings:
        with _request_scope(account, region):
            act(mapping)


def start(parts: Callable[[EventSourceMapping], Iterable[tuple[str, Step]]]) -> None:
    """See that every part of every mapping is read; to be called again and again.

    Args:
        parts: the parts of a mapping by name; none if somebody else reads its source.
    """

    def start_all(mapping: EventSourceMapping) -> None:
        for name, step in parts(mapping):
            _start(mapping, name, step)

    every_mapping(start_all)


def _start(mapping: EventSourceMapping, name: str, step: Step) -> None:
    key, account, region = (mapping["UUID"], name), _account(), _region()

    def run() -> None:
        try:
            with _request_scope(account, region):
                while is_wanted(mapping):
                    _take(step, key)
        finally:
            with _lock:
                _running.discard(key)

    with _lock:
        if key in _running or not is_wanted(mapping):
            return
        _running.add(key)
    threading.Thread(target=run, name=f"reader {key}", daemon=True).start()


def _take(step: Step, key: tuple[str, str]) -> None:
    try:
        if not step():
            time.sleep(_IDLE)
    except Exception:  # noqa: BLE001 - the next look may succeed
        _log.exception("the part %s of the mapping %s", key[1], key[0])
        time.sleep(1)


def is_wanted(mapping: EventSourceMapping) -> bool:
    """Whether a mapping still exists, is enabled, and has a function."""
    enabled = str(mapping.get("Enabled", True)).lower() != "false"
    exists = _mappings.get(mapping["UUID"]) is mapping
    return enabled and exists and _function(mapping["FunctionName"], None)[0] is not None


def role(mapping: EventSourceMapping) -> str:
    """The execution role of a mapping's function, which Lambda reads with."""
    function, configuration = _function(mapping["FunctionName"], mapping.get("Qualifier"))
    return configuration["Role"] if function is not None else ""


def invoke(mapping: EventSourceMapping, event: dict[str, Any]) -> dict[str, Any]:
    """Run the function of a mapping; returns ministack's record of the result."""
    function, _configuration = _function(mapping["FunctionName"], mapping.get("Qualifier"))
    result: dict[str, Any] = _lambda._execute_function(function, event)
    return result


def count_for_function(mapping: EventSourceMapping, name: str, value: float, unit: str) -> None:
    """Record a metric of the function of a mapping, and of its alias or version."""
    function, _configuration = _function(mapping["FunctionName"], mapping.get("Qualifier"))
    for dimensions in Invoked.from_record(function).dimensions():
        _record_metric("AWS/Lambda", name, value, unit, dimensions)


def wait(tries: int) -> None:
    """Wait before the next try: from one of AWS's seconds up to a minute."""
    time.sleep(max(_SHORTEST_WAIT, clock.here(min(2.0 ** min(tries - 1, 6), _LONGEST_WAIT))))
