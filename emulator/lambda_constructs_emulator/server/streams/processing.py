"""Reads streams and topics: retries, bisecting, record age, partial batches, on-failure destinations.

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

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import clock, hooks
from ..event_source_mappings import decoded_filters, metrics, partial_batches, workers
from ..kafka import partitions
from . import access, failures, shards
from .shards import UNLIMITED, EventRecord, EventSourceMapping, Shard
from .windows import Windows

Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")


def install() -> None:
    """Read streams and topics here instead of in ministack's poller.

    Raises:
        hooks.HookError: ministack polls streams, filters or executes in another way now.
    """
    hooks.attribute(_lambda, "_execute_function")
    hooks.attribute(_lambda, "_apply_filter_criteria")
    hooks.wrap(_lambda, "_poll_kinesis", _start_workers)
    hooks.wrap(_lambda, "_poll_dynamodb_streams", lambda _original: False)


def _start_workers(_original: Callable[[], bool]) -> bool:
    """See that every shard of every mapping is read; ministack's poller asks again and again."""
    workers.start(_workers)
    return False


def _workers(mapping: EventSourceMapping) -> Iterator[tuple[str, workers.Step]]:
    found: Sequence[Shard] = partitions.partitions(mapping)
    if access.is_on_stream(mapping):
        found = shards.shards(mapping, workers.role(mapping))
    for shard in found:
        yield shard.identifier, _Worker(mapping, shard).step


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

    def step(self) -> bool:
        """Process one batch, if there is one, and say so."""
        waiting = self.shard.read()
        if self.windows.is_over(waiting):
            return self._end_window()
        records = self.windows.cut(waiting)
        if not records:
            return False
        if self.shard.problem:
            self.mapping["LastProcessingResult"] = f"PROBLEM: {self.shard.problem}"
            return False
        kept = decoded_filters.kept(records, self.mapping)
        metrics.record(self.mapping, PolledEventCount=len(records))
        if self.mapping.get("FilterCriteria"):
            metrics.record(self.mapping, FilteredOutEventCount=len(records) - len(kept))
        if self._process(kept):
            self.shard.advance(len(records))
        return True

    def _end_window(self) -> bool:
        """Invoke once more for a window, and say whether that succeeded; nothing goes on before."""
        result = self._invoke((), final=True)
        if result.get("throttle") or result.get("error"):
            return False
        self.windows.close()
        return True

    def _process(self, records: Sequence[EventRecord]) -> bool:
        """Try until each record is processed or discarded; False if the mapping ended meanwhile."""
        waiting = [_Batch(records)] if records else []
        while waiting:
            if not workers.is_wanted(self.mapping):
                return False
            batch = self._without_expired(waiting.pop(0))
            if batch.records:
                waiting[:0] = self._try(batch)
        return True

    def _without_expired(self, batch: _Batch) -> _Batch:
        """Discard the records that are too old: those at the start of the batch."""
        longest = int(self.mapping.get("MaximumRecordAgeInSeconds") or UNLIMITED)
        if longest == UNLIMITED:
            return batch
        oldest = time.time() - clock.here(longest)
        expired = [record for record in batch.records if shards.latest_arrival(record) < oldest]
        if expired:
            self._give_up(_Batch(expired, batch.runs, result=batch.result), failures.TOO_OLD)
            batch.records = batch.records[len(expired) :]
        return batch

    def _try(self, batch: _Batch) -> list[_Batch]:
        """Run the function on a batch; returns what is to be tried again."""
        self._count_age(batch)
        result = self._invoke(batch.records)
        if result.get("throttle"):
            batch.throttles += 1
            workers.wait(batch.throttles)
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
        if UNLIMITED != self.shard.retries < batch.runs:
            self._give_up(batch, failures.EXHAUSTED)
            return []
        workers.wait(batch.runs)
        return [batch]

    def _flag(self, name: str) -> bool:
        return str(self.mapping.get(name, False)).lower() == "true"

    def _give_up(self, batch: _Batch, condition: str) -> None:
        lost = failures.Lost(
            mapping=self.mapping,
            shard=self.shard,
            records=batch.records,
            condition=condition,
            runs=batch.runs,
            result=batch.result,
        )
        delivered = failures.report(lost, workers.role(self.mapping))
        if delivered:
            metrics.record(self.mapping, OnFailureDestinationDeliveredEventCount=len(batch.records))
        else:  # what its destination gets is not dropped
            metrics.record(self.mapping, DroppedEventCount=len(batch.records))
        if delivered is False:
            workers.count_for_function(self.mapping, "DestinationDeliveryFailures", 1, "Count")

    def _count_age(self, batch: _Batch) -> None:
        """Lambda measures the age of the records of streams, and the lag of topics."""
        if access.is_on_stream(self.mapping):
            age = clock.on_aws(time.time() - shards.latest_arrival(batch.records[-1]))
            workers.count_for_function(self.mapping, "IteratorAge", max(0.0, age) * 1000, "Milliseconds")

    def _invoke(self, records: Sequence[EventRecord], *, final: bool = False) -> Result:
        event = self.windows.complete(self.shard.event(records), final=final)
        return workers.invoke(self.mapping, event)
