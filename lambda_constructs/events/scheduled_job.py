"""ScheduledJob: a function that EventBridge Scheduler starts, and an alarm when it does not run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Final, Unpack

import aws_cdk as cdk
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from ..core import acknowledgements
from ..core.construction import checked
from ..core.execution_role import Statement
from ..core.failure_destination import Destination, FailureDestination, check_destination
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.rollout import AllAtOnce
from ..function.settings import Settings, resolve
from ..rules import defaults
from .asynchronous_settings import ALARMS, check_async, configure_async, watch_async
from .missed_runs import check_missed_run, watch_missed_run
from .schedule import ScheduleOptions, check_schedule, create_schedule, create_schedule_role

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

    _ALARMS: ClassVar[Collection[str]] = (*ALARMS, "missed_run")
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.ASYNC_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        schedule: scheduler.ScheduleExpression,
        input: Mapping[str, object] | None = None,  # noqa: A002 - AWS's word
        flexible_window: cdk.Duration | None = None,
        group: scheduler.ScheduleGroup | scheduler.IScheduleGroup | None = None,
        enabled: bool | None = None,
        no_overlap: bool | None = None,
        retry_attempts: int | None = None,
        max_event_age: cdk.Duration | None = None,
        delivery_retry_attempts: int | None = None,
        max_delivery_age: cdk.Duration | None = None,
        on_failure: Destination | None = None,
        on_success: Destination | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function, destinations and schedule."""
        guard = Guard(scope, construct_id)
        apart = {"reserved_concurrency": defaults.NO_OVERLAP_CONCURRENCY} if no_overlap else {}
        settings = resolve(guard, function, rollout=AllAtOnce(), **apart)
        self._failures = failures = FailureDestination(guard, on_failure, _ON_FAILURE)
        check_destination(guard, "on_success", on_success, _ON_SUCCESS)
        options = ScheduleOptions(
            schedule=schedule,
            input=input,
            flexible_window=flexible_window,
            group=group,
            enabled=enabled is not False,
            no_overlap=bool(no_overlap),
            delivery_retry_attempts=delivery_retry_attempts,
            max_delivery_age=max_delivery_age,
        )
        reserved = function.get("reserved_concurrency") is not None
        facts = check_schedule(settings, options, reserved=reserved)
        missed_run = check_missed_run(settings, facts)
        asynchronous = check_async(settings, retry_attempts, max_event_age)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        queue = self.failure_queue = failures.create_queue(self, context.key)
        self.async_config = configure_async(context, asynchronous, failures, on_success)
        self.schedule_role = create_schedule_role(context, group, queue)
        self.schedule = create_schedule(context, options, facts, self.schedule_role, queue)
        self.schedule.node.add_dependency(self.async_config)
        watch_async(context, asynchronous, failures)
        watch_missed_run(context, missed_run)
        self._describe_source(queue)

    def _create_source(self, _: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the failure queue; the execution role, which Lambda delivers with, writes to it."""
        return self._failures.create(self, settings.encryption_key)
