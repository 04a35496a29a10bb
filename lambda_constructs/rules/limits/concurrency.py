"""Reserved and provisioned concurrency, and the scaling of the latter."""

from typing import Final

RESERVED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
PROVISIONED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
TARGET_TRACKING_URL: Final = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide"
    "/application-auto-scaling-target-tracking.html"
)
SCHEDULED_SCALING_URL: Final = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide"
    "/scheduled-scaling-using-cron-expressions.html"
)

# No page of AWS bounds the utilization to track; CDK does, for aliases:
# aws-cdk-lib/aws-lambda/lib/private/scalable-function-attribute.ts
UTILIZATION_MINIMUM: Final = 0.1
UTILIZATION_MAXIMUM: Final = 0.9
HOUR_MAXIMUM: Final = 23  # SCHEDULED_SCALING_URL
