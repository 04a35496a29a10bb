"""Event source mappings; where sources differ, those of queues."""

from typing import Final

SQS_SCALING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
SQS_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
MAPPING_STATE_URL: Final = (
    "https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html"
)

# SQS_SOURCE_URL; botocore's shapes BatchSize, MaximumBatchingWindowInSeconds, MaximumConcurrency,
# MinimumNumberOfPollers, MaximumNumberOfPollers
BATCH_SIZE_MINIMUM: Final = 1
BATCH_SIZE_MAXIMUM: Final = 10_000  # standard queues, with a batching window
BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW: Final = 10  # also the maximum of FIFO queues
BATCHING_WINDOW_MAXIMUM: Final = 300  # seconds
POLLERS_MINIMUM_RANGE: Final = (2, 200)
POLLERS_MAXIMUM_RANGE: Final = (2, 10_000)
# One poller drives up to 10 concurrent invocations: SQS_SCALING_URL, "Provisioned mode".
CONCURRENCY_PER_POLLER: Final = 10
FILTERS_MAXIMUM: Final = 5  # LAMBDA_QUOTAS_URL; by default, raisable to 10 by request
FILTER_PATTERN_MAXIMUM: Final = 4_096  # characters: botocore's shape Pattern
