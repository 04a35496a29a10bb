"""What we chose: each default with its reason, and its source where there is one."""

from typing import Final

# 20 % cheaper duration than x86_64 at the same price per request.
# https://aws.amazon.com/lambda/pricing/
ARCHITECTURE: Final = "arm64"

# 128 MB, Lambda's own default, is 7 % of a CPU: start-up and imports crawl, and a slower call is not
# cheaper. 512 MB is 29 % of one (1,769 MB = 1 vCPU) and a sound start until the function is measured.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_SIZE: Final = 512  # MB

# 3 s, Lambda's own default, kills work that was merely slow; 900 s hides calls that hang.
TIMEOUT: Final = 30  # seconds

# Long enough for an incident of last month, short enough not to pay for it for ever.
LOG_RETENTION_DAYS: Final = 30

# WARN would hide platform.report, the only record of duration, billed time and memory used.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
SYSTEM_LOG_LEVEL: Final = "INFO"
APPLICATION_LOG_LEVEL: Final = "INFO"

# Every trigger, permission and URL is bound to this alias, so that all of them take part in a rollout.
ALIAS_NAME: Final = "live"

# CodeDeploy's predefined LambdaCanary10Percent5Minutes: room for five one-minute alarm periods.
CANARY_PERCENTAGE: Final = 10
CANARY_INTERVAL_MINUTES: Final = 5
# CodeDeploy's predefined LambdaLinear10PercentEvery1Minute.
LINEAR_PERCENTAGE: Final = 10
LINEAR_INTERVAL_MINUTES: Final = 1

# 30 % headroom over the mean use of a minute; AWS's own examples use it too.
# https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
TARGET_UTILIZATION: Final = 0.7

# The hook only waits for the version that it tests; boto3 alone needs most of this.
SMOKE_TEST_MEMORY_SIZE: Final = 256  # MB
# Beside the tested invocation: start, CodeDeploy's answer, the report.
SMOKE_TEST_MARGIN: Final = 30  # seconds

# Lambda publishes its metrics each minute; a longer period only reacts later.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
ALARM_PERIOD: Final = 60  # seconds
# One bad minute of the new version is enough: a canary lasts only a few of them.
ERRORS_THRESHOLD: Final = 1
# Standing failures (poison) must not block releases, a broken canary must: half of the canary's share.
FAILED_EVENTS_SHARE_OF_CANARY: Final = 0.5
# Without a canary there is no share to be below: one failing event in twenty is no everyday poison.
FAILED_EVENTS_PERCENTAGE: Final = 5.0
# Scaling out needs three one-minute datapoints; spillover that lasts longer is not a passing burst.
SPILLOVER_PERIODS: Final = 3

# A throttled delivery counts as a receive too, so fewer send healthy messages to the dead-letter queue.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
MAX_RECEIVE_COUNT: Final = 5
BATCH_SIZE: Final = 10  # Lambda's own default, and the most without a batching window
MAX_BATCHING_WINDOW: Final = 0  # seconds: a message waits for no other
# A message keeps its first enqueue time in the dead-letter queue, so that queue must keep it longer.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
QUEUE_RETENTION: Final = 345_600  # seconds (4 days, SQS's own default)
DEAD_LETTER_RETENTION: Final = 1_209_600  # seconds (14 days, the maximum)
# Visibility timeout: six times the function's timeout, AWS's recommendation; plus the batching window.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMEOUTS: Final = 6
# A data key reused for 5 minutes: one KMS request per key and interval, SQS's own default.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
DATA_KEY_REUSE: Final = 300  # seconds

# What stands before the name in an ARN of ours: "arn:aws-us-gov:cloudwatch:us-gov-west-1:<12 digits>:alarm:"
# has 60 characters, and each resource of a policy has quotes and a comma around it.
ARN_PREFIX_CHARACTERS: Final = 64 + 3
# Statements of a deployment role without their resources: actions, effects, braces.
DEPLOYMENT_POLICY_CHARACTERS: Final = 400
