"""ScheduledJob: a function that runs by the clock, and somebody who notices when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Unpack

import aws_cdk as cdk
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.failure_destination import (
    Destination,
    allow_delivery,
    as_queue,
    check_destination,
    create_failure_queue,
)
from ..core.guard import Guard
from ..core.option_types import checked
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.rollout import AllAtOnce
from ..function.settings import timeout_of
from ..rules import defaults
from .asynchronous_settings import check_async, configure_async
from .missed_runs import check_missed_run, watch_missed_run
from .schedule import (
    ScheduleOptions,
    check_schedule,
    create_schedule,
    create_schedule_role,
)

_ON_FAILURE: Final = ("queue", "topic", "bucket", "bus", "function")
_ON_SUCCESS: Final = ("queue", "topic", "bus", "function")


class ScheduledJob(ProductionFunction):
    """Run a function by the clock: a start is retried, what fails is kept, and a run that is missing is told.

    Creates what `ProductionFunction` creates, a schedule of EventBridge Scheduler with a role that may invoke
    the alias, retries and destinations on the alias, a queue of what failed, and alarms on events that were
    given up, that could not be delivered to a destination, that wait too long, that lie in the queue, and on
    a run that is missing.

    Two services retry, one after the other. Scheduler hands a start over to Lambda's queue; what Lambda does
    not take it retries (`delivery_retry_attempts`, `max_delivery_age`), and then leaves it in the failure
    queue. From there on Lambda retries what raises, times out or is throttled (`retry_attempts`,
    `max_event_age`), and then leaves it in `on_failure`. Both deliver at least once, so a start can run
    twice: let `event["scheduled_time"]` be the key of its idempotency.

    Args:
        schedule: When it starts: `ScheduleExpression.cron(...)` in its time zone, `.rate(...)`, or `.at(...)`
            once. A local time that the change to summer time skips is skipped.
        input: What the event holds beside `scheduled_time`, the time that the start is scheduled for.
            Default: nothing
        flexible_window: Time over which starts are spread, to even out load; whole minutes, up to 24 hours.
            Default: none, starts are precise to 60 seconds
        group: Schedule group, to find and to delete schedules by. Default: the account's default group
        enabled: Whether the schedule is on; False pauses the job. Default: True
        no_overlap: Whether a start waits for the run before it: the function is reserved one invocation at
            once, so Lambda throttles the second start and tries it again after seconds to 5 minutes, for
            `max_event_age`; then it goes to `on_failure` without having run. What a run that timed out has
            begun elsewhere can still go on, a start that is delivered twice runs twice in turn, and a
            `SmokeTest` fails that meets a run. Default: False
        retry_attempts: Attempts of Lambda after the first that raised; 0 to 2. Default: 2 (Lambda's own)
        max_event_age: How long a start may wait in Lambda for its attempts; 60 seconds to 6 hours.
            Default: 6 hours, Lambda's own
        delivery_retry_attempts: Further attempts of Scheduler to hand a start over; 0 to 185. Default:
            Scheduler's own, 185
        max_delivery_age: How long Scheduler tries; 60 seconds to 24 hours. Default: Scheduler's own, 24
            hours
        on_failure: Destination of what failed on every attempt or got too old, with the whole event and the
            reason: a queue, topic, event bus, function or bucket. Default: an own queue, encrypted, TLS
            only, 14 days
        on_success: Destination of what succeeded, with the function's answer: a queue, topic, event bus or
            function. Default: none
        **function: Options of `ProductionFunction`; but `rollout` is `AllAtOnce()` by default: a job starts
            once a minute at most, so a canary of minutes would see half a run of it. Let a `SmokeTest` run
            before instead.

    Attributes:
        schedule: The schedule.
        schedule_role: The role as which Scheduler invokes the alias.
        failure_queue: The queue of what failed: of starts that could not be handed over, and of runs unless
            there is another destination.
        async_config: The settings of the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.ASYNC_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        schedule: scheduler.ScheduleExpression,
        input: Mapping[str, object] | None = None,  # noqa: A002 - what AWS calls it
        flexible_window: cdk.Duration | None = None,
        group: scheduler.ScheduleGroup | scheduler.IScheduleGroup | None = None,
        enabled: bool = True,
        no_overlap: bool = False,
        retry_attempts: int = defaults.RETRY_ATTEMPTS,
        max_event_age: cdk.Duration | None = None,
        delivery_retry_attempts: int | None = None,
        max_delivery_age: cdk.Duration | None = None,
        on_failure: Destination | None = None,
        on_success: Destination | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function, destinations and schedule."""
        guard = Guard(scope, construct_id)
        check_destination(guard, "on_failure", on_failure, _ON_FAILURE)
        check_destination(guard, "on_success", on_success, _ON_SUCCESS)
        timeout, alarms = timeout_of(function.get("timeout")), function.get("alarms", Alarms())
        options = ScheduleOptions(
            schedule=schedule,
            input=input,
            flexible_window=flexible_window,
            group=group,
            enabled=enabled,
            no_overlap=no_overlap,
            delivery_retry_attempts=delivery_retry_attempts,
            max_delivery_age=max_delivery_age,
        )
        facts = check_schedule(
            guard, options, timeout=timeout, reserved_concurrency=function.get("reserved_concurrency")
        )
        missed_run = check_missed_run(guard, alarms, facts)
        asynchronous = check_async(
            guard, retry_attempts=retry_attempts, max_event_age=max_event_age, timeout=timeout
        )
        if no_overlap:
            function["reserved_concurrency"] = defaults.NO_OVERLAP_CONCURRENCY
        if function.get("rollout") is None:
            function["rollout"] = AllAtOnce()
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        key = function.get("encryption_key")
        self.failure_queue = as_queue(on_failure) or create_failure_queue(self, key)
        self.async_config = configure_async(
            self,
            self.alias,
            retry_attempts=retry_attempts,
            max_event_age=max_event_age,
            on_failure=allow_delivery(self._execution_role, on_failure or self.failure_queue),
            on_success=None if on_success is None else allow_delivery(self._execution_role, on_success),
        )
        self._execution_role.must_precede(self.async_config)
        self.schedule_role = create_schedule_role(self, self.alias, group, self.failure_queue, key)
        self.schedule = create_schedule(
            self,
            options,
            facts,
            alias=self.alias,
            role=self.schedule_role,
            queue=self.failure_queue,
            key=key,
        )
        self.schedule.node.add_dependency(self.async_config)
        self._alarms.add_asynchronous(
            alarms, self._names["FunctionName"], asynchronous.alarm_age, self.failure_queue
        )
        if missed_run is not None:
            watch_missed_run(self._alarms, self._names, missed_run)
