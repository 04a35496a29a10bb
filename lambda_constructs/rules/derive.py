"""Values that are calculated from other values: one pure function each."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Final

from . import defaults
from .alarm import ALARM_LONG_PERIOD, ALARM_NAME_MAXIMUM, ALARM_SHORT_WINDOW_MAXIMUM, ALARM_WARM_UP_MAXIMUM
from .asynchronous import ASYNC_RETRY_WAITS
from .ranges_mapping import max_concurrency_range
from .rollout_plan import RolloutPlan
from .stack import STACK_NAME_MAXIMUM

HTTP_API_NAME_MAXIMUM: Final = 128  # characters: botocore, apigatewayv2 StringWithLengthBetween1And128
TARGET_GROUP_NAME_MAXIMUM: Final = 32  # characters: botocore, elbv2 CreateTargetGroupInput

_SUMMER_TIME: Final = 3_600  # seconds by which a day is longer when summer time ends
_DEPLOYMENT_GROUP_NAME_MAXIMUM: Final = 100  # characters: botocore, codedeploy DeploymentGroupName
# What CDK allows: aws-cdk-lib/aws-codedeploy/lib/private/utils.ts
_GROUP_NAME: Final = re.compile(r"[A-Za-z0-9._+=,@-]+")
# The characters of botocore's iam policyDocumentType, without control characters, which alarm names do not
# have, and without those that have a meaning in the ARNs of policies.
_ALARM_PATH: Final = re.compile(r"[ -#%-)+->@-~\xa1-\xff]*")
_LOGICAL_ID_READABLE: Final = 200  # of 255 characters, the rest is for a kind and a digest
_NOT_IN_GROUP_NAME: Final = re.compile(r"[^A-Za-z0-9._+=,@-]")
# Variables that both kinds of API support; they do not contain tokens.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
_VARIABLES: Final = {
    "requestId": "requestId",
    "extendedRequestId": "extendedRequestId",
    "requestTime": "requestTime",
    "sourceIp": "identity.sourceIp",
    "userAgent": "identity.userAgent",
    "caller": "identity.userArn",
    "method": "httpMethod",
    "path": "path",
    "protocol": "protocol",
    "status": "status",
    "responseLength": "responseLength",
    "responseLatency": "responseLatency",
    "integrationLatency": "integrationLatency",
    "integrationStatus": "integrationStatus",
    "integrationError": "integrationErrorMessage",
    "error": "error.message",
    "errorType": "error.responseType",
    "authorizerError": "authorizer.error",
}


def visibility_timeout(timeout: int, batching_window: int) -> int:
    """Seconds that a queue must hide a message: six times the timeout plus the batching window."""
    return defaults.VISIBILITY_TIMEOUTS * timeout + batching_window


def message_age(visibility_timeout: int, max_receive_count: int, retention: int) -> int:
    """Seconds of age of the oldest message at which the alarm fires.

    A message that fails every time is this old when it becomes a dead letter, so an older message means that
    the worker does not keep up. At most half of the retention, so that there is time to react.
    """
    return min(visibility_timeout * (max_receive_count + 1), retention // 2)


def attempts_duration(timeout: int, retry_attempts: int) -> int:
    """Seconds that all attempts of an asynchronous event and the waits between them can take."""
    return (retry_attempts + 1) * timeout + sum(ASYNC_RETRY_WAITS[:retry_attempts])


def event_age(attempts_duration: int, max_event_age: int) -> int:
    """Seconds of age of an asynchronous event at which the alarm fires.

    Twice the time that its attempts can take: an older event is waiting for concurrency. At most half of the
    age at which Lambda discards it, so that there is time to react.
    """
    return min(defaults.EVENT_AGE_ALARM_ATTEMPTS * attempts_duration, max_event_age // 2)


def latency(timeout: int) -> float:
    """Seconds of the slowest 1 % of requests at which the alarm fires: half of the timeout."""
    return timeout * defaults.LATENCY_SHARE_OF_TIMEOUT


def iterator_age(max_record_age: int) -> int:
    """Seconds of age of the records of a stream at which the alarm fires.

    At most half of the age at which Lambda discards them, so that there is time to react.
    """
    return min(defaults.ITERATOR_AGE, max_record_age // 2)


def offset_lag(batch_size: int) -> int:
    """Lag of the consumer of a topic, in records, at which the alarm fires."""
    return defaults.OFFSET_LAG_BATCHES * batch_size


def longest_gap(between: int, flexible_window: int, *, summer_time: bool) -> int:
    """The longest time between two starts in seconds: one early and the next one late in its flexible window.

    Where summer time ends, one day has 25 hours.
    """
    return between + flexible_window + (_SUMMER_TIME if summer_time else 0)


def missed_run(longest_gap: int, timeout: int) -> int:
    """Seconds without a run after which a run was missed.

    A run counts at the time of its start, but only after it has ended, so the timeout is added.
    """
    return longest_gap + timeout + defaults.MISSED_RUN_MARGIN


def alarm_periods(window: int) -> tuple[int, int]:
    """Seconds of a period, and the number of periods that cover the window of an alarm."""
    period = defaults.MISSED_RUN_PERIOD
    if window > ALARM_SHORT_WINDOW_MAXIMUM:
        period = ALARM_LONG_PERIOD
    return period, math.ceil(window / period)


def alarm_warm_up(window: int) -> int:
    """Minutes after its creation in which an alarm on missing data waits for the first data."""
    return min(math.ceil(window / 60), ALARM_WARM_UP_MAXIMUM)


def mapping_concurrency(reserved_concurrency: int, taken: int) -> int:
    """Default of the maximum concurrency of an SQS mapping.

    Lambda throttles pollers that start more invocations than the function reserves, and every throttled
    delivery counts as a receive. So the default is the reserved concurrency, without what other queues of the
    function have taken of it. While the mapping is disabled, the function may reserve less than a mapping
    needs.
    """
    minimum, left = max_concurrency_range.low, reserved_concurrency
    if taken or left in range(minimum):
        left = max(left - taken, minimum)
    return min(left, max_concurrency_range.high)


def failed_events_percentage(plan: RolloutPlan) -> float:
    """Share of events, in percent, above which failures stop a rollout.

    A new version that fails every event during a canary of 10 % fails 10 % of all events; the threshold is
    half of that, so a constant rate of failures below 5 % does not stop rollouts.
    """
    if not plan.gradual:
        return defaults.FAILED_EVENTS_PERCENTAGE
    return plan.percentage * defaults.FAILED_EVENTS_SHARE_OF_CANARY


def alarm_name(stack_name: str, path: str, suffix: str) -> str:
    """Name of an alarm that is known before the alarm exists: `<stack>/<path in it>/<suffix>`.

    The slash cannot occur in a construct id, so two constructs never share a name. A long path becomes a
    digest; the limit leaves room for the longest stack name, because the name of a nested stack is a token.
    So does a path with characters that alarm names or the ARNs in policies of IAM do not have.
    """
    name = f"/{path}/{suffix}"
    if len(name) > ALARM_NAME_MAXIMUM - STACK_NAME_MAXIMUM or not _ALARM_PATH.fullmatch(path):
        digest = hashlib.sha256(f"{path}/{suffix}".encode()).hexdigest()[:16]
        name = f"/{digest}/{suffix}"
    return f"{stack_name}{name}"


def receipt_rule_name(path: str) -> str:
    """Name of the receipt rule of the workload at a path: the permission must know it before it exists."""
    digest = hashlib.sha256(path.encode()).hexdigest()[:16]
    return f"{re.sub('[^A-Za-z0-9]+', '-', path)[:40].strip('-')}-{digest}"


def target_group_name(stack_name: str, path: str) -> str:
    """Name of the target group of the workload at a path: the permission must know it before it exists."""
    digest = hashlib.sha256(f"{stack_name}/{path}".encode()).hexdigest()[:16]
    room = TARGET_GROUP_NAME_MAXIMUM - len(digest) - 1
    return f"{re.sub('[^A-Za-z0-9]+', '-', path)[-room:].strip('-')}-{digest}".strip("-")


def http_api_name(path: str) -> str:
    """Name of the HTTP API of the workload at a path in its stack; it need not be unique."""
    return path[-HTTP_API_NAME_MAXIMUM:]


def deployment_group_name(path: str) -> str:
    """Name of the deployment group of the workload at a path in its stack.

    It is known before the group exists, so the role of a hook can refer to it. Names are unique within an
    application, and every stack has its own application.
    """
    name = path.replace("/", ".")
    if len(name) <= _DEPLOYMENT_GROUP_NAME_MAXIMUM and "." not in path and _GROUP_NAME.fullmatch(name):
        return name
    readable = _NOT_IN_GROUP_NAME.sub("-", path.rpartition("/")[2][:40])
    return f"{readable}-{hashlib.sha256(path.encode()).hexdigest()[:16]}"


def logical_id(path: str, kind: str) -> str:
    """Logical id of a resource of the workload at a path in its stack, whatever its place in the tree is."""
    digest = hashlib.sha256(path.encode()).hexdigest()[:8].upper()
    return f"{re.sub('[^A-Za-z0-9]', '', path)[:_LOGICAL_ID_READABLE]}{kind}{digest}"


def replaced_with(construct_id: str, value: str) -> str:
    """The id of a construct that another value must replace; the plain id without a value."""
    return f"{construct_id}{hashlib.sha256(value.encode()).hexdigest()[:8]}" if value else construct_id


def access_log_format(route: str) -> str:
    """One line of JSON for each request; `route` is the variable that names its route."""
    variables = _VARIABLES | {"route": route}
    return json.dumps({name: f"$context.{variable}" for name, variable in variables.items()})
