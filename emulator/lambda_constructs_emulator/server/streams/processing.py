"""Reads streams: retries, bisecting, record age, partial batches, on-failure destinations.

ministack delivers a batch again and again until it succeeds, whatever the mapping says, and holds up
every shard of the mapping meanwhile. Here a thread reads each shard, so that a batch which cannot be
processed blocks its shard alone, until the mapping's settings discard it:

- `MaximumRetryAttempts`: so many tries after the first; throttles do not count.
- `BisectBatchOnFunctionError`: a batch that raised is split in halves, which costs no retry.
- `MaximumRecordAgeInSeconds`: older records are dropped, before the first try or between two.
- `ReportBatchItemFailures`: everything from the lowest reported sequence number on is tried again;
  each try counts, also one that got further. (Unverified: AWS documents no restart of the count.)
- `DestinationConfig.OnFailure`: gets a record about discarded events; a bucket gets the events, too.
  What it gets is not counted as dropped; what it may not get is, and as a `DestinationDeliveryFailures`.

Ages and waits are multiplied by the time scale. AWS documents no times for the waits between tries; here they
double from one second to a minute. The role must be allowed to read the stream, otherwise nothing is read.
Tumbling windows are in `windows`. A parallelization factor is accepted, but a shard is still processed one
batch at a time. Not emulated: batching windows and a starting time.

    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from ..core import clock, hooks
from ..event_source_mappings import metrics, partial_batches, settings
from ..lambda_.invocations import Invoked
from . import failures, mapping_checks, shards
from .shards import EventRecord, EventSourceMapping, Shard
from .windows import Windows

Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_mappings: Any = hooks.attribute(_lambda, "_esms")
_function: Callable[[str, str | None], tuple[Any, Any]] = hooks.attribute(
    _lambda, "_get_func_record_for_qualifier"
)
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    hooks.module("core.responses"), "request_scope"
)

_UNLIMITED: Final = -1
_IDLE: Final = 0.1
"""Seconds between two looks at an empty shard."""
_SHORTEST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 60

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_running: set[tuple[str, str]] = set()


def install() -> None:
    """Read streams here instead of in ministack's poller.

    Raises:
        hooks.HookError: ministack polls streams, filters or executes in another way now.
    """
    hooks.attribute(_lambda, "_execute_function")
    hooks.attribute(_lambda, "_apply_filter_criteria")
    hooks.wrap(_lambda, "_poll_kinesis", lambda _original: _start_workers())
    hooks.wrap(_lambda, "_poll_dynamodb_streams", lambda _original: False)


def _start_workers() -> bool:
    """See that every shard of every mapping is read; ministack's poller asks again and again."""
    with settings.being_written:
        mappings = list(_mappings.all_items())
    for (account, region, _identifier), mapping in mappings:
        if mapping_checks.is_on_stream(mapping):
            with _request_scope(account, region):
                for shard in shards.shards(mapping, _role(mapping)):
                    _start_worker(account, region, _Worker(mapping, shard))
    return False


def _role(mapping: EventSourceMapping) -> str:
    function, config = _function(mapping["FunctionName"], mapping.get("Qualifier"))
    return config["Role"] if function is not None else ""


def _start_worker(account: str, region: str, worker: "_Worker") -> None:
    key = (worker.mapping["UUID"], worker.shard.identifier)

    def run() -> None:
        try:
            with _request_scope(account, region):
                worker.run()
        finally:
            with _lock:
                _running.discard(key)

    with _lock:
        if key in _running or not worker.is_wanted():
            return
        _running.add(key)
    threading.Thread(target=run, name=f"shard {key}", daemon=True).start()


@dataclass
class _Batch:
    """Records that are tried together, and how often they were."""

    records: Sequence[EventRecord]
    runs: int = 0
    throttles: int = 0
    result: Result | None = None


