"""Asynchronous invocation: retries, age and destinations, on the alias and nowhere else.

Lambda keeps these settings per function, version and alias. Set on the function they would not hold for
what invokes its alias, and a dead-letter queue of the function is frozen into each version.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
"""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.guard import Guard, Unknown
from ..rules import defaults, derive
from ..rules.asynchronous import event_age_below_retries
from ..rules.ranges import timeout_range
from ..rules.ranges_events import event_age_range, retry_attempts_range


@dataclass(frozen=True, kw_only=True)
class AsyncFacts:
    """Asynchronous invocation in plain values.

    Attributes:
        retry_attempts: Attempts after the first.
        max_event_age: Seconds after which an event is given up.
        alarm_age: Seconds of age at which an event is an alarm.
    """

    retry_attempts: int
    max_event_age: int
    alarm_age: int


def check_async(
    guard: Guard, *, retry_attempts: int, max_event_age: cdk.Duration | None, timeout: cdk.Duration | None
) -> AsyncFacts:
    """Check retries and age, also against each other; Lambda's maxima for what is unknown."""
    retries = guard.integer("retry_attempts", retry_attempts)
    guard.check(retry_attempts_range, retries)
    age: int | Unknown = defaults.MAX_EVENT_AGE
    if max_event_age is not None:
        age = guard.seconds("max_event_age", max_event_age)
        guard.check(event_age_range, age)
    duration: int | Unknown = defaults.TIMEOUT if timeout is None else guard.seconds("timeout", timeout)
    known_retries = retry_attempts_range.high if isinstance(retries, Unknown) else retries
    known_age = event_age_range.high if isinstance(age, Unknown) else age
    known_duration = timeout_range.high if isinstance(duration, Unknown) else duration
    needed = derive.attempts_duration(known_duration, known_retries)
    if max_event_age is not None:
        guard.check(event_age_below_retries, age, needed, retry_attempts=known_retries)
    return AsyncFacts(
        retry_attempts=known_retries,
        max_event_age=known_age,
        alarm_age=derive.event_age(needed, known_age),
    )


def configure_async(
    scope: Construct,
    alias: lambda_.Alias,
    *,
    retry_attempts: int,
    max_event_age: cdk.Duration | None,
    on_failure: str,
    on_success: str | None,
) -> lambda_.CfnEventInvokeConfig:
    """Configure the alias; the destinations are ARNs.

    An L1 resource: the L2 would let each destination widen the role by itself, and refuses no kind.
    """
    config = lambda_.CfnEventInvokeConfig
    created = config(
        scope,
        "Async",
        function_name=alias.lambda_.function_name,
        qualifier=alias.alias_name,
        maximum_retry_attempts=retry_attempts,
        maximum_event_age_in_seconds=(
            defaults.MAX_EVENT_AGE if max_event_age is None else max_event_age.to_seconds()
        ),
        destination_config=config.DestinationConfigProperty(
            on_failure=config.OnFailureProperty(destination=on_failure),
            on_success=None if on_success is None else config.OnSuccessProperty(destination=on_success),
        ),
    )
    created.node.add_dependency(alias)  # the qualifier is its name, and no reference to it
    return created
