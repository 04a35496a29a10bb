"""Schedules: invoke functions at the scheduled times with the schedule's role.

ministack looks at its schedules every ten seconds, asks no role, leaves context attributes such as
`<aws.scheduler.scheduled-time>` as they are, reads every time as UTC, does not support dead-letter queues,
and drops the time zone, start and end of a template's schedule. Here a start

- comes when `start_times` says so; of a flexible window, at its beginning; what is not a schedule is refused,
- is made with the role in `RoleArn`: it must allow `lambda:InvokeFunction` on the target, and its trust
  policy `scheduler.amazonaws.com` for the ARN of the schedule's group, which is asked at creation, too,
- is Lambda's from then on: its asynchronous invocation retries,
- goes to the queue in `DeadLetterConfig` if it is refused, with the same role, or is lost.

A `RetryPolicy` has no effect: Lambda always accepts an asynchronous invocation, and what is refused is not
tried again. The values of `ERROR_CODE` are chosen; AWS's documentation does not list them. Targets other than
functions get what ministack gives them, and their role is not asked. Metrics: `InvocationAttemptCount`,
`TargetErrorCount`, `InvocationDroppedCount`, `InvocationsSentToDeadLetterCount` and
`InvocationsFailedToBeSentToDeadLetterCount` by `ScheduleGroup`. The journal gets a `schedule` for each start.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks, journal, pages, reset
from ..iam import permissions
from ..lambda_ import deliveries, destinations
from ..lambda_.deliveries import NO_PERMISSIONS, RefusedError
from . import expressions
from .start_times import ScheduleClock, Timing

Document = Mapping[str, Any]
Key = tuple[str, str, str]
"""Account, region, and group/name."""
Response = tuple[int, Mapping[str, str], bytes]

_scheduler = hooks.module("services.scheduler")
_schedules: Any = hooks.attribute(_scheduler, "_schedules")
_error: Callable[[int, str, str], Response] = hooks.attribute(_scheduler, "_error")
_group_arn: Callable[[str], str] = hooks.attribute(_scheduler, "_group_arn")
_to_epoch: Callable[[object], float | None] = hooks.attribute(_scheduler, "_to_epoch")
_invoke_other_target: Callable[..., None] = hooks.attribute(
    hooks.module("services.eventbridge"), "_invoke_target"
)
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    hooks.module("core.responses"), "request_scope"
)

_SERVICE: Final = "scheduler.amazonaws.com"
_TYPE: Final = "AWS::Scheduler::Schedule"
_DROPPED_PROPERTIES: Final = ("ScheduleExpressionTimezone", "StartDate", "EndDate", "KmsKeyArn")
_DEFAULT_GROUP: Final = "default"
_PAUSE: Final = 0.05
"""Seconds of this machine between two looks."""
_ERROR_CODES: Final = {NO_PERMISSIONS: "AccessDeniedException"}
_NO_TRUST: Final = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."

_clocks: dict[Key, ScheduleClock] = {}


def install() -> None:
    """Start schedules here instead of in ministack.

    Raises:
        hooks.HookError: ministack keeps, starts or provisions schedules in another way now.
    """
    reset.on_reset(_clocks.clear)
    hooks.wrap(_scheduler, "_ticker_loop", _watch)
    hooks.wrap(_scheduler, "_create_schedule", _accept)
    hooks.wrap(_scheduler, "_update_schedule", _accept)
    provisioning.wrap(_TYPE, "create", _create)
    provisioning.wrap(_TYPE, "update", _update)
    pages.add("schedule", _start_now)


def _accept(original: Callable[[str, Document], Response], name: str, body: Document) -> Response:
    refusal = _refusal(body)
    return _error(400, "ValidationException", refusal) if refusal else original(name, body)


def _refusal(settings: Document) -> str | None:
    """Why Scheduler refuses a schedule; what else it needs is ministack's to judge."""
    expression = settings.get("ScheduleExpression")
    if expression is not None and not expressions.is_schedule(expression):
        return f"Invalid Schedule Expression {expression}."
    zone = settings.get("ScheduleExpressionTimezone")
    if zone is not None and not expressions.is_time_zone(zone):
        return f"Invalid ScheduleExpressionTimezone {zone}."
    role = settings.get("Target", {}).get("RoleArn")
    if role and not _trusted(role, settings.get("GroupName", _DEFAULT_GROUP)):
        return _NO_TRUST
    return None


def _trusted(role_arn: str, group: str) -> bool:
    return permissions.role_trusts(role_arn, _SERVICE, source_arn=_group_arn(group))


def _create(
    original: Callable[[str, Document, str], tuple[str, Any]],
    logical_id: str,
    properties: Document,
    stack: str,
) -> tuple[str, Any]:
    _raise_if_refused(properties)
    name, attributes = original(logical_id, properties, stack)
    _keep_dropped(name, properties)
    return name, attributes


def _update(
    original: Callable[[str, Document, Document, str], tuple[str, Any]],
    ref: str,
    old: Document,
    new: Document,
    stack: str,
) -> tuple[str, Any]:
    _raise_if_refused(new)
    name, attributes = original(ref, old, new, stack)
    _keep_dropped(name, new)
    return name, attributes


def _raise_if_refused(properties: Document) -> None:
    if refusal := _refusal(properties):
        raise provisioning.refused(refusal)


