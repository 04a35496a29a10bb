"""Asynchronous invocations and their destinations."""

from typing import Final

DESTINATIONS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
ASYNC_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"
ASYNC_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"

# ASYNC_URL; botocore's shapes MaximumRetryAttempts, MaximumEventAgeInSeconds
ASYNC_RETRIES_MAXIMUM: Final = 2
EVENT_AGE_MINIMUM: Final = 60  # seconds
EVENT_AGE_MAXIMUM: Final = 21_600  # seconds (6 hours)
# Before the first and before the second retry of a function error: ASYNC_ERRORS_URL
ASYNC_RETRY_WAITS: Final = (60, 120)  # seconds
