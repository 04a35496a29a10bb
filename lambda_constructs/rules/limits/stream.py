"""Streams of DynamoDB tables and Kinesis streams."""

from typing import Final

KINESIS_START_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html"
KINESIS_RETENTION_URL: Final = (
    "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html"
)
DYNAMODB_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html"
STREAM_SHARDS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"
STREAM_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"
STREAM_WINDOWS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"

# botocore's shapes MaximumRetryAttemptsEventSourceMapping, MaximumRecordAgeInSeconds, ParallelizationFactor,
# TumblingWindowInSeconds; the first two are those of Kafka, too. Batches are bounded as those of queues
# are. The API reference also asks streams for a batching window above 10 records, but Lambda's own default,
# 100 records and no window, and AWS's examples (KINESIS_START_URL) have none.
STREAM_RETRIES_MAXIMUM: Final = 10_000
RECORD_AGE_MINIMUM: Final = 60  # seconds: MAPPING_STATE_URL, above the shape's minimum
RECORD_AGE_MAXIMUM: Final = 604_800  # seconds (7 days)
PARALLELIZATION_MAXIMUM: Final = 10  # batches of one shard at once
TUMBLING_WINDOW_MAXIMUM: Final = 900  # seconds
# How long DynamoDB keeps stream records, and Kinesis unless told otherwise: DYNAMODB_SOURCE_URL,
# KINESIS_RETENTION_URL
STREAM_RETENTION: Final = 86_400  # seconds (24 hours)
STREAM_CONSUMER_NAME_MAXIMUM: Final = 128  # characters: botocore, kinesis ConsumerName
