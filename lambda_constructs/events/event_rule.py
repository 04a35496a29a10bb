"""An EventBridge rule as trigger."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
import jsii
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces import aws_events as interfaces
from constructs import Construct

from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..rules.event import event_pattern_empty
from ..rules.ranges_events import target_event_age_range, target_retries_range


@dataclass(frozen=True, kw_only=True)
class EventRule:
    """Handle the events of an EventBridge bus that match a pattern.

    What EventBridge cannot hand over, because it may not invoke the function or the function is throttled
    for too long, goes to the failure queue.

    Args:
        pattern: Which events.
        bus: The bus. Default: the account's default bus, which has the events of AWS services
        retry_attempts: Further attempts of EventBridge to hand an event over; 0 to 185. Default:
            EventBridge's own, 185
        max_event_age: How long EventBridge tries; 60 seconds to 24 hours. Default: EventBridge's own, 24
            hours
        enabled: Whether the rule is on. Default: True
    """

    pattern: events.EventPattern
    bus: events.EventBus | events.IEventBus | None = None
    retry_attempts: int | None = None
    max_event_age: cdk.Duration | None = None
    enabled: bool = True


def check_event_rule(guard: Guard, source: EventRule) -> None:
    """Check the pattern and how long EventBridge tries."""
    guard.instance("source.pattern", source.pattern, events.EventPattern, "an EventPattern(...)")
    guard.check(event_pattern_empty, len(source.pattern._values))
    if source.retry_attempts is not None:
        retries = guard.integer("source.retry_attempts", source.retry_attempts)
        guard.check(target_retries_range, retries)
    if source.max_event_age is not None:
        age = guard.seconds("source.max_event_age", source.max_event_age)
        guard.check(target_event_age_range, age)


def create_event_rule(
    scope: Construct, source: EventRule, alias: lambda_.Alias, queue: sqs.IQueue
) -> events.Rule:
    """Create the rule with the alias as its target, and the queue for what cannot be handed over."""
    rule = events.Rule(
        scope,
        "Rule",
        event_bus=source.bus,
        event_pattern=source.pattern,
        enabled=source.enabled,
        targets=[_AliasTarget(source, alias, queue)],
    )
    let_invoke(scope, alias, service="events.amazonaws.com", source_arn=rule.rule_arn)
    return rule


def event_bus_arn(scope: Construct, source: EventRule) -> str:
    """The ARN of the bus that the rule listens to."""
    if source.bus is not None:
        return source.bus.event_bus_arn
    return cdk.Stack.of(scope).format_arn(service="events", resource="event-bus", resource_name="default")


@jsii.implements(events.IRuleTarget)
class _AliasTarget:
    """The alias as target; CDK's own would add a permission that does not name the account."""

    def __init__(self, source: EventRule, alias: lambda_.Alias, queue: sqs.IQueue) -> None:
        self._source, self._alias, self._queue = source, alias, queue

    def bind(self, rule: interfaces.IRuleRef, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002, ARG002
        target = events.CfnRule
        age = self._source.max_event_age
        policy = None
        if age is not None or self._source.retry_attempts is not None:
            policy = target.RetryPolicyProperty(
                maximum_event_age_in_seconds=None if age is None else age.to_seconds(),
                maximum_retry_attempts=self._source.retry_attempts,
            )
        return events.RuleTargetConfig(
            arn=self._alias.function_arn,
            dead_letter_config=target.DeadLetterConfigProperty(arn=self._queue.queue_arn),
            retry_policy=policy,
            target_resource=self._alias,
        )
