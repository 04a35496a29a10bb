"""Pages of AWS's documentation that rules of several subjects cite."""

from typing import Final

LAMBDA_QUOTAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
MAPPING_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
SQS_QUEUE_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
)
SQS_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
SQS_KEY_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
)
ASYNC_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"
DESTINATIONS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
RECURSION_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
ALARM_API_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
)
CODEDEPLOY_QUOTAS_URL: Final = "https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html"
CODEDEPLOY_ALARMS_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html"
)
