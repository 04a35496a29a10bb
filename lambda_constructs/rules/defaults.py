"""The defaults of this library: each with its reason, and its source if it has one."""

from typing import Final

# 128 MB, Lambda's own default, is 7 % of a CPU: initialization is slow, and a slower call is not
# cheaper. 512 MB is 29 % of one (1,769 MB = 1 vCPU) and a reasonable start until you measure the function.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEMORY_SIZE: Final = 512  # MB

# 3 s, Lambda's own default, ends slow invocations; 900 s hides calls that hang.
TIMEOUT: Final = 30  # seconds

# Of queues, tables and log groups, and of versions: they are kept when they are removed or replaced. What a
# failed deployment has just created is deleted: it is empty, and would block the next deployment.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
REMOVAL_POLICY: Final = "RETAIN_ON_UPDATE_OR_DELETE"

# Every trigger, permission and URL refers to this alias, so a rollout applies to all of them.
ALIAS_NAME: Final = "live"

# The end of the name of the alarm on failing events, which a deployment group names before the alarm exists.
FAILED_EVENTS: Final = "FailedEvents"

# CodeDeploy's predefined LambdaCanary10Percent5Minutes: room for five one-minute alarm periods.
CANARY_PERCENTAGE: Final = 10
CANARY_INTERVAL_MINUTES: Final = 5
# CodeDeploy's predefined LambdaLinear10PercentEvery1Minute.
LINEAR_PERCENTAGE: Final = 10
LINEAR_INTERVAL_MINUTES: Final = 1

# 30 % headroom above the average utilization of a minute; AWS's own examples use it too.
# https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
TARGET_UTILIZATION: Final = 0.7

# From an hour before most offices open, because environments need minutes to start, until most have closed.
BUSINESS_OPENS: Final = 8  # hour of the day
BUSINESS_CLOSES: Final = 18  # hour of the day
BUSINESS_WEEK_DAYS: Final = "MON-FRI"

# The hook only waits for the version that it tests; boto3 uses most of this memory.
SMOKE_TEST_MEMORY_SIZE: Final = 256  # MB
# In addition to the tested invocation: initialization, the calls to CodeDeploy.
SMOKE_TEST_MARGIN: Final = 30  # seconds

# Lambda publishes its metrics each minute; an alarm with a longer period only reacts later.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
ALARM_PERIOD: Final = 60  # seconds
# One bad minute of the new version is enough: a canary lasts only a few of them.
ERRORS_THRESHOLD: Final = 1
# Half of the canary's share: a constant rate of failures must not stop a rollout, a broken canary must.
FAILED_EVENTS_SHARE_OF_CANARY: Final = 0.5
# Without a canary the share does not depend on a rollout: one failing event in twenty is unusual.
FAILED_EVENTS_PERCENTAGE: Final = 5.0
# Scaling out needs three one-minute datapoints; spillover that lasts longer is not a short burst.
SPILLOVER_PERIODS: Final = 3

# A throttled delivery counts as a receive too, so a lower count sends good messages to the dead-letter queue.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
MAX_RECEIVE_COUNT: Final = 5
BATCH_SIZE: Final = 10  # Lambda's own default, and the maximum without a batching window
MAX_BATCHING_WINDOW: Final = 0  # seconds: messages do not wait for others
# A message keeps its first enqueue time in the dead-letter queue, so that queue must keep it longer.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
QUEUE_RETENTION: Final = 345_600  # seconds (4 days, SQS's own default)
DEAD_LETTER_RETENTION: Final = 1_209_600  # seconds (14 days, the maximum)
# Visibility timeout: AWS recommends six times the function's timeout plus the batching window.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMEOUTS: Final = 6
# SQS's own default: it reuses a data key for 5 minutes, which limits the number of KMS requests.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
DATA_KEY_REUSE: Final = 300  # seconds

# Lambda's own defaults, set explicitly because the failure path depends on them: three attempts handle a
# temporary error, and 6 hours, the maximum, keep events as long as possible while Lambda throttles.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
RETRY_ATTEMPTS: Final = 2
MAX_EVENT_AGE: Final = 21_600  # seconds (6 hours)
# An event that is twice as old as all its attempts can take is waiting for concurrency.
EVENT_AGE_ALARM_ATTEMPTS: Final = 2