class _Worker:
    """Reads one shard for one mapping, in the account and region of the mapping."""

    def __init__(self, mapping: EventSourceMapping, shard: Shard) -> None:
        self.mapping = mapping
        self.shard = shard
        self.windows = Windows(mapping, shard.identifier)

    def is_wanted(self) -> bool:
        """Whether the mapping still exists, is enabled, and has a function."""
        enabled = str(self.mapping.get("Enabled", True)).lower() != "false"
        exists = _mappings.get(self.mapping["UUID"]) is self.mapping
        return enabled and exists and _function(self.mapping["FunctionName"], None)[0] is not None

    def run(self) -> None:
        """Read for as long as the mapping wants it."""
        while self.is_wanted():
            try:
                if not self._step():
                    time.sleep(_IDLE)
            except Exception:  # noqa: BLE001 - the next look may succeed
                _log.exception("the shard %s of %s", self.shard.identifier, self.mapping["UUID"])
                time.sleep(1)

    def _step(self) -> bool:
        """Process one batch, if there is one, and say so."""
        waiting = self.shard.read()
        if self.windows.is_over(waiting):
            return self._end_window()
        records = self.windows.cut(waiting)
        if not records:
            return False
        if not mapping_checks.may_read(_role(self.mapping), self.mapping["EventSourceArn"]):
            self.mapping["LastProcessingResult"] = "PROBLEM: Lambda cannot access the stream with the role"
            return False
        kept = _lambda._apply_filter_criteria(records, self.mapping)
        metrics.record(self.mapping, PolledEventCount=len(records))
        if self.mapping.get("FilterCriteria"):
            metrics.record(self.mapping, FilteredOutEventCount=len(records) - len(kept))
        if self._process(kept):
            self.shard.advance(len(records))
        return True

    def _end_window(self) -> bool:
        """Invoke once more for a window, and say whether that succeeded; nothing goes on before."""
        function, _config = _function(self.mapping["FunctionName"], self.mapping.get("Qualifier"))
        result: Result = _lambda._execute_function(function, self.windows.event((), final=True))
        if result.get("throttle") or result.get("error"):
            return False
        self.windows.close()
        return True

    def _process(self, records: Sequence[EventRecord]) -> bool:
        """Try until each record is processed or discarded; False if the mapping ended meanwhile."""
        waiting = [_Batch(records)] if records else []
        while waiting:
            if not self.is_wanted():
                return False
            batch = self._without_expired(waiting.pop(0))
            if batch.records:
                waiting[:0] = self._try(batch)
        return True

    def _without_expired(self, batch: _Batch) -> _Batch:
        """Discard the records that are too old: those at the start of the batch."""
        longest = int(self.mapping.get("MaximumRecordAgeInSeconds") or _UNLIMITED)
        if longest == _UNLIMITED:
            return batch
        oldest = time.time() - clock.here(longest)
        expired = [record for record in batch.records if shards.latest_arrival(record) < oldest]
        if expired:
            self._give_up(_Batch(expired, batch.runs, result=batch.result), failures.TOO_OLD)
            batch.records = batch.records[len(expired) :]
        return batch

    def _try(self, batch: _Batch) -> list[_Batch]:
        """Run the function on a batch; returns what is to be tried again."""
        function, _config = _function(self.mapping["FunctionName"], self.mapping.get("Qualifier"))
        self._count_age(function, batch)
        result: Result = _lambda._execute_function(function, self.windows.event(batch.records))
        if result.get("throttle"):
            batch.throttles += 1
            _wait(batch.throttles)
            return [batch]
        metrics.record(self.mapping, InvokedEventCount=len(batch.records))
        remaining = self._failed(batch, result)
        if not remaining:
            self.mapping["LastProcessingResult"] = "OK"
            return []
        self.mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
        metrics.record(self.mapping, FailedInvokeEventCount=len(remaining))
        return self._after_failure(_Batch(remaining, batch.runs, result=result))

    def _failed(self, batch: _Batch, result: Result) -> Sequence[EventRecord]:
        """The part of a batch from the first record on that failed."""
        if result.get("error") or not self.windows.accept(result):
            return batch.records
        if not partial_batches.is_reported_by(self.mapping):
            return ()
        numbers = [shards.sequence_number(record) for record in batch.records]
        failed = partial_batches.failed_items(result.get("body"), numbers)
        return batch.records[min(map(numbers.index, failed)) :] if failed else ()

    def _after_failure(self, batch: _Batch) -> list[_Batch]:
        """Split, discard, or wait and try again."""
        raised = batch.result is not None and batch.result.get("error")
        if raised and self._flag("BisectBatchOnFunctionError") and len(batch.records) > 1:
            middle = len(batch.records) // 2
            halves = (batch.records[:middle], batch.records[middle:])
            return [_Batch(half, batch.runs, result=batch.result) for half in halves]
        batch.runs += 1
        retries = self.mapping.get("MaximumRetryAttempts")
        if retries is not None and int(retries) != _UNLIMITED and batch.runs > int(retries):
            self._give_up(batch, failures.EXHAUSTED)
            return []
        _wait(batch.runs)
        return [batch]

    def _flag(self, name: str) -> bool:
        return str(self.mapping.get(name, False)).lower() == "true"

    def _give_up(self, batch: _Batch, condition: str) -> None:
        lost = failures.Lost(
            mapping=self.mapping,
            shard=self.shard.identifier,
            records=batch.records,
            condition=condition,
            runs=batch.runs,
            result=batch.result,
        )
        delivered = failures.report(lost, _role(self.mapping))
        if delivered:
            metrics.record(self.mapping, OnFailureDestinationDeliveredEventCount=len(batch.records))
        else:  # what its destination gets is not dropped
            metrics.record(self.mapping, DroppedEventCount=len(batch.records))
        if delivered is False:
            function, _config = _function(self.mapping["FunctionName"], self.mapping.get("Qualifier"))
            _count(function, "DestinationDeliveryFailures", 1, "Count")

    def _count_age(self, function: Any, batch: _Batch) -> None:  # noqa: ANN401 - ministack's own
        age = clock.on_aws(time.time() - shards.latest_arrival(batch.records[-1]))
        _count(function, "IteratorAge", max(0.0, age) * 1000, "Milliseconds")


def _count(function: Any, name: str, value: float, unit: str) -> None:  # noqa: ANN401 - ministack's own
    """Record a metric of the function and its qualifier."""
    for dimensions in Invoked.from_record(function).dimensions():
        _record_metric("AWS/Lambda", name, value, unit, dimensions)


def _wait(tries: int) -> None:
    time.sleep(max(_SHORTEST_WAIT, clock.here(min(2.0 ** min(tries - 1, 6), _LONGEST_WAIT))))
