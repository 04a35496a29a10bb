"""What connects resources: aliases, permissions, metrics, logs."""

from typing import Final

ALIAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html"
ALIAS_ROUTING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"
DEPLOYMENT_CONFIG_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html"
)
ALARM_WINDOW_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html"
)
METRICS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
METRICS_VIEW_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"
RULE_DEAD_LETTERS_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"

# METRICS_VIEW_URL: an alias or version is known by its function, a version behind an alias by both
METRIC_DIMENSION_NEEDS: Final = {
    "Resource": ("FunctionName",),
    "ExecutedVersion": ("FunctionName", "Resource"),
}
# METRICS_URL: "Event source mapping metrics"; published by mapping, none of them by function
MAPPING_METRICS: Final = frozenset(
    {
        "PolledEventCount",
        "FilteredOutEventCount",
        "InvokedEventCount",
        "FailedInvokeEventCount",
        "DroppedEventCount",
        "OnFailureDestinationDeliveredEventCount",
        "DeletedEventCount",
    }
)
# METRICS_URL: "Invocation metrics" and "Performance metrics"; published by function, none of them by mapping
FUNCTION_METRICS: Final = frozenset(
    {"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}
)

SCHEDULE_MAXIMUM: Final = 256  # characters: botocore, scheduler ScheduleExpression
