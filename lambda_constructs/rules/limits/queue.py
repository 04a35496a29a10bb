"""Queues and dead letters."""

from typing import Final

SQS_QUEUE_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
)
DEAD_LETTER_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
)
DEAD_LETTER_RETENTION_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "setting-up-dead-letter-queue-retention.html"
)
QUEUE_KEY_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
)

MANAGED_KEY: Final = "alias/aws/sqs"  # the key that AWS manages for SQS: QUEUE_KEY_URL
# SQS_QUEUE_URL (attributes of CreateQueue)
VISIBILITY_TIMEOUT_DEFAULT: Final = 30  # seconds, when a queue sets none
VISIBILITY_TIMEOUT_MAXIMUM: Final = 43_200  # seconds
RETENTION_DEFAULT: Final = 345_600  # seconds (4 days), when a queue sets none
RETENTION_MINIMUM: Final = 60  # seconds
RETENTION_MAXIMUM: Final = 1_209_600  # seconds (14 days)
RECEIVE_COUNT_MAXIMUM: Final = 1_000  # DEAD_LETTER_URL
QUEUE_NAME_MAXIMUM: Final = 80  # characters, the suffix .fifo included
