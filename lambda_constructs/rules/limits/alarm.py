"""Alarms of CloudWatch."""

from typing import Final

ALARM_NAME_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
)

ALARM_NAME_MAXIMUM: Final = 255  # characters: ALARM_NAME_URL
# How far an alarm looks back, all of its periods together: ALARM_NAME_URL, "Period"
ALARM_WINDOW_MAXIMUM: Final = 604_800  # seconds (7 days), with periods of an hour or more
ALARM_SHORT_WINDOW_MAXIMUM: Final = 86_400  # seconds (1 day), with shorter periods
ALARM_LONG_PERIOD: Final = 3_600  # seconds
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
ALARM_WARM_UP_MAXIMUM: Final = 2_880  # minutes (2 days)
