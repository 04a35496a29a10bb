"""Tumbling windows: pass a state from batch to batch.

With `TumblingWindowInSeconds` each record belongs to the window in which it came into the stream. A batch
has records of one window only, and the function also gets the window, the state so far and the shard. It
must return the next state, otherwise the batch fails. When a window is over and its records are processed,
the function is invoked once more, without records, with `isFinalInvokeForWindow`; until that succeeds
Lambda processes nothing else of the shard. Then the state is removed.

The length of a window follows the emulator's clock; its start and end are times of this machine. Windows
start at full multiples of the length, like AWS's in its example. A table says in which second a record
came, so a record of a table can be in a window that was over before. Not emulated: the limit of the
state, 1 MB, so no window is terminated early.

    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
"""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..core import clock
from .shards import EventRecord, EventSourceMapping, arrival

Result = Mapping[str, Any]


@dataclass
class _Window:
    """The window that is open, in seconds since 1970."""

    start: float
    end: float
    state: Any


class Windows:
    """The windows of one shard for one mapping; without the setting there are none, and this does nothing."""

    def __init__(self, mapping: EventSourceMapping, shard: str) -> None:
        self._mapping = mapping
        self._shard = shard
        self._open: _Window | None = None

    def cut(self, records: Sequence[EventRecord]) -> Sequence[EventRecord]:
        """The first of the records: those of one window, which is open then."""
        length = self._length
        if not length or not records:
            return records
        if self._open is None:
            start = arrival(records[0]) // length * length
            self._open = _Window(start, start + length, {})
        end = self._open.end
        return list(itertools.takewhile(lambda record: arrival(record) < end, records))

    def is_over(self, records: Sequence[EventRecord]) -> bool:
        """Whether the open window is complete: later records belong to later windows."""
        if self._open is None or time.time() < self._open.end:
            return False
        return not records or arrival(records[0]) >= self._open.end

    def complete(self, event: dict[str, Any], *, final: bool = False) -> dict[str, Any]:
        """An event with its part about the window."""
        if self._open is None:
            return event
        return {
            **event,
            "window": {"start": _iso(self._open.start), "end": _iso(self._open.end)},
            "state": self._open.state,
            "shardId": self._shard,
            "eventSourceARN": self._mapping["EventSourceArn"],
            "isFinalInvokeForWindow": final,
            "isWindowTerminatedEarly": False,
        }

    def accept(self, result: Result) -> bool:
        """Take the state that a run returned, and say whether it returned one, if it had to."""
        if self._open is None:
            return True
        body = result.get("body")
        if not isinstance(body, Mapping) or "state" not in body:
            return False
        self._open.state = body["state"]
        return True

    def close(self) -> None:
        """Be done with the open window."""
        self._open = None

    @property
    def _length(self) -> float:
        return clock.here(float(self._mapping.get("TumblingWindowInSeconds") or 0))


def _iso(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
