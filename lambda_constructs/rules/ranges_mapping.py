"""Range rules for event source mappings: a number within the range that Lambda allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import STREAMS, Kind, consumers
from ..template.template import Template
from .ranges import SECONDS, within
from .rule import Find, Place, at
from .urls import LAMBDA_QUOTAS_URL, MAPPING_API_URL

_AGE: Final = "MaximumRecordAgeInSeconds"
_AGE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html"
_FILTERS: Final = ("FilterCriteria", "Filters")
_WINDOWS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"
NO_LIMIT: Final = -1  # no limit for retries or for the age of records, the default: _AGE_URL


def mappings(path: str, *kinds: Kind) -> Find:
    """Every event source mapping of these kinds of sources with this property."""

    def find(template: Template) -> Iterator[Place]:
        for consumer in consumers(template):
            value = consumer.mapping.number(*path.split("/"))
            if consumer.kind in kinds and value is not None:
                yield at(consumer.mapping, path, value)

    return find


def limited(path: str, *kinds: Kind) -> Find:
    """Every event source mapping of these kinds with this property, except for -1: other rules check that."""

    def find(template: Template) -> Iterator[Place]:
        return (place for place in mappings(path, *kinds)(template) if place.values != (NO_LIMIT,))

    return find


def _filters(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        yield at(consumer.mapping, "/".join(_FILTERS), consumer.mapping.count(*_FILTERS))


# --- Every source. Lambda raises the quota to 10 on request.
filters_maximum = within(
    "filters-maximum",
    0,
    5,
    option="the number of filters",
    path="the number of Filters",
    service="Lambda",
    source=LAMBDA_QUOTAS_URL,
    above="merge some of them",
    places=_filters,
)

# --- Queues: botocore's shape MaximumConcurrency
max_concurrency_range = within(
    "max-concurrency-range",
    2,
    1_000,
    option="max_concurrency",
    path="ScalingConfig/MaximumConcurrency",
    service="Lambda",
    source=MAPPING_API_URL,
    below="to process one message at a time, use a FIFO queue with one message group",
    places=mappings("ScalingConfig/MaximumConcurrency", "queue"),
)

# --- Streams, Kafka, Amazon MQ and DocumentDB: botocore's shapes BatchSize, MaximumBatchingWindowInSeconds.
# The API reference also asks streams for a batching window above 10 records, but Lambda's own default, 100
# records without a window, and AWS's examples need none.
source_batch_size = within(
    "source-batch-size",
    1,
    10_000,
    option="batch_size",
    path="BatchSize",
    service="Lambda",
    source=MAPPING_API_URL,
    places=mappings("BatchSize", *STREAMS, "kafka", "broker", "documentdb"),
)
source_batching_window = within(
    "source-batching-window",
    0,
    300,
    SECONDS,
    option="max_batching_window",
    path="MaximumBatchingWindowInSeconds",
    service="Lambda",
    source=MAPPING_API_URL,
    places=mappings("MaximumBatchingWindowInSeconds", *STREAMS, "kafka", "broker", "documentdb"),
)

# --- Streams and Kafka. The shape MaximumRecordAgeInSeconds allows less than 60, its documentation does not.
record_age_range = within(
    "record-age-range",
    60,
    604_800,
    SECONDS,
    option="max_record_age",
    path=_AGE,
    service="Lambda",
    source=_AGE_URL,
    places=limited(_AGE, *STREAMS, "kafka"),
)

# --- Streams: botocore's shapes ParallelizationFactor and TumblingWindowInSeconds
parallelization_range = within(
    "parallelization-range",
    1,
    10,
    option="parallelization_factor",
    path="ParallelizationFactor",
    service="Lambda",
    source=MAPPING_API_URL,
    places=mappings("ParallelizationFactor", *STREAMS),
)
tumbling_window_range = within(
    "tumbling-window-range",
    0,
    900,
    SECONDS,
    option="tumbling_window",
    path="TumblingWindowInSeconds",
    service="Lambda",
    source=_WINDOWS_URL,
    places=mappings("TumblingWindowInSeconds", *STREAMS),
)
