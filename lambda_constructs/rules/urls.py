"""Pages of AWS's documentation that rules of several subjects cite."""

from typing import Final

_AWS: Final = "https://docs.aws.amazon.com"
ALARM_API_URL: Final = f"{_AWS}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
ASYNC_URL: Final = f"{_AWS}/lambda/latest/dg/invocation-async-configuring.html"
CODEDEPLOY_ALARMS_URL: Final = f"{_AWS}/codedeploy/latest/userguide/monitoring-create-alarms.html"
CODEDEPLOY_QUOTAS_URL: Final = f"{_AWS}/codedeploy/latest/userguide/limits.html"
CORS_URL: Final = f"{_AWS}/apigateway/latest/developerguide/http-api-cors.html"
DESTINATIONS_URL: Final = f"{_AWS}/lambda/latest/dg/invocation-async-retain-records.html"
EVENT_PATTERN_URL: Final = f"{_AWS}/eventbridge/latest/userguide/eb-create-pattern-operators.html"
FILTER_URL: Final = f"{_AWS}/lambda/latest/dg/invocation-eventfiltering.html"
FUNCTION_API_URL: Final = f"{_AWS}/lambda/latest/api/API_FunctionConfiguration.html"
HTTP_API_QUOTAS_URL: Final = f"{_AWS}/apigateway/latest/developerguide/http-api-quotas.html"
JWT_AUTHORIZER_URL: Final = f"{_AWS}/apigateway/latest/developerguide/http-api-jwt-authorizer.html"
LAMBDA_AUTHORIZER_URL: Final = (
    f"{_AWS}/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"
)
LAMBDA_QUOTAS_URL: Final = f"{_AWS}/lambda/latest/dg/gettingstarted-limits.html"
LISTENER_RULE_URL: Final = f"{_AWS}/elasticloadbalancing/latest/APIReference/API_CreateRule.html"
MAPPING_API_URL: Final = f"{_AWS}/lambda/latest/api/API_CreateEventSourceMapping.html"
MQ_SOURCE_URL: Final = f"{_AWS}/lambda/latest/dg/with-mq.html"
PROVISIONED_URL: Final = f"{_AWS}/lambda/latest/dg/provisioned-concurrency.html"
RECURSION_URL: Final = f"{_AWS}/lambda/latest/dg/invocation-recursion.html"
RESERVED_URL: Final = f"{_AWS}/lambda/latest/dg/configuration-concurrency.html"
RULE_DEAD_LETTERS_URL: Final = f"{_AWS}/eventbridge/latest/userguide/eb-rule-dlq.html"
SQS_ERRORS_URL: Final = f"{_AWS}/lambda/latest/dg/services-sqs-errorhandling.html"
SQS_KEY_URL: Final = f"{_AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
SQS_QUEUE_URL: Final = f"{_AWS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
SQS_SCALING_URL: Final = f"{_AWS}/lambda/latest/dg/services-sqs-scaling.html"
SQS_SOURCE_URL: Final = f"{_AWS}/lambda/latest/dg/services-sqs-configure.html"
TARGET_TRACKING_URL: Final = (
    f"{_AWS}/autoscaling/application/userguide/application-auto-scaling-target-tracking.html"
)
