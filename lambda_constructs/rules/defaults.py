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

# An hour before most offices open, because environments need minutes to start; until most have closed.
BUSINESS_OPENS: Final = 8  # hour of the day
BUSINESS_CLOSES: Final = 18  # hour of the day
BUSINESS_WEEK_DAYS: Final = "MON-FRI"

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

# Lambda's own defaults, set explicitly because they are part of what the failure path promises: three
# attempts outlast a passing fault, and six hours of throttling lose nothing earlier than they must.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
RETRY_ATTEMPTS: Final = 2
MAX_EVENT_AGE: Final = 21_600  # seconds (6 hours)
# An event that takes twice the time of all its attempts waits for something else than its retries.
EVENT_AGE_ALARM_ATTEMPTS: Final = 2

# Streams and Kafka: as many records as Lambda itself takes at a time.
STREAM_BATCH_SIZE: Final = 100
# Three retries outlast a passing fault; without a limit one bad record holds up its shard until it expires.
# https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
STREAM_RETRY_ATTEMPTS: Final = 3
# Half of the 24 hours after which a stream deletes its records without a trace: the failure destination is
# told in time to fetch a record that it only has the address of.
MAX_RECORD_AGE: Final = 43_200  # seconds (12 hours)
# Far above the retries of a batch at the default timeout, far below the age at which records are given up.
ITERATOR_AGE: Final = 900  # seconds
# A hundred full batches behind: at the default timeout one poller needs most of an hour for them.
OFFSET_LAG_BATCHES: Final = 100
# Lambda looks at the lag each minute and answers it within three; what lasts longer it cannot mend.
# https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
OFFSET_LAG_PERIODS: Final = 5
# Lambda's own minimum: one poller takes up to 5 MB a second.
KAFKA_POLLERS_MINIMUM: Final = 1
# The only hash that Amazon MSK supports.
SCRAM_HASH_SIZE: Final = 512  # bits
# Amazon MQ: a message that fails takes its whole batch along, because there are no partial responses; of
# Lambda's own 100 it would be ten times as many.
# https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
BROKER_BATCH_SIZE: Final = 10
# The longest invocation for a broker's queue takes 14 minutes: nothing acknowledged in 15 is a consumer that
# stopped.
BROKER_STALLED_PERIODS: Final = 15
# Where ActiveMQ keeps what was redelivered too often, unless its configuration says otherwise.
ACTIVE_MQ_DEAD_LETTER_QUEUE: Final = "ActiveMQ.DLQ"
# The virtual host that every RabbitMQ broker has.
VIRTUAL_HOST: Final = "/"

# The key of the event under which a job finds the time it was scheduled for; the same in every delivery of
# one start, so it is what idempotency goes by.
SCHEDULED_TIME_KEY: Final = "scheduled_time"
# One at a time is what keeps the runs of a job apart.
NO_OVERLAP_CONCURRENCY: Final = 1
# Four fifths of the 15 minutes that Lambda allows: a job that needs more today needs too much soon.
JOB_TIMEOUT_MAXIMUM: Final = 720  # seconds
# Beside gap and timeout until a run is seen: Scheduler is precise to 60 seconds, and Lambda publishes its
# metrics some minutes after the end of a run.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
MISSED_RUN_MARGIN: Final = 300  # seconds
# Fine enough for jobs of every few minutes; a day of them is 288 data points.
MISSED_RUN_PERIOD: Final = 300  # seconds

# Below the 29 seconds after which an API gives its caller up, with the 10 that the start of a function may
# take beside its timeout: the caller gets the function's answer, and rarely the gateway's.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
HTTP_TIMEOUT: Final = 15  # seconds
# Everything, to a function with a router of its own: a greedy variable does not match the root.
ROUTES: Final = ("ANY /", "ANY /{proxy+}")
# A tenth of what all APIs of an account and region share: none of them starves the others.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
THROTTLING_RATE: Final = 1_000  # requests per second
THROTTLING_BURST: Final = 500  # requests
# A neutral word in the address: what is tried and what is real are other accounts, not other stages.
API_STAGE: Final = "live"
# All but OPTIONS, which is the question itself; written out, because with credentials "*" is no wildcard.
CORS_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
# What a request with a body, a token or a signature has.
CORS_HEADERS: Final = ("Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token")
# Browsers that are not told a time ask again after 5 seconds.
CORS_MAX_AGE: Final = 3_600  # seconds (1 hour)
# API Gateway's own: the authorizer is not asked for each request; who loses access keeps it this much longer.
AUTHORIZER_CACHE: Final = 300  # seconds (5 minutes)
# Where tokens are sent.
IDENTITY_HEADER: Final = "Authorization"
# The slowest hundredth at half of the time it has: there must be time to react.
LATENCY_SHARE_OF_TIMEOUT: Final = 0.5
# One slow minute can be a deployment's cold starts.
LATENCY_PERIODS: Final = 3

# The name that the examples of Powertools use.
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
IDEMPOTENCY_VARIABLE: Final = "IDEMPOTENCY_TABLE"
