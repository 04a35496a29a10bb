"""Kafka: Amazon MSK and brokers of one's own."""

from typing import Final

KAFKA_SCALING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"
KAFKA_NETWORK_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-cluster-network.html"
MSK_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/msk-esm-parameters.html"
MSK_AUTHENTICATION_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/msk-cluster-auth.html"

# KAFKA_SCALING_URL; botocore's shapes Topic, Endpoints, URI (consumer groups), ProvisionedPollerGroupName
KAFKA_POLLERS_MINIMUM_RANGE: Final = (1, 200)
KAFKA_POLLERS_MAXIMUM_RANGE: Final = (1, 2_000)
BOOTSTRAP_SERVERS_MAXIMUM: Final = 10
BOOTSTRAP_SERVER_PATTERN: Final = (
    r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?:[0-9]{1,5}"
)
TOPIC_PATTERN: Final = r"[^.][a-zA-Z0-9\-_.]+"
TOPIC_MAXIMUM: Final = 249  # characters
SOURCE_URI_PATTERN: Final = r"[a-zA-Z0-9\-/*:_+=.@]*"  # consumer groups and virtual hosts
SOURCE_URI_MAXIMUM: Final = 200  # characters
POLLER_GROUP_PATTERN: Final = r"[a-zA-Z0-9\-_]*"
POLLER_GROUP_MAXIMUM: Final = 128  # characters
