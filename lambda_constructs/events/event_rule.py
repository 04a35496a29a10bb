"""An Amazon EventBridge rule as trigger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_events as events
from aws_cdk.interfaces import aws_events as interfaces

from ..core.cdk_objects import ask, make
from ..core.context import Context
from ..core.failure_destination import FailureDestination, check_sender, let_service_send
from ..core.guard import Guard, is_json, plain
from ..core.location import location, own_location
from ..core.permissions import let_invoke
from ..core.stack_resources import StackResources
from ..rules.event import event_pattern_empty
from ..rules.event_pattern import FIELDS, event_pattern_form, event_pattern_length, pattern_length
from ..rules.event_rule import rule_description_length
from ..rules.options import option_type
from ..rules.ranges_events import target_event_age_range, target_retries_range
from ..rules.recursion import OF_EVERY_EVENT
from .source import EventSource
from .trigger_name import check_name


@dataclass(frozen=True, kw_only=True)
class EventRule(EventSource):
    """Handle the events of an EventBridge bus that match a pattern.

    EventBridge sends events that it cannot deliver to the failure queue: if it lacks the permission to invoke
    the function, or if Lambda throttles the function for too long.

    Args:
        pattern: Pattern of the events.
        bus: The bus. Default: the account's default bus, which has the events of AWS services
        delivery_retry_attempts: Retries of EventBridge to deliver an event; 0 to 185. Default: 185,
            EventBridge's own
        max_delivery_age: How long EventBridge tries to deliver an event; 60 seconds to 24 hours. Default: 24
            hours, EventBridge's own
        input: What the function gets instead of the event: `RuleTargetInput.from_event_path("$.detail")`, or
            `.from_object(...)` with values of `EventField.from_path(...)`. The failure queue keeps the event
            itself. Default: the event
        rule_name: Name of the rule, at most 64 letters, digits and `._-`. Default: a generated name
        description: Description of the rule, at most 512 characters. Default: none
        enabled: Whether the rule is enabled. Default: True
    """

    pattern: events.EventPattern
    bus: events.EventBus | events.IEventBus | None = None
    delivery_retry_attempts: int | None = None
    max_delivery_age: cdk.Duration | None = None
    input: events.RuleTargetInput | None = None
    rule_name: str | None = None
    description: str | None = None
    enabled: bool | None = None

    def check(self, guard: Guard, failures: FailureDestination) -> None:
        """Check the pattern and how long EventBridge tries to deliver."""
        pattern = {}
        for field, value in self._fields().items():
            if not is_json(value):
                expected = "lists and mappings of JSON values"
                guard.refuse(option_type, f"source.pattern.{_option(field)}", repr(value), expected)
            pattern[field] = plain(value)
        guard.check(event_pattern_empty, len(pattern))
        guard.check(event_pattern_form, pattern)
        guard.check(event_pattern_length, pattern_length(pattern))
        guard.within(target_retries_range, self.delivery_retry_attempts)
        guard.within(target_event_age_range, self.max_delivery_age)
        if self.rule_name is not None:
            bus = "" if self.bus is None else self.bus.event_bus_name
            check_name(guard, "source.rule_name", self.rule_name, "rule", bus)
        if self.description is not None:
            guard.check(rule_description_length, guard.text(self.description))
        check_sender(guard, "EventBridge", failures.queue)

    def connect(self, context: Context, failures: FailureDestination) -> events.Rule:
        """Create the rule with the alias as its target."""
        queue = failures.create_queue()
        rule = make(
            events.Rule,
            context.scope,
            "Rule",
            event_bus=self.bus,
            event_pattern=self.pattern,
            rule_name=self.rule_name,
            description=self.description,
            enabled=self.enabled is not False,
            targets=[_AliasTarget(context, self, ask(queue, "queue_arn"))],
        )
        region = "" if self.bus is None else location("IEventBus", self.bus)[0]
        if self.bus is not None and region not in ("", own_location(context.guard.scope)[0]):
            # The stack does not tell its region; by its name the bus would be one of the stack's region.
            resource = cast(events.CfnRule, ask(rule, "node").default_child)
            resource.event_bus_name = self.bus.event_bus_arn
        let_invoke(context, "events.amazonaws.com", ask(rule, "rule_arn"))
        # The policy of a queue of another stack cannot refer to the rule, which refers to the queue.
        other = ask(queue, "stack") is not context.stack.stack
        source_arn = context.stack.arn("events", "rule", "*") if other else ask(rule, "rule_arn")
        let_service_send(context, queue, "events.amazonaws.com", source_arn)
        return rule

    def loop(self, context: Context) -> tuple[str, str] | None:
        """Putting events on the same bus; None if the rule filters: functions of one bus put other events."""
        if not self._fields().keys() <= OF_EVERY_EVENT:
            return None
        if self.bus is not None:
            return "events:PutEvents", self.bus.event_bus_arn
        return "events:PutEvents", context.stack.once("DefaultBus", _default_bus_arn)

    def _fields(self) -> dict[str, object]:
        """The fields of events that the pattern filters by."""
        values = {field: getattr(self.pattern, _option(field), None) for field in sorted(FIELDS)}
        return {field: value for field, value in values.items() if value is not None}


def _option(field: str) -> str:
    """The option of CDK's pattern for a field."""
    return field.replace("-", "_")


def _default_bus_arn(stack: StackResources, _: str) -> str:
    return stack.arn("events", "event-bus", "default")


@jsii.implements(events.IRuleTarget)
class _AliasTarget:
    """The alias as target; CDK's own target would add a permission without the account."""

    def __init__(self, context: Context, source: EventRule, queue_arn: str) -> None:
        self._context, self._source, self._queue_arn = context, source, queue_arn

    def bind(self, rule: interfaces.IRuleRef, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002, ARG002
        target = events.CfnRule
        age, policy = self._source.max_delivery_age, None
        if age is not None or self._source.delivery_retry_attempts is not None:
            policy = target.RetryPolicyProperty(
                maximum_event_age_in_seconds=None if age is None else age.to_seconds(),
                maximum_retry_attempts=self._source.delivery_retry_attempts,
            )
        return events.RuleTargetConfig(
            arn=self._context.alias_arn,
            dead_letter_config=target.DeadLetterConfigProperty(arn=self._queue_arn),
            input=self._source.input,
            retry_policy=policy,
            target_resource=self._context.alias,
        )
