"""Asynchronous invocation: retries, age and destinations of the alias.

Lambda keeps these settings per function, version and alias. Settings of the function would not apply to
events for its alias, and a dead-letter queue of the function is fixed in each version.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from ..core import acknowledgements
from ..core.alarm_set import LAMBDA
from ..core.cdk_objects import ask, make
from ..core.context import Context
from ..core.failure_destination import (
    Destination,
    FailureDestination,
    allow_delivery,
    check_destination,
)
from ..function.settings import Settings
from ..rules import defaults, derive
from ..rules.asynchronous import event_age_below_retries
from ..rules.destinations import KINDS
from ..rules.durable import durable_excludes
from ..rules.ranges_events import event_age_range, retry_attempts_range
from ..template.features import DESTINATIONS
from ..template.values import Unknown

ALARMS: Final = ("dropped_events", "delivery_failures", "event_age", "dead_letters")


@dataclass(frozen=True, kw_only=True)
class AsyncSettings:
    """The settings of asynchronous invocations."""

    retry_attempts: int  # attempts after the first
    max_event_age: float  # seconds after which Lambda discards an event
    alarm_age: float  # seconds of age of an event at which the alarm fires
    durable: bool  # whether the function is durable: it has a dead-letter queue, and no destinations


def check_async(
    settings: Settings, retry_attempts: int | None, max_event_age: cdk.Duration | None
) -> AsyncSettings:
    """Check retries and age, and compare them; Lambda's maximum replaces an unknown value."""
    guard = settings.guard
    attempts = defaults.RETRY_ATTEMPTS if retry_attempts is None else retry_attempts
    retries = guard.within(retry_attempts_range, attempts)
    given = guard.within(event_age_range, max_event_age)
    age = defaults.MAX_EVENT_AGE if given is None else given
    known_retries = retry_attempts_range.high if isinstance(retries, Unknown) else retries
    known_age = event_age_range.high if isinstance(age, Unknown) else age
    needed = derive.attempts_duration(settings.longest, known_retries)
    if max_event_age is not None:
        guard.check(event_age_below_retries, age, needed, retry_attempts=known_retries)
    threshold = settings.alarms.event_age_threshold
    if threshold is not None:
        guard.seconds("alarms.event_age_threshold", threshold)
    return AsyncSettings(
        retry_attempts=attempts,
        max_event_age=defaults.MAX_EVENT_AGE if max_event_age is None else max_event_age.to_seconds(),
        alarm_age=derive.event_age(needed, known_age) if threshold is None else threshold.to_seconds(),
        durable=settings.execution is not None,
    )


def check_failures(
    settings: Settings, on_failure: Destination | None, on_success: Destination | None
) -> FailureDestination:
    """Check the destinations: failed events of a durable function go to a dead-letter queue or topic."""
    guard, durable = settings.guard, settings.execution is not None
    kinds = KINDS["dead_letter_queue" if durable else "on_failure"]
    failures = FailureDestination(guard, on_failure, kinds, settings.removal_policy)
    check_destination(guard, "on_success", on_success, KINDS["on_success"])
    if durable and on_success is not None:
        guard.check(durable_excludes, [DESTINATIONS])
    return failures


def configure_async(
    context: Context,
    settings: AsyncSettings,
    failures: FailureDestination,
    on_success: Destination | None,
) -> lambda_.CfnEventInvokeConfig:
    """Configure the alias, and let the execution role write to the destinations.

    An L1 resource: the L2 construct lets each destination add its own permissions to the role, and accepts
    every kind. A durable function has a dead-letter queue instead.
    """
    failures.allow(context)
    destinations = {"onFailure": {"destination": failures.target}}
    if settings.durable:
        resource = cast(lambda_.CfnFunction, ask(context.scope, "node").default_child)
        resource.dead_letter_config = resource.DeadLetterConfigProperty(target_arn=failures.target)
    if on_success is not None:
        destinations["onSuccess"] = {"destination": allow_delivery(context, on_success)}
    config = make(
        lambda_.CfnEventInvokeConfig,
        context.scope,
        "Async",
        function_name=context.function_name,
        qualifier=defaults.ALIAS_NAME,
        maximum_retry_attempts=settings.retry_attempts,
        maximum_event_age_in_seconds=settings.max_event_age,
        destination_config=None if settings.durable else destinations,
    )
    if settings.durable:
        acknowledgements.acknowledge(config, acknowledgements.DURABLE_FAILURES)
    config.node.add_dependency(context.alias)  # the qualifier is the name of the alias, not a reference to it
    context.role.must_precede(config)
    return config


def watch_async(context: Context, settings: AsyncSettings, failures: FailureDestination) -> None:
    """Watch the events that Lambda queues for all versions of the function: only the alias is invoked."""
    alarms, options = context.alarms, context.alarms.options
    dimensions = {"FunctionName": context.function_name}
    failed = "DeadLetterErrors" if settings.durable else "DestinationDeliveryFailures"
    if options.has("dropped_events"):
        alarms.add(
            "DroppedEventsAlarm",
            alarms.metric(LAMBDA, "AsyncEventsDropped", dimensions),
            1,
            "Lambda discarded events, too old or with every attempt failed: inspect the failure destination",
        )
    if options.has("delivery_failures"):
        alarms.add(
            "DeliveryFailuresAlarm",
            alarms.metric(LAMBDA, failed, dimensions),
            1,
            "Failed events are lost, Lambda could not deliver them to the destination: check its permissions",
        )
    if options.has("event_age"):
        alarms.add(
            "EventAgeAlarm",
            alarms.in_seconds(alarms.metric(LAMBDA, "AsyncEventAge", dimensions, "Maximum")),
            settings.alarm_age,
            "Events wait longer than their retries take: check whether Lambda throttles the function",
        )
    if options.has("dead_letters") and failures.queue is not None:
        alarms.add_dead_letters(failures.queue)
