"""Rules for streams, and for what Kafka and Amazon MQ share with them: batches, positions, retries."""

from __future__ import annotations

import re

from . import limits
from .rule import Words, rule
from .urls import MAPPING_API_URL


@rule(
    "stream-source",
    why="A consumer reads one stream; another one is another consumer.",
    source=MAPPING_API_URL,
)
def stream_source(_: Words, *, table: bool, stream: bool) -> str | None:
    """Exactly one of table and stream."""
    if table != stream:
        return None
    if table:
        return "table and stream are both given; create a consumer for each"
    return "neither table nor stream is given; pass the one to read"


@rule(
    "table-without-stream",
    why="There is nothing to read.",
    source=limits.DYNAMODB_SOURCE_URL,
)
def table_without_stream(_: Words, path: str) -> str | None:
    """The table has a stream."""
    return (
        f"table {path} has no stream; create it with stream=StreamViewType..., or import it with "
        "Table.from_table_attributes(table_stream_arn=...)"
    )


@rule(
    "fan-out-without-stream",
    why="Only Kinesis streams have consumers with a throughput of their own.",
    source=limits.STREAM_SHARDS_URL,
)
def fan_out_without_stream(_: Words, *, stream: bool) -> str | None:
    """Enhanced fan-out is for Kinesis streams."""
    if stream:
        return None
    return "enhanced_fan_out is set for a table, whose stream has none; leave it out"


