"""Schedules of EventBridge Scheduler."""

from typing import Final

SCHEDULE_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
DELIVERY_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html"

# SCHEDULE_URL, DELIVERY_URL; botocore's shapes MaximumWindowInMinutes, MaximumRetryAttempts,
# MaximumEventAgeInSeconds
SCHEDULE_PATTERN: Final = (
    r"rate\([1-9]\d* (minute|hour|day)s?\)"
    r"|at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\)"
    r"|cron\(\S+( \S+){4,5}\)"  # the year may be left out
)
SUMMER_TIME: Final = 3_600  # seconds by which a day is longer when it ends
FLEXIBLE_WINDOW_MINIMUM: Final = 1  # minutes
FLEXIBLE_WINDOW_MAXIMUM: Final = 1_440  # minutes
DELIVERY_RETRIES_MAXIMUM: Final = 185
DELIVERY_AGE_MINIMUM: Final = 60  # seconds
DELIVERY_AGE_MAXIMUM: Final = 86_400  # seconds (24 hours)
# The key under which a schedule's own time is written into its input:
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
SCHEDULED_TIME: Final = "<aws.scheduler.scheduled-time>"
