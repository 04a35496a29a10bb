"""Range rules for event source mappings: a number within the range that Lambda allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import MAPPING, STREAMS, SourceKind, consumers
from ..template.template import Template
from .ranges import SECONDS, Numbers, Service, items
from .rule import Place, at
from .urls import LAMBDA_QUOTAS_URL, MAPPING_API_URL

_AGE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html"
_WINDOWS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"
NO_LIMIT: Final = -1  # no limit for retries or for the age of records, the default: _AGE_URL
_LAMBDA: Final = Service("Lambda", MAPPING_API_URL)
_BATCHED: Final[tuple[SourceKind, ...]] = (*STREAMS, "kafka", "broker", "documentdb")


def mappings(path: str, *kinds: SourceKind, special: float | None = None) -> Numbers:
    """This property of every event source mapping of these kinds that has it, but for a special value."""

    def find(template: Template) -> Iterator[Place]:
        for consumer in consumers(template):
            value = consumer.mapping.number(*path.split("/"))
            if consumer.kind in kinds and value not in (None, special):
                yield at(consumer.mapping, path, value)

    return Numbers(path.rpartition("/")[2], find)


# --- Every source. Lambda raises the quota to 10 on request.
filters_maximum = Service("Lambda", LAMBDA_QUOTAS_URL).allows(
    "filters-maximum",
    (0, 5),
    "",
    "the number of filters",
    items("the number of Filters", MAPPING, "FilterCriteria/Filters"),
    above="merge some of them",
)

# --- Queues: botocore's shape MaximumConcurrency
max_concurrency_range = _LAMBDA.allows(
    "max-concurrency-range",
    (2, 1_000),
    "",
    "max_concurrency",
    mappings("ScalingConfig/MaximumConcurrency", "queue"),
    below="to process one message at a time, use a FIFO queue with one message group",
)

# --- Streams, Kafka, Amazon MQ and DocumentDB: botocore's shapes BatchSize, MaximumBatchingWindowInSeconds.
# The API reference also asks streams for a batching window above 10 records, but Lambda's own default, 100
# records without a window, and AWS's examples need none.
source_batch_size = _LAMBDA.allows(
    "source-batch-size", (1, 10_000), "", "batch_size", mappings("BatchSize", *_BATCHED)
)
source_batching_window = _LAMBDA.allows(
    "source-batching-window",
    (0, 300),
    SECONDS,
    "max_batching_window",
    mappings("MaximumBatchingWindowInSeconds", *_BATCHED),
)

# --- Streams and Kafka. The shape MaximumRecordAgeInSeconds allows less than 60, its documentation does not.
record_age_range = Service("Lambda", _AGE_URL).allows(
    "record-age-range",
    (60, 604_800),
    SECONDS,
    "max_record_age",
    mappings("MaximumRecordAgeInSeconds", *STREAMS, "kafka", special=NO_LIMIT),
)

# --- Streams: botocore's shapes ParallelizationFactor and TumblingWindowInSeconds
parallelization_range = _LAMBDA.allows(
    "parallelization-range",
    (1, 10),
    "",
    "parallelization_factor",
    mappings("ParallelizationFactor", *STREAMS),
)
tumbling_window_range = Service("Lambda", _WINDOWS_URL).allows(
    "tumbling-window-range",
    (0, 900),
    SECONDS,
    "tumbling_window",
    mappings("TumblingWindowInSeconds", *STREAMS),
)
