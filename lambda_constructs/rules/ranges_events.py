"""Ranges of rollouts, of asynchronous invocations, and of the deliveries of EventBridge and Scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.asynchronous import EVENT_INVOKE_CONFIG
from ..template.template import Template, number
from ..template.trigger_kinds import RULE, SCHEDULE
from ..template.triggers import triggers
from .alarm import ALARM_WINDOW_MAXIMUM
from .ranges import SECONDS, properties, within
from .releases import DEPLOYMENT_CONFIG
from .rule import Find, Place, at
from .urls import ALARM_API_URL, ASYNC_URL, CODEDEPLOY_QUOTAS_URL

_RULE_RETRY_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"
_SCHEDULE_RETRY_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html"
_RETRIES: Final = "MaximumRetryAttempts"
_AGE: Final = "MaximumEventAgeInSeconds"


def _deliveries(kind: str, option: str) -> Find:
    """Every trigger of this kind with this retry policy."""

    def find(template: Template) -> Iterator[Place]:
        for trigger in triggers(template):
            value = number(trigger.get("RetryPolicy", option))
            if trigger.name == kind and value is not None:
                target = trigger.location.removesuffix("/Arn")
                yield at(trigger.resource, f"{target}/RetryPolicy/{option}", value)

    return find


def _percentages(template: Template) -> Iterator[Place]:
    """Every deployment configuration for Lambda with a share of traffic."""
    for kind in ("Canary", "Linear"):
        path = f"TrafficRoutingConfig/TimeBased{kind}/{kind}Percentage"
        for place in properties(DEPLOYMENT_CONFIG, path)(template):
            if place.resource.get("ComputePlatform") == "Lambda":
                yield place


# --- Rollouts of AWS CodeDeploy
rollout_percentage_range = within(
    "rollout-percentage-range",
    1,
    99,
    "percent",
    option="rollout.percentage",
    path="percentage",
    service="CodeDeploy",
    source=CODEDEPLOY_QUOTAS_URL,
    above="to shift all traffic in one step, use AllAtOnce",
    places=_percentages,
)

# --- Asynchronous invocations: botocore's shapes MaximumRetryAttempts, MaximumEventAgeInSeconds
retry_attempts_range = within(
    "retry-attempts-range",
    0,
    2,
    option="retry_attempts",
    path=_RETRIES,
    service="Lambda",
    source=ASYNC_URL,
    places=properties(EVENT_INVOKE_CONFIG, _RETRIES),
)
event_age_range = within(
    "event-age-range",
    60,
    21_600,
    SECONDS,
    option="max_event_age",
    path=_AGE,
    service="Lambda",
    source=ASYNC_URL,
    places=properties(EVENT_INVOKE_CONFIG, _AGE),
)

# --- Deliveries of EventBridge rules: botocore's shape RetryPolicy
target_retries_range = within(
    "target-retries-range",
    0,
    185,
    option="source.delivery_retry_attempts",
    path=_RETRIES,
    service="EventBridge",
    source=_RULE_RETRY_URL,
    places=_deliveries(RULE, _RETRIES),
)
target_event_age_range = within(
    "target-event-age-range",
    60,
    86_400,
    SECONDS,
    option="source.max_delivery_age",
    path=_AGE,
    service="EventBridge",
    source=_RULE_RETRY_URL,
    places=_deliveries(RULE, _AGE),
)

# --- Deliveries of EventBridge Scheduler: botocore's shapes MaximumRetryAttempts, MaximumEventAgeInSeconds
delivery_retries_range = within(
    "delivery-retries-range",
    0,
    185,
    option="delivery_retry_attempts",
    path=_RETRIES,
    service="EventBridge Scheduler",
    source=_SCHEDULE_RETRY_URL,
    places=_deliveries(SCHEDULE, _RETRIES),
)
delivery_age_range = within(
    "delivery-age-range",
    60,
    86_400,
    SECONDS,
    option="max_delivery_age",
    path=_AGE,
    service="EventBridge Scheduler",
    source=_SCHEDULE_RETRY_URL,
    places=_deliveries(SCHEDULE, _AGE),
)

# --- Alarms of Amazon CloudWatch on missed runs
missed_run_threshold_range = within(
    "missed-run-threshold-range",
    1,
    ALARM_WINDOW_MAXIMUM,
    SECONDS,
    option="alarms.missed_run_threshold",
    service="CloudWatch",
    source=ALARM_API_URL,
    above="choose less, or pass Alarms(missed_run=False)",
)
