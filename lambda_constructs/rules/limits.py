"""What AWS allows, for ordinary functions: each constant with its source beside it.

The CloudFormation schema allows more in places (memory to 32,768 MB, timeouts to 5,400 s):
those ranges belong to Lambda Managed Instances, not to the functions this library makes.
"""

from typing import Final

LAMBDA_QUOTAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
ENVIRONMENT_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
FUNCTION_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html"
MAPPING_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
SQS_SOURCE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
SQS_SCALING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
SQS_QUEUE_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
)
DEAD_LETTER_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
)
RESERVED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
PROVISIONED_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
SNAP_START_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
ALIAS_ROUTING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"
CODEDEPLOY_CONFIG_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html"
)
CODEDEPLOY_QUOTAS_URL: Final = "https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html"
CODEDEPLOY_ALARMS_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html"
)
SECRETS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"
TARGET_TRACKING_URL: Final = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide"
    "/application-auto-scaling-target-tracking.html"
)
CLOUDFORMATION_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)
ALARM_NAME_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
)

# --- Functions: LAMBDA_QUOTAS_URL
MEMORY_SIZE_MINIMUM: Final = 128  # MB
MEMORY_SIZE_MAXIMUM: Final = 10_240  # MB
TIMEOUT_MINIMUM: Final = 1  # seconds
TIMEOUT_MAXIMUM: Final = 900  # seconds
EPHEMERAL_STORAGE_MINIMUM: Final = 512  # MB
EPHEMERAL_STORAGE_MAXIMUM: Final = 10_240  # MB
LAYERS_MAXIMUM: Final = 5
ENVIRONMENT_BYTES_MAXIMUM: Final = 4_096  # keys and values together
# Description: max 256 in botocore's lambda service model (shape Description).
DESCRIPTION_MAXIMUM: Final = 256  # characters
FUNCTION_NAME_MAXIMUM: Final = 64  # characters: FUNCTION_API_URL
# Environment keys: pattern of botocore's shape EnvironmentVariableName.
ENVIRONMENT_KEY_PATTERN: Final = r"[a-zA-Z][a-zA-Z0-9_]+"
# Keys that Lambda sets itself: ENVIRONMENT_URL, "Reserved environment variables".
ENVIRONMENT_RESERVED_KEYS: Final = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)

# --- SnapStart: SNAP_START_URL, "Supported features and limitations"
SNAP_START_EPHEMERAL_STORAGE_MAXIMUM: Final = 512  # MB
SNAP_START_PYTHON_MINIMUM: Final = (3, 12)

# --- SQS event source mappings: botocore's lambda service model (BatchSize,
# MaximumBatchingWindowInSeconds, MaximumConcurrency, Minimum/MaximumNumberOfPollers), SQS_SOURCE_URL
BATCH_SIZE_MINIMUM: Final = 1
BATCH_SIZE_MAXIMUM: Final = 10_000  # standard queues, with a batching window
BATCH_SIZE_MAXIMUM_WITHOUT_WINDOW: Final = 10  # also the maximum of FIFO queues
BATCHING_WINDOW_MAXIMUM: Final = 300  # seconds
MAPPING_CONCURRENCY_MINIMUM: Final = 2
MAPPING_CONCURRENCY_MAXIMUM: Final = 1_000
POLLERS_MINIMUM_RANGE: Final = (2, 200)
POLLERS_MAXIMUM_RANGE: Final = (2, 10_000)
# One poller drives up to 10 concurrent invocations: SQS_SCALING_URL, "Provisioned mode".
CONCURRENCY_PER_POLLER: Final = 10
FILTERS_MAXIMUM: Final = 5  # LAMBDA_QUOTAS_URL; by default, raisable to 10 by request
FILTER_PATTERN_MAXIMUM: Final = 4_096  # characters: botocore's shape Pattern

# --- Queues: SQS_QUEUE_URL (attributes of CreateQueue)
VISIBILITY_TIMEOUT_DEFAULT: Final = 30  # seconds, when a queue sets none
VISIBILITY_TIMEOUT_MAXIMUM: Final = 43_200  # seconds
RETENTION_DEFAULT: Final = 345_600  # seconds (4 days), when a queue sets none
RETENTION_MINIMUM: Final = 60  # seconds
RETENTION_MAXIMUM: Final = 1_209_600  # seconds (14 days)
RECEIVE_COUNT_MAXIMUM: Final = 1_000  # DEAD_LETTER_URL
QUEUE_NAME_MAXIMUM: Final = 80  # characters, the suffix .fifo included

# --- CodeDeploy: CODEDEPLOY_QUOTAS_URL
TRAFFIC_PERCENTAGE_MINIMUM: Final = 1
TRAFFIC_PERCENTAGE_MAXIMUM: Final = 99  # 100 % in one step is AllAtOnce
TRAFFIC_MINUTES_MAXIMUM: Final = 2_880  # 48 hours between the first and the last shift
DEPLOYMENT_GROUP_NAME_MAXIMUM: Final = 100  # characters: botocore, codedeploy DeploymentGroupName
ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM: Final = 10  # botocore, codedeploy AlarmConfiguration.alarms

# --- IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
ROLE_INLINE_POLICIES_MAXIMUM: Final = 10_240  # characters of all inline policies of one role

# --- Application Auto Scaling: TARGET_TRACKING_URL and the Lambda developer guide (PROVISIONED_URL)
UTILIZATION_MINIMUM: Final = 0.1
UTILIZATION_MAXIMUM: Final = 0.9

# --- CloudWatch: ALARM_NAME_URL
ALARM_NAME_MAXIMUM: Final = 255  # characters

# --- CloudFormation: CLOUDFORMATION_QUOTAS_URL
STACK_RESOURCES_MAXIMUM: Final = 500
STACK_NAME_MAXIMUM: Final = 128  # characters: botocore, cloudformation CreateStackInput.StackName
