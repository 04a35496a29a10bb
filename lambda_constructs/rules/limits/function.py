"""Functions, their environment and SnapStart.

The CloudFormation schema allows more in places (memory to 32,768 MB, timeouts to 5,400 s):
those ranges belong to Lambda Managed Instances, not to the functions this library makes.
"""

from typing import Final

ENVIRONMENT_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
FUNCTION_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html"
SNAP_START_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"
LOG_LEVEL_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html"
INLINE_CODE_URL: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html"
LAYERS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/creating-deleting-layers.html"
VPC_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
SECRETS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"

# --- Functions: LAMBDA_QUOTAS_URL
MEMORY_SIZE_DEFAULT: Final = 128  # MB: FUNCTION_API_URL
TIMEOUT_DEFAULT: Final = 3  # seconds: FUNCTION_API_URL
LAYERS_MAXIMUM: Final = 5
ENVIRONMENT_BYTES_MAXIMUM: Final = 4_096  # keys and values together
# Description: max 256 in botocore's lambda service model (shape Description).
DESCRIPTION_MAXIMUM: Final = 256  # characters
# Handler: pattern and max of botocore's shape Handler.
HANDLER_PATTERN: Final = r"\S{1,128}"
FUNCTION_NAME_MAXIMUM: Final = 64  # characters: FUNCTION_API_URL
ARCHITECTURE_DEFAULT: Final = "x86_64"  # FUNCTION_API_URL
INLINE_CODE_RUNTIMES: Final = ("nodejs", "python")  # what their names begin with: INLINE_CODE_URL
LOG_FORMAT_DEFAULT: Final = "Text"  # LOG_LEVEL_URL
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
# The first version of each managed runtime that has it; others have it in none.
SNAP_START_RUNTIMES: Final = {"python": (3, 12), "java": (11,), "dotnet": (8,)}
