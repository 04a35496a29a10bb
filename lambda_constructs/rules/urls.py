"""Pages of AWS's documentation that rules of several subjects cite."""

from typing import Final

ALARM_API_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
)
ASYNC_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"
CODEDEPLOY_ALARMS_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html"
)
CODEDEPLOY_QUOTAS_URL: Final = "https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html"
CORS_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"
DESTINATIONS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
EVENT_PATTERN_URL: Final = (
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"
)
FILTER_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"
FUNCTION_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html"
HTTP_API_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"
)
JWT_AUTHORIZER_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"
)
LAMBDA_AUTHORIZER_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"
)
LAMBDA_QUOTAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
LISTENER_RULE_URL: Final = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"
)
MAPPING_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
MQ_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"
PROVISIONED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
RECURSION_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
RESERVED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
RULE_DEAD_LETTERS_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"
SQS_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
SQS_KEY_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
)
SQS_QUEUE_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
)
SQS_SCALING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
SQS_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
TARGET_TRACKING_URL: Final = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide"
    "/application-auto-scaling-target-tracking.html"
)
