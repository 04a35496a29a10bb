"""Sources of events: EventBridge, SNS and S3."""

from typing import Final

EVENTBRIDGE_RETRY_URL: Final = (
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"
)
EVENTBRIDGE_KEY_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
)
SNS_FIFO_URL: Final = "https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html"
RECURSION_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
S3_NOTIFICATION_URL: Final = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"
)

# EVENTBRIDGE_RETRY_URL; botocore's shape RetryPolicy
TARGET_RETRIES_MAXIMUM: Final = 185
TARGET_EVENT_AGE_MINIMUM: Final = 60  # seconds
TARGET_EVENT_AGE_MAXIMUM: Final = 86_400  # seconds (24 hours)
