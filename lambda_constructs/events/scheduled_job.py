"""ScheduledJob: a function that EventBridge Scheduler invokes, and an alarm on missed runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from ..core import acknowledgements
from ..core.construction import adds, checked
from ..core.execution_role import Statement
from ..core.failure_destination import Destination
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.metrics import MetricOptions
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.rollout import AllAtOnce
from ..function.settings import Settings, resolve
from ..rules import defaults
from ..rules.durable import durable_overlap
from ..template.features import ASYNCHRONOUS
from .asynchronous_settings import ALARMS, check_async, check_failures, configure_async, watch_async
from .missed_runs import check_missed_run, watch_missed_run
from .schedule import ScheduleOptions, check_schedule, create_schedule, create_schedule_role


class ScheduledJob(ProductionFunction):
    """Run a function on a schedule, with retries, a queue for failed runs, and an alarm on missed runs.

    Creates what `ProductionFunction` creates, a schedule of EventBridge Scheduler with a role that may invoke
    the alias, retries and destinations on the alias, a failure queue, and alarms on events that Lambda
    discards, that it cannot deliver to a destination, that wait too long, that are in the failure queue, and
    on missed runs.

    Two services retry, one after the other. Scheduler delivers a start to Lambda's queue. If Lambda does not
    accept it, Scheduler retries (`delivery_retry_attempts`, `max_delivery_age`), and then sends it to the
    failure queue. Once accepted, Lambda retries invocations that raise an error, time out or are throttled
    (`retry_attempts`, `max_event_age`), and then sends the event to `on_failure`. Both deliver at least once,
    so a start can run twice: use `event["scheduled_time"]` as the idempotency key.

    Args:
        schedule: When the job starts: `ScheduleExpression.cron(...)` with its time zone, `.rate(...)`, or
            `.at(...)` for one start. A start at a local time that the change to summer time skips does not
            happen.
        input: Keys of the event in addition to `scheduled_time`, the time that the start is scheduled for.
            Default: nothing
        flexible_window: Time window over which Scheduler spreads starts, to even out load; whole minutes, up
            to 24 hours. Default: none, starts are precise to 60 seconds
        group: Schedule group, to find and delete schedules together. Default: the account's default group
        schedule_name: Name of the schedule, at most 64 letters, digits and `._-`. Default: a generated name
        enabled: Whether the schedule is enabled; False pauses the job. Default: True
        no_overlap: Whether a start waits for the previous run: the reserved concurrency is 1, so Lambda
            throttles the second start and retries it after seconds to 5 minutes, up to `max_event_age`; then
            the start goes to `on_failure` without a run. Work that a run started elsewhere can continue after
            its timeout, a start that is delivered twice runs twice, one after the other, and a `SmokeTest`
            fails during a run. Default: False
        retry_attempts: Retries of Lambda after the first attempt; 0 to 2. Default: 2 (Lambda's own)
        max_event_age: How long Lambda keeps a start for its attempts; 60 seconds to 6 hours. Default: 6
            hours, Lambda's own
        delivery_retry_attempts: Retries of Scheduler to deliver a start to Lambda; 0 to 185. Default:
            Scheduler's own, 185
        max_delivery_age: How long Scheduler tries to deliver a start; 60 seconds to 24 hours. Default:
            Scheduler's own, 24 hours
        on_failure: Destination of events that failed on every attempt or became too old, with the whole event
            and the reason: a queue, topic, event bus, function or bucket. It replaces a new queue, which is
            kept with its messages. Default: a new queue, encrypted, TLS only, 14 days. Of a durable function,
            a queue or a topic: its dead-letter queue
        on_success: Destination of events that succeeded, with the function's response: a queue, topic, event
            bus or function. Default: none
        **function: Options of `ProductionFunction`; but the default of `rollout` is `AllAtOnce()`: a job
            starts at most once per minute, so a canary of a few minutes would receive too few runs. Use
            `before_traffic=SmokeTest()` instead.

    Attributes:
        schedule: The schedule.
        schedule_role: The role with which Scheduler invokes the alias.
        failure_queue: The queue of starts that Scheduler could not deliver, and of failed runs unless they
            have another destination.
        async_config: The settings of the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = (*ALARMS, "missed_run")
    _TRIGGER: ClassVar[str] = ASYNCHRONOUS
    _NO_DEAD_LETTER_CONFIG = acknowledgements.ASYNC_FUNCTION

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
        schedule_name: str | None = None,
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
        """Check every option, then create the function, the destinations and the schedule."""
        guard = Guard(scope, construct_id)
        apart = {"reserved_concurrency": defaults.NO_OVERLAP_CONCURRENCY} if no_overlap else {}
        settings = resolve(guard, function, rollout=AllAtOnce(), **apart)
        self._failures = failures = check_failures(settings, on_failure, on_success)
        options = ScheduleOptions(
            schedule=schedule,
            input=input,
            flexible_window=flexible_window,
            group=group,
            schedule_name=schedule_name,
            enabled=enabled is not False,
            no_overlap=bool(no_overlap),
            delivery_retry_attempts=delivery_retry_attempts,
            max_delivery_age=max_delivery_age,
        )
        if settings.execution is not None:
            guard.check(durable_overlap, no_overlap=options.no_overlap)
        reserved = function.get("reserved_concurrency") is not None
        facts = check_schedule(settings, options, reserved=reserved)
        self._settings, self._options = settings, options
        self._missed_run = missed_run = check_missed_run(settings, facts)
        asynchronous = check_async(settings, retry_attempts, max_event_age)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        queue = self.failure_queue = failures.create_queue()
        self.async_config = configure_async(context, asynchronous, failures, on_success)
        self.schedule_role = create_schedule_role(context, group, queue)
        self.schedule = create_schedule(context, options, facts, self.schedule_role, queue)
        self.schedule.node.add_dependency(self.async_config)
        watch_async(context, asynchronous, failures)
        watch_missed_run(context, missed_run)
        self._describe_source(queue)

    def metric_event_age(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Age of events when the function receives them; by default the maximum over 5 minutes."""
        return self._function_metric("AsyncEventAge", options)

    @adds
    def add_schedule(
        self,
        construct_id: str,
        /,
        *,
        schedule: scheduler.ScheduleExpression,
        input: Mapping[str, object] | None = None,  # noqa: A002 - AWS's word
        flexible_window: cdk.Duration | None = None,
        schedule_name: str | None = None,
        enabled: bool | None = None,
        delivery_retry_attempts: int | None = None,
        max_delivery_age: cdk.Duration | None = None,
    ) -> scheduler.CfnSchedule:
        """Start the job on another schedule too, with the group, the role and the failure queue of the first.

        Lambda counts invocations, not schedules: the alarm on missed runs watches the schedule that starts
        most often. A schedule that starts more often than the first one has its own alarm.

        Args:
            construct_id: The id of the construct that contains the schedule.
            schedule: When the job starts.
            input: Keys of the event in addition to `scheduled_time`. Default: nothing
            flexible_window: Time window over which Scheduler spreads starts; whole minutes, up to 24 hours.
                Default: none
            schedule_name: Name of the schedule, at most 64 letters, digits and `._-`. Default: a generated
                name
            enabled: Whether the schedule is enabled. Default: True
            delivery_retry_attempts: Retries of Scheduler to deliver a start to Lambda; 0 to 185. Default:
                Scheduler's own, 185
            max_delivery_age: How long Scheduler tries to deliver a start; 60 seconds to 24 hours. Default:
                Scheduler's own, 24 hours

        Returns:
            The schedule.

        Raises:
            ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
        """
        guard, job = Guard(self, construct_id), self._context
        settings = replace(self._settings, guard=guard)
        options = replace(
            self._options,
            schedule=schedule,
            input=input,
            flexible_window=flexible_window,
            schedule_name=schedule_name,
            enabled=enabled is not False,
            delivery_retry_attempts=delivery_retry_attempts,
            max_delivery_age=max_delivery_age,
        )
        facts = check_schedule(settings, options, reserved=False)
        missed_run = None
        if settings.alarms.missed_run_threshold is None:
            missed_run = check_missed_run(settings, facts)
        context = job.within(guard, construct_id)
        created = create_schedule(context, options, facts, self.schedule_role, self.failure_queue)
        created.node.add_dependency(self.async_config)
        if self._missed_run is None or (missed_run is not None and missed_run < self._missed_run):
            watch_missed_run(context, missed_run)
        self.alarms.extend(context.alarms.alarms)
        guard.report(context.scope)
        return created

    def _create_source(self, _: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the failure queue; Lambda writes to it with the execution role."""
        return self._failures.create(self, settings.encryption_key)
