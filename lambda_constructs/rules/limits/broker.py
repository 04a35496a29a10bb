"""Amazon MQ."""

from typing import Final

BROKER_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"

# For Kafka, too: BROKER_SOURCE_URL, whose note names both
SOURCE_TIMEOUT_MAXIMUM: Final = 840  # seconds (14 minutes) for the function
BROKER_QUEUE_MAXIMUM: Final = 1_000  # characters: botocore's shape Queue
