"""Pages of AWS's documentation that rules of several subjects cite."""

from typing import Final

LAMBDA_QUOTAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
MAPPING_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
MQ_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"
SQS_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
SQS_QUEUE_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
)
SQS_SCALING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
SQS_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
