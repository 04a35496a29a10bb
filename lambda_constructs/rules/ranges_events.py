"""Ranges of rollouts, of asynchronous invocations, and of the deliveries of EventBridge and Scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.asynchronous import EVENT_INVOKE_CONFIG
from ..template.template import Template, number
from ..template.trigger_kinds import RULE, SCHEDULE
from ..template.triggers import triggers
from .alarm import ALARM_WINDOW_MAXIMUM
from .ranges import SECONDS, Numbers, Service, numbers
from .rollout_aliases import DEPLOYMENT_CONFIG
from .rule import Place, at
from .urls import ALARM_API_URL, ASYNC_URL, CODEDEPLOY_QUOTAS_URL

_RULE_RETRY_URL: Final = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"
_SCHEDULE_RETRY_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html"
_RETRIES: Final = "MaximumRetryAttempts"
_AGE: Final = "MaximumEventAgeInSeconds"


def _deliveries(kind: str, name: str) -> Numbers:
    """This property of the retry policy of every trigger of this kind that has it."""

    def find(template: Template) -> Iterator[Place]:
        for trigger in triggers(template):
            value = number(trigger.get("RetryPolicy", name))
            if trigger.name == kind and value is not None:
                target = trigger.location.removesuffix("/Arn")
                yield at(trigger.resource, f"{target}/RetryPolicy/{name}", value)

    return Numbers(name, find)


def _percentages(template: Template) -> Iterator[Place]:
    """Every deployment configuration for Lambda with a share of traffic."""
    for kind in ("Canary", "Linear"):
        path = f"TrafficRoutingConfig/TimeBased{kind}/{kind}Percentage"
        for place in numbers(DEPLOYMENT_CONFIG, path).find(template):
            if place.resource.get("ComputePlatform") == "Lambda":
                yield place


# --- Rollouts of AWS CodeDeploy
rollout_percentage_range = Service("CodeDeploy", CODEDEPLOY_QUOTAS_URL).allows(
    "rollout-percentage-range",
    (1, 99),
    "percent",
    "rollout.percentage",
    Numbers("percentage", _percentages),
    above="to shift all traffic in one step, use AllAtOnce",
)

# --- Asynchronous invocations: botocore's shapes MaximumRetryAttempts, MaximumEventAgeInSeconds
_LAMBDA: Final = Service("Lambda", ASYNC_URL)
retry_attempts_range = _LAMBDA.allows(
    "retry-attempts-range", (0, 2), "", "retry_attempts", numbers(EVENT_INVOKE_CONFIG, _RETRIES)
)
event_age_range = _LAMBDA.allows(
    "event-age-range", (60, 21_600), SECONDS, "max_event_age", numbers(EVENT_INVOKE_CONFIG, _AGE)
)

# --- Deliveries of EventBridge rules: botocore's shape RetryPolicy
_EVENTBRIDGE: Final = Service("EventBridge", _RULE_RETRY_URL)
target_retries_range = _EVENTBRIDGE.allows(
    "target-retries-range", (0, 185), "", "source.delivery_retry_attempts", _deliveries(RULE, _RETRIES)
)
target_event_age_range = _EVENTBRIDGE.allows(
    "target-event-age-range", (60, 86_400), SECONDS, "source.max_delivery_age", _deliveries(RULE, _AGE)
)

# --- Deliveries of EventBridge Scheduler: botocore's shapes MaximumRetryAttempts, MaximumEventAgeInSeconds
_SCHEDULER: Final = Service("EventBridge Scheduler", _SCHEDULE_RETRY_URL)
delivery_retries_range = _SCHEDULER.allows(
    "delivery-retries-range", (0, 185), "", "delivery_retry_attempts", _deliveries(SCHEDULE, _RETRIES)
)
delivery_age_range = _SCHEDULER.allows(
    "delivery-age-range", (60, 86_400), SECONDS, "max_delivery_age", _deliveries(SCHEDULE, _AGE)
)

# --- Alarms of Amazon CloudWatch on missed runs
missed_run_threshold_range = Service("CloudWatch", ALARM_API_URL).allows(
    "missed-run-threshold-range",
    (1, ALARM_WINDOW_MAXIMUM),
    SECONDS,
    "alarms.missed_run_threshold",
    above="choose less, or pass Alarms(missed_run=False)",
)
