"""What connects resources: aliases, permissions, metrics, logs."""

from typing import Final

PERMISSIONS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html"
ADD_PERMISSION_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"
URL_ACCESS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
EXECUTION_ROLE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
LOG_GROUPS_URL: Final = (
    "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"
)
LOG_RETENTION_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
)
RULE_DEAD_LETTERS_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
FUNCTION_POLICY_MAXIMUM: Final = 20_480  # bytes of the resource-based policy of a function, alias or version
