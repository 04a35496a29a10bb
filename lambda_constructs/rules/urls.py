"""Pages of AWS's documentation that rules of several subjects cite."""

from typing import Final

FUNCTION_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html"
LAMBDA_QUOTAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
MAPPING_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
PROVISIONED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
RESERVED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
SQS_QUEUE_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
)
SQS_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
TARGET_TRACKING_URL: Final = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide"
    "/application-auto-scaling-target-tracking.html"
)