# Streams and Kafka: Lambda's own default.
STREAM_BATCH_SIZE: Final = 100
# Three retries handle a temporary error; without a limit one bad record blocks its shard until it expires.
# https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
STREAM_RETRY_ATTEMPTS: Final = 3
# Half of the 24 hours after which a stream deletes its records. The failure destination receives only the
# position of a record in the stream, so there must be time to read the record.
MAX_RECORD_AGE: Final = 43_200  # seconds (12 hours)
# Far above the retries of a batch at the default timeout, far below the age at which Lambda discards records.
ITERATOR_AGE: Final = 900  # seconds
# A lag of a hundred full batches: at the default timeout one poller needs up to 50 minutes for them.
OFFSET_LAG_BATCHES: Final = 100
# Lambda evaluates the lag each minute and scales within three; it cannot reduce a lag that lasts longer.
# https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
OFFSET_LAG_PERIODS: Final = 5
# Lambda's own minimum: one poller reads up to 5 MB per second.
KAFKA_POLLERS_MINIMUM: Final = 1
# The only hash that Amazon MSK supports.
SCRAM_HASH_SIZE: Final = 512  # bits
# Amazon MQ does not support partial batch responses, so one failed message returns its whole batch to the
# broker. Lambda's own default is 100.
# https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
BROKER_BATCH_SIZE: Final = 10
# An invocation for a broker's queue takes at most 14 minutes: if no message is acknowledged in 15, the
# consumer has stopped.
BROKER_STALLED_PERIODS: Final = 15
# ActiveMQ's dead-letter queue, unless the broker's configuration names another one.
ACTIVE_MQ_DEAD_LETTER_QUEUE: Final = "ActiveMQ.DLQ"
# The virtual host that every RabbitMQ broker has.
VIRTUAL_HOST: Final = "/"

# The key of the event that contains the time that a run is scheduled for. It is the same in every delivery of
# one start, so use it as the idempotency key.
SCHEDULED_TIME_KEY: Final = "scheduled_time"
# One concurrent invocation keeps the runs of a job from overlapping.
NO_OVERLAP_CONCURRENCY: Final = 1
# Four fifths of the 15 minutes that Lambda allows: a job that needs more will soon need too much.
JOB_TIMEOUT_MAXIMUM: Final = 720  # seconds
# In addition to the gap and the timeout: Scheduler is precise to 60 seconds, and Lambda publishes its metrics
# some minutes after the end of a run.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
MISSED_RUN_MARGIN: Final = 300  # seconds
# Short enough for jobs that run every few minutes; a day has 288 data points.
MISSED_RUN_PERIOD: Final = 300  # seconds

# Below the 29 seconds that an API waits, even with the 10 that initialization may take in addition to the
# timeout: the caller gets the response of the function, and rarely a timeout of API Gateway.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
HTTP_TIMEOUT: Final = 15  # seconds
# All requests, for a function that has its own router: a greedy variable does not match the root.
ROUTES: Final = ("ANY /", "ANY /{proxy+}")
# A tenth of the quota that all APIs of an account and region share, so one API does not block the others.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
THROTTLING_RATE: Final = 1_000  # requests per second
THROTTLING_BURST: Final = 500  # requests
# A neutral word in the URL: test and production are separate accounts, not separate stages.
API_STAGE: Final = "live"
# All but OPTIONS, the preflight request itself; listed, because with credentials "*" is not a wildcard.
CORS_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
# The headers of a request with a body, a token or a signature.
CORS_HEADERS: Final = ("Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token")
# Without this header, browsers repeat a preflight request after 5 seconds.
CORS_MAX_AGE: Final = 3_600  # seconds (1 hour)
# API Gateway's own default: a caller who loses access keeps it for up to this time.
AUTHORIZER_CACHE: Final = 300  # seconds (5 minutes)
# The header that contains the token.
IDENTITY_HEADER: Final = "Authorization"
# The slowest 1 % of requests at half of the timeout, so that there is time to react.
LATENCY_SHARE_OF_TIMEOUT: Final = 0.5
# One slow minute can come from the cold starts of a deployment.
LATENCY_PERIODS: Final = 3

# The name that the examples of Powertools use.
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
IDEMPOTENCY_VARIABLE: Final = "IDEMPOTENCY_TABLE"