def _keep_dropped(name: str, properties: Document) -> None:
    schedule: MutableMapping[str, Any] = _schedules[f"{properties.get('GroupName', _DEFAULT_GROUP)}/{name}"]
    given = {each: properties[each] for each in _DROPPED_PROPERTIES if each in properties}
    schedule.update(given)


def _watch(_original: Callable[[], None]) -> None:
    while True:
        time.sleep(_PAUSE)
        schedules = dict(_schedules._data)
        for gone in _clocks.keys() - schedules.keys():
            del _clocks[gone]
        for key, schedule in schedules.items():
            _look(key, schedule)


def _look(key: Key, schedule: Document) -> None:
    """Start a schedule whose time has come; while it is disabled, starts pass."""
    timing = Timing(
        schedule["CreationDate"], schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]
    )
    own = _clocks.get(key)
    if own is None or own.timing != timing:
        own = _clocks[key] = ScheduleClock(timing)
    scheduled = own.due()
    if scheduled is None or schedule["State"] != "ENABLED" or not _within(schedule, scheduled):
        return
    account, region, _name = key
    start = _Start(schedule, account, region, scheduled)
    threading.Thread(target=start.make, daemon=True).start()
    if timing.once and schedule["ActionAfterCompletion"] == "DELETE":
        _schedules._data.pop(key, None)


def _start_now(name: str) -> None:
    """Start a schedule once more, whatever its expression says; a test cannot wait for the night."""
    for (account, region, key), schedule in list(_schedules._data.items()):
        if key.rpartition("/")[2] == name:
            _Start(schedule, account, region, datetime.now(UTC)).make()


def _within(schedule: Document, scheduled: datetime) -> bool:
    """Whether a start is between the schedule's own start and end."""
    first, last = _to_epoch(schedule.get("StartDate")), _to_epoch(schedule.get("EndDate"))
    at = scheduled.timestamp()
    return (first is None or at >= first) and (last is None or at <= last)


@dataclass(frozen=True)
class _Start:
    """One start of a schedule."""

    schedule: Document
    account: str
    region: str
    scheduled: datetime
    execution: str = field(default_factory=lambda: uuid.uuid4().hex[:16])

    @property
    def time(self) -> str:
        """The time that it is scheduled for, as Scheduler writes it."""
        return self.scheduled.strftime("%Y-%m-%dT%H:%M:%SZ")

    def make(self) -> None:
        """Hand the input over to the target, or to the dead-letter queue."""
        target = self.schedule["Target"]
        text = self._input(target)
        journal.note("schedule", schedule=self.schedule["Arn"], scheduled=self.time, target=target["Arn"])
        with _request_scope(self.account, self.region):
            self._count("InvocationAttemptCount")
            if target["Arn"].split(":")[2] != "lambda":
                event = {"Source": "aws.scheduler", "DetailType": "Scheduled Event", "Detail": "{}"}
                _invoke_other_target({**target, "Input": text}, event, self.schedule)
                return
            trusted = _trusted(target["RoleArn"], self.schedule["GroupName"])
            try:
                _invoke(target, text, trusted=trusted)
            except RefusedError as reason:
                self._give_up(target, text, reason, trusted=trusted)

    def _input(self, target: Document) -> str:
        """The input for the target, with the context attributes filled in."""
        text: str = target.get("Input") or self._notification()
        attributes = {
            "schedule-arn": self.schedule["Arn"],
            "scheduled-time": self.time,
            "execution-id": self.execution,
            "attempt-number": "1",
        }
        for name, value in attributes.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _notification(self) -> str:
        """The event of a schedule without an input."""
        return json.dumps(
            {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": self.account,
                "time": self.time,
                "region": self.region,
                "resources": [self.schedule["Arn"]],
                "detail": "{}",
            }
        )

    def _give_up(self, target: Document, text: str, reason: RefusedError, *, trusted: bool) -> None:
        self._count("TargetErrorCount")
        self._count("InvocationDroppedCount")
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return
        attributes = {
            "ERROR_CODE": _ERROR_CODES.get(reason.code, "ResourceNotFoundException"),
            "ERROR_MESSAGE": str(reason),
            "EXECUTION_ID": self.execution,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": "0",
            "SCHEDULED_TIME": self.time,
            "SCHEDULE_ARN": self.schedule["Arn"],
            "TARGET_ARN": target["Arn"],
        }
        typed = {name: ("String", value) for name, value in attributes.items()}
        record = destinations.Record(function_arn=target["Arn"], body=text, attributes=typed)
        kept = trusted and destinations.deliver(target["RoleArn"], queue, record)
        ending = "SentToDeadLetterCount" if kept else "FailedToBeSentToDeadLetterCount"
        self._count(f"Invocations{ending}")

    def _count(self, name: str) -> None:
        dimensions = {"ScheduleGroup": self.schedule["GroupName"]}
        _record_metric("AWS/Scheduler", name, 1, "Count", dimensions)


def _invoke(target: Document, text: str, *, trusted: bool) -> None:
    """Queue the input for a function, as the role.

    Raises:
        RefusedError: the role may not be assumed, or may not invoke it, or the function does not exist.
    """
    role, function = target["RoleArn"], target["Arn"]
    if not trusted or not permissions.role_allows(role, "lambda:InvokeFunction", function):
        raise RefusedError(NO_PERMISSIONS, f"{role} may not invoke {function} for {_SERVICE}")
    deliveries.queue(deliveries.find(function), json.loads(text))
