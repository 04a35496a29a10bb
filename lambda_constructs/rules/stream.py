"""Rules for streams: DynamoDB and Kinesis, their shards, retries and failures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import STREAMS, consumers
from ..template.template import Template
from ..template.values import Unknown
from . import defaults
from .ranges_mapping import NO_LIMIT, mappings
from .rule import Place, Words, at, rule, warning

_DYNAMODB_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html"
_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"
_SHARDS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"
STREAM_RETRIES_MAXIMUM: Final = 10_000  # botocore's shape MaximumRetryAttemptsEventSourceMapping
STREAM_CONSUMER_NAME_MAXIMUM: Final = 128  # characters: botocore, kinesis ConsumerName

_DESTINATION: Final = ("DestinationConfig", "OnFailure", "Destination")
_FACTOR: Final = "ParallelizationFactor"
_RETRIES: Final = "MaximumRetryAttempts"


@rule(why="The consumer has nothing to read.", source=_DYNAMODB_URL)
def table_without_stream(words: Words, path: str) -> str | None:
    """The table has a stream."""
    fix = words(
        "create it with stream=StreamViewType..., or import it with "
        "Table.from_table_attributes(table_stream_arn=...)",
        "set StreamSpecification",
    )
    return f"table {path} has no stream; {fix}"


@table_without_stream.in_template
def _(template: Template) -> Iterator[Place]:
    for each in consumers(template):
        table = each.source
        if each.kind == "table" and table is not None and table.get("StreamSpecification") is None:
            yield at(each.mapping, "EventSourceArn", table.path, about=[table])


@rule(why="Lambda maps a stream to a function only once.", source=_SHARDS_URL)
def stream_twice(_: Words, path: str, *, again: bool) -> str | None:
    """A consumer reads each stream once."""
    if not again:
        return None
    return f"the consumer already reads the stream of {path}; change the options of its mapping instead"


@rule(why="DynamoDB streams do not support enhanced fan-out.", source=_SHARDS_URL)
def fan_out_without_stream(_: Words, *, stream: bool) -> str | None:
    """Enhanced fan-out is for Kinesis streams."""
    if stream:
        return None
    return "enhanced_fan_out is set for a table, but DynamoDB streams do not support it; leave it out"


@rule(
    accepted=True,
    why="Lambda then throttles batches of even one shard, and their records age.",
    source=_SHARDS_URL,
    names={
        "factor": ("parallelization_factor", _FACTOR),
        "reserved": ("reserved_concurrency", "ReservedConcurrentExecutions"),
    },
)
def parallelization_above_reserved(
    words: Words, parallelization_factor: int, reserved_concurrency: int, streams: int = 1
) -> str | None:
    """The reserved concurrency is enough for the concurrent batches of one shard of each stream."""
    if parallelization_factor <= reserved_concurrency:
        return None
    stop = words("to stop the consumer set enabled=False", "to stop the mapping set Enabled to false")
    factor = words.factor if streams == 1 else f"{words.factor} of all streams"
    return (
        f"{factor} is {parallelization_factor}, but {words.reserved} is {reserved_concurrency}; "
        f"reserve at least {parallelization_factor} for each shard, or {stop}"
    )


@parallelization_above_reserved.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.reads_stream and consumer.target is not None and not consumer.idle:
            function = consumer.target.function
            reserved = function.number("ReservedConcurrentExecutions")
            if reserved is not None:
                factor = consumer.mapping.integer(_FACTOR, default=1)
                yield at(consumer.mapping, _FACTOR, factor, reserved, about=[function])


@rule(
    why="Without a limit, one bad record blocks its shard or partition until it expires.",
    source=_ERRORS_URL,
    names={"retries": ("retry_attempts", _RETRIES)},
)
def stream_retries(words: Words, retry_attempts: int) -> str | None:
    """0 to 10,000; not -1, which means no limit."""
    maximum = STREAM_RETRIES_MAXIMUM
    if 0 <= retry_attempts <= maximum:
        return None
    if retry_attempts == NO_LIMIT:
        return (
            f"{words.retries} is -1, which means no limit, so one bad record blocks its shard until it "
            f"expires and is lost; choose 0 to {maximum}"
        )
    return f"{words.retries} is {retry_attempts}, Lambda allows 0 to {maximum}; choose a number in that range"


stream_retries.in_template(mappings(_RETRIES, *STREAMS, "kafka", special=NO_LIMIT).find)


@warning(
    why="Lambda discards records at the end of their retries, their age or the stream's retention period, "
    "and nothing tells you which.",
    source=_ERRORS_URL,
)
def stream_without_destination(_: Words, *, destination: bool) -> str | None:
    """Lambda reports discarded records to an on-failure destination."""
    if destination:
        return None
    return (
        "the mapping has no on-failure destination, so discarded records are lost; set "
        "DestinationConfig/OnFailure to a queue, a topic or a bucket"
    )


@stream_without_destination.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.reads_stream:
            destination = consumer.mapping.given(*_DESTINATION)
            yield at(consumer.mapping, "/".join(_DESTINATION), destination=destination)


@warning(
    why="One bad record blocks its shard until it expires, by default for a day. The records behind it wait "
    "as long, and can expire too.",
    source=_ERRORS_URL,
)
def stream_without_end(_: Words, retry_attempts: int, max_record_age: int) -> str | None:
    """Retries end, by their number or by the age of the records."""
    if retry_attempts != NO_LIMIT or max_record_age != NO_LIMIT:
        return None
    return (
        "neither MaximumRetryAttempts nor MaximumRecordAgeInSeconds ends the retries of a bad record, which "
        "blocks its shard until it expires; set both"
    )


@stream_without_end.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.reads_stream:
            retries = consumer.mapping.integer(_RETRIES, default=NO_LIMIT)
            age = consumer.mapping.integer("MaximumRecordAgeInSeconds", default=NO_LIMIT)
            yield at(consumer.mapping, _RETRIES, retries, age)


@warning(why="Lambda retries, and at last discards, the whole batch of one bad record.", source=_ERRORS_URL)
def stream_batch_undivided(_: Words, batch_size: int, *, bisect: bool, reports: bool) -> str | None:
    """A bad record is isolated: Lambda splits its batch, or the function reports it."""
    if batch_size == 1 or bisect or reports:
        return None
    return (
        f"a batch has up to {batch_size} records, and if one fails, all of them have failed; set "
        "BisectBatchOnFunctionError to true, and FunctionResponseTypes to ReportBatchItemFailures"
    )


@stream_batch_undivided.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.reads_stream:
            mapping, reported = consumer.mapping, consumer.response_types
            yield at(
                mapping,
                "BisectBatchOnFunctionError",
                mapping.integer("BatchSize", default=defaults.STREAM_BATCH_SIZE),
                bisect=mapping.flag("BisectBatchOnFunctionError"),
                reports=reported if isinstance(reported, Unknown) else "ReportBatchItemFailures" in reported,
            )