@rule("source-batch-size", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def source_batch_size(_: Words, batch_size: int) -> str | None:
    """1 to 10,000."""
    low, high = source_batch_size.low, source_batch_size.high
    if low <= batch_size <= high:
        return None
    return f"batch_size is {batch_size}, Lambda allows {low} to {high}; choose one of these"


@rule("source-batching-window", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def source_batching_window(_: Words, window: int) -> str | None:
    """0 to 300 seconds."""
    if 0 <= window <= source_batching_window.high:
        return None
    return (
        f"max_batching_window is {window} seconds, Lambda allows 0 to "
        f"{source_batching_window.high}; choose a window in that range"
    )


@rule("source-name", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def source_name(_: Words, option: str, name: str, *, pattern: str, maximum: int) -> str | None:
    """Names have the form and the length that the API allows."""
    if 1 <= len(name) <= maximum and re.fullmatch(pattern, name):
        return None
    return f"{option} is {name!r}, Lambda allows 1 to {maximum} characters of the form {pattern}; rename it"


@rule(
    "source-timeout",
    why="Lambda needs the rest of the 15 minutes to handle the errors of Kafka and Amazon MQ.",
    source=limits.BROKER_SOURCE_URL,
)
def source_timeout(_: Words, timeout: int) -> str | None:
    """At most 14 minutes for a function that reads Kafka or Amazon MQ."""
    if timeout <= limits.SOURCE_TIMEOUT_MAXIMUM:
        return None
    return (
        f"timeout is {timeout} seconds, a function that reads Kafka or Amazon MQ may have "
        f"{limits.SOURCE_TIMEOUT_MAXIMUM}; shorten it"
    )


@rule(
    "starting-position-latest",
    severity="warning",
    why="A mapping takes minutes to start, after each change too: what is written meanwhile is never read.",
    source=limits.KINESIS_START_URL,
)
def starting_position_latest(_: Words, position: str) -> str | None:
    """TRIM_HORIZON or AT_TIMESTAMP, which miss nothing."""
    if position != "LATEST":
        return None
    return (
        "starting_position is LATEST, which misses what is written while the mapping starts or is updated; "
        "use TRIM_HORIZON or AT_TIMESTAMP, or acknowledge this"
    )


@rule(
    "starting-timestamp",
    why="Lambda refuses the mapping; DynamoDB's streams know no positions by time.",
    source=MAPPING_API_URL,
)
def starting_timestamp(_: Words, position: str, *, timestamp: bool, by_time: bool) -> str | None:
    """A timestamp goes with AT_TIMESTAMP, and that with Kinesis and Kafka."""
    at_timestamp = position == "AT_TIMESTAMP"
    if at_timestamp and not by_time:
        return "starting_position is AT_TIMESTAMP, the stream of a table has no such; use TRIM_HORIZON"
    if at_timestamp == timestamp:
        return None
    if timestamp:
        return (
            f"starting_position_timestamp is given but starting_position is {position}; "
            "set it to AT_TIMESTAMP or leave the timestamp out"
        )
    return "starting_position is AT_TIMESTAMP without a time; pass it as starting_position_timestamp"


@rule("starting-timestamp-future", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def starting_timestamp_future(_: Words, timestamp: int, now: int) -> str | None:
    """A time that has passed."""
    if timestamp <= now:
        return None
    return f"starting_position_timestamp is {timestamp - now} seconds in the future; pass one that has passed"


@rule(
    "stream-retries",
    why="Without a limit one bad record holds up its shard or partition until it expires.",
    source=limits.STREAM_ERRORS_URL,
)
def stream_retries(_: Words, retry_attempts: int) -> str | None:
    """0 to 10,000; never without end."""
    maximum = limits.STREAM_RETRIES_MAXIMUM
    if 0 <= retry_attempts <= maximum:
        return None
    if retry_attempts == -1:
        return (
            "retry_attempts is -1, without end: one bad record would hold up its shard until it expires and "
            f"is lost; choose 0 to {maximum}"
        )
    return f"retry_attempts is {retry_attempts}, Lambda allows 0 to {maximum}; choose one of these"


@rule("record-age-range", why="Lambda refuses the mapping.", source=limits.MAPPING_STATE_URL)
def record_age_range(_: Words, max_record_age: int) -> str | None:
    """One minute to seven days."""
    low, high = record_age_range.low, record_age_range.high
    if low <= max_record_age <= high:
        return None
    return (
        f"max_record_age is {max_record_age} seconds, Lambda allows {low} to {high}; choose one in that range"
    )


@rule(
    "record-age-above-retention",
    why="The stream deletes records at the end of its retention and tells nobody: they reach neither the "
    "function nor the failure destination.",
    source=limits.KINESIS_RETENTION_URL,
)
def record_age_above_retention(_: Words, max_record_age: int, retention: int) -> str | None:
    """Records are not tried for longer than the stream keeps them."""
    if max_record_age <= retention:
        return None
    return (
        f"max_record_age is {max_record_age} seconds but the stream deletes records after {retention}, "
        "before they would be given up; lower max_record_age or lengthen the stream's retention_period"
    )


@rule(
    "record-age-equals-retention",
    severity="warning",
    why="What was throttled for so long is given up at the moment at which the stream deletes it: it may "
    "miss the failure destination.",
    source=limits.KINESIS_RETENTION_URL,
)
def record_age_equals_retention(_: Words, max_record_age: int, retention: int) -> str | None:
    """Records are given up before the stream deletes them."""
    if max_record_age != retention:
        return None
    return (
        f"max_record_age is {max_record_age} seconds, and then the stream deletes the record; lower "
        "max_record_age or lengthen the stream's retention_period"
    )


@rule(
    "iterator-age-above-record-age",
    why="Records of that age are given up and never reach the function: the alarm could not fire.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
)
def iterator_age_above_record_age(_: Words, threshold: int, max_record_age: int) -> str | None:
    """The alarm fires before records are given up."""
    if threshold < max_record_age:
        return None
    return (
        f"alarms.iterator_age_threshold is {threshold} seconds, records of {max_record_age} are given up; "
        "choose a lower threshold or raise max_record_age"
    )


@rule("parallelization-range", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def parallelization_range(_: Words, parallelization_factor: int) -> str | None:
    """1 to 10."""
    maximum = parallelization_range.high
    if 1 <= parallelization_factor <= maximum:
        return None
    return (
        f"parallelization_factor is {parallelization_factor}, Lambda allows 1 to {maximum}; "
        "choose one of these"
    )


@rule(
    "parallelization-above-reserved",
    why="Even one shard then has more batches at work than may run: the rest is throttled and grows old.",
    source=limits.STREAM_SHARDS_URL,
)
def parallelization_above_reserved(
    _: Words, parallelization_factor: int, reserved_concurrency: int
) -> str | None:
    """The batches of one shard fit the reservation."""
    if parallelization_factor <= reserved_concurrency:
        return None
    return (
        f"parallelization_factor is {parallelization_factor} but reserved_concurrency is "
        f"{reserved_concurrency}; reserve that much for each shard, or to stop the consumer set enabled=False"
    )


@rule("tumbling-window-range", why="Lambda refuses the mapping.", source=limits.STREAM_WINDOWS_URL)
def tumbling_window_range(_: Words, tumbling_window: int) -> str | None:
    """0 to 900 seconds."""
    if 0 <= tumbling_window <= tumbling_window_range.high:
        return None
    return (
        f"tumbling_window is {tumbling_window} seconds, Lambda allows 0 to "
        f"{tumbling_window_range.high}; shorten it"
    )


@rule(
    "stream-without-destination",
    severity="warning",
    why="What is given up, by its retries, its age or the end of the stream's retention, is gone without a "
    "trace.",
    source=limits.STREAM_ERRORS_URL,
)
def stream_without_destination(_: Words, *, destination: bool) -> str | None:
    """Lambda tells a destination what it has given up."""
    if destination:
        return None
    return (
        "the mapping has no on-failure destination, what is given up is lost without a trace; set "
        "DestinationConfig/OnFailure to a queue, a topic or a bucket"
    )


@rule(
    "stream-without-end",
    severity="warning",
    why="One bad record holds up its shard or partition until it expires, by default for a day; the ones "
    "behind it grow old with it and are lost.",
    source=limits.STREAM_ERRORS_URL,
)
def stream_without_end(_: Words, retry_attempts: int, max_record_age: int) -> str | None:
    """Retries have an end: by their number or by the age of the records."""
    if retry_attempts != -1 or max_record_age != -1:
        return None
    return (
        "neither retry_attempts nor max_record_age ends the retries of a bad record, which holds up its "
        "shard until it expires; set both"
    )


@rule(
    "stream-batch-undivided",
    severity="warning",
    why="One bad record takes its whole batch along: all of it is retried, and all of it is given up.",
    source=limits.STREAM_ERRORS_URL,
)
def stream_batch_undivided(_: Words, batch_size: int, *, bisect: bool, reports: bool) -> str | None:
    """A bad record is told apart: by halving its batch, or because the function names it."""
    if batch_size == 1 or bisect or reports:
        return None
    return (
        f"a batch has up to {batch_size} records, and one that fails takes the others along; set "
        "bisect_batch_on_error, and FunctionResponseTypes to ReportBatchItemFailures"
    )
