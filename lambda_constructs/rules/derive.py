"""Values that follow from others: one pure function each."""

from __future__ import annotations

import hashlib
import math

from . import defaults, limits
from .rollout_plan import RolloutPlan


def visibility_timeout(timeout: int, batching_window: int) -> int:
    """Seconds that a queue must hide a message: six times the timeout plus the batching window."""
    return defaults.VISIBILITY_TIMEOUTS * timeout + batching_window


def message_age(visibility_timeout: int, max_receive_count: int, retention: int) -> int:
    """Seconds of age at which the oldest message is an alarm.

    A message that fails every time is this old when it becomes a dead letter, so an older one means
    that the worker does not keep up. At most half of the retention: there must be time to react.
    """
    return min(visibility_timeout * (max_receive_count + 1), retention // 2)


def mapping_concurrency(reserved_concurrency: int | None) -> int | None:
    """Concurrency of an SQS mapping that has none of its own.

    Pollers that start more invocations than the function may run are throttled, and every throttled
    delivery brings its messages nearer to the dead-letter queue; so the mapping takes the reservation.
    """
    if reserved_concurrency is None:
        return None
    return min(reserved_concurrency, limits.MAPPING_CONCURRENCY_MAXIMUM)


def failed_events_percentage(plan: RolloutPlan) -> float:
    """Share of events, in percent, above which failures stop a rollout.

    A new version that fails every event during a canary of 10 % fails 10 % of all events; the
    threshold lies at half of that, so standing failures below 5 % do not stop anything.
    """
    if not plan.gradual:
        return defaults.FAILED_EVENTS_PERCENTAGE
    return plan.percentage * defaults.FAILED_EVENTS_SHARE_OF_CANARY


def linear_minutes(percentage: int, interval: int) -> int:
    """Minutes between the first and the last shift of a linear rollout."""
    return (math.ceil(100 / percentage) - 1) * interval


def deployment_policy_characters(alarms: int) -> int:
    """Characters that one more group takes in the inline policy of its deployment role, at the most.

    Its function's ARN stands there twice, once with the alias, and the ARN of each of its alarms.
    """
    function = limits.FUNCTION_NAME_MAXIMUM + defaults.ARN_PREFIX_CHARACTERS
    alarm = limits.ALARM_NAME_MAXIMUM + defaults.ARN_PREFIX_CHARACTERS
    return 2 * function + len(f":{defaults.ALIAS_NAME}") + alarms * alarm


def alarm_name(stack_name: str, path: str, suffix: str) -> str:
    """Name of an alarm that is known before the alarm exists: `<stack>/<path in it>/<suffix>`.

    The slash cannot occur in a construct id, so two constructs never share a name. A long path becomes
    a digest; there must be room for the longest stack name, because that of a nested stack is a token.
    """
    name = f"/{path}/{suffix}"
    if len(name) > limits.ALARM_NAME_MAXIMUM - limits.STACK_NAME_MAXIMUM:
        digest = hashlib.sha256(f"{path}/{suffix}".encode()).hexdigest()[:16]
        name = f"/{digest}/{suffix}"
    return f"{stack_name}{name}"


def deployment_group_name(path: str) -> str:
    """Name of the deployment group of the workload at a path in its stack.

    It is known before the group exists, so a hook can be allowed to report on it. Groups of one
    application have different names, and every stack has an application of its own.
    """
    name = path.replace("/", ".")
    if len(name) <= limits.DEPLOYMENT_GROUP_NAME_MAXIMUM and "." not in path:
        return name
    return f"{path.rpartition('/')[2][:40]}-{hashlib.sha256(path.encode()).hexdigest()[:16]}"
