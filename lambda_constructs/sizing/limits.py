"""What AWS and Lambda Power Tuning set, as far as sizes depend on it: each constant with its source."""

from typing import Final

LOGS_JSON_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html"
MEMORY_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
# Where the developer guide sends its readers to Lambda Power Tuning.
TUNING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"
EXECUTION_URL: Final = (
    "https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html"
)
TIMEOUT_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"
LIFECYCLE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"
CONCURRENCY_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"

SCHEDULE_URL: Final = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide"
    "/scheduled-scaling-using-cron-expressions.html"
)

# One vCPU: MEMORY_URL, "When to increase memory". Code with one thread gains nothing from more.
MEMORY_SIZE_OF_A_CPU: Final = 1_769  # MB

# The initialization is repeated within the first invocation, under its timeout, if it takes longer:
# LIFECYCLE_URL, "Init phase".
INIT_MAXIMUM: Final = 10_000  # ms

# Requests that each environment, also a provisioned one, serves in a second: the quota of requests is
# ten times the concurrency (CONCURRENCY_URL, "Understanding concurrency and requests per second"). That it
# holds for the provisioned concurrency of an alias too stood in the developer guide of 2022 (awsdocs/
# aws-lambda-developer-guide@4f313b9, gettingstarted-limits.md); today's pages do not say it.
REQUESTS_PER_ENVIRONMENT: Final = 10  # per second

# A mapping of a standard queue starts here and adds so many a minute:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
MAPPING_CONCURRENCY_START: Final = 5
MAPPING_CONCURRENCY_STEP: Final = 300  # per minute

FREE_REQUESTS: Final = 1_000_000  # per month, https://aws.amazon.com/lambda/pricing/
FREE_GB_SECONDS: Final = 400_000  # per month, not for provisioned concurrency; same page
# The month of the AWS Pricing Calculator, https://calculator.aws
MONTH_SECONDS: Final = 730 * 3_600

# --- Lambda Power Tuning: https://github.com/alexcasalboni/aws-lambda-power-tuning
# USD for a millisecond of 128 MB in its own price table (`baseCosts` in terraform/module/locals.tf), which
# rounds AWS's prices up: x86_64 by 0.8 %, arm64, for which it knows one price only, by 2 %.
TUNING_UNIT_PRICES: Final = {
    "x86_64": (2.1e-9, 2.4e-9, 2.6e-9, 2.7e-9, 2.8e-9, 2.9e-9),
    "arm64": (1.7e-9,),
}
TUNING_UNIT_MEMORY: Final = 128  # MB
TUNING_SAMPLES_MINIMUM: Final = 5  # per size: lambda/initializer.js, validateInput
TUNING_WEIGHT: Final = 0.5  # of cost in `balanced`: lambda/analyzer.js, defaultBalancedWeight
# Input and output of a state machine have at most 256 KiB; DescribeExecution holds both, and escapes them:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MEASUREMENT_BYTES_MAXIMUM: Final = 2_097_152
# One log event has at most 1 MiB:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
LOG_LINE_MAXIMUM: Final = 1_048_576  # characters
# A number beyond these is none that the tool or a log gives.
# An initialization can take as long as an invocation, of 900 seconds at the most.
DURATION_MAXIMUM: Final = 1_800_000.0  # ms
# A hundred times of what 15 minutes of 10,240 MB cost anywhere.
COST_MAXIMUM: Final = 20.0  # USD
