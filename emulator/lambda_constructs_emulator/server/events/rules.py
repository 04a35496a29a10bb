"""Rules with a function as target: require its permission, and use the target's dead-letter queue.

An event for a function that does not exist or does not allow the rule is not tried again: it goes to the
queue in the target's `DeadLetterConfig`, with the attributes `RULE_ARN`, `TARGET_ARN`, `ERROR_CODE`,
`ERROR_MESSAGE` and `RETRY_ATTEMPTS`, or is lost. ministack stores the setting without using it.

A target's `RetryPolicy` has no effect here: EventBridge invokes functions asynchronously, which Lambda
always accepts, also for a function that is throttled; what becomes of the event then is decided by the
function's own settings. That the queue gets the whole event, before the target's input transformation,
is chosen; AWS's documentation does not say. Metrics: `FailedInvocations`, `InvocationsSentToDlq` and
`InvocationsFailedToBeSentToDlq` by `RuleName`.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

import contextvars
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError
from ..scheduler import expressions
from ..sqs import dead_letter_queues

Document = Mapping[str, Any]

_events = hooks.module("services.eventbridge")
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")
_view_of: Callable[[Document], Any] = hooks.attribute(_events, "_pattern_event_view")

_SERVICE: Final = "events.amazonaws.com"
_TYPE: Final = "AWS::Events::Rule"


@dataclass(frozen=True)
class _Delivery:
    """The event that is being delivered, with its rule and its target."""

    target: Document
    event: Document
    rule: Document


_current: contextvars.ContextVar[_Delivery] = contextvars.ContextVar("delivery")


def install() -> None:
    """Check permissions, and use dead-letter queues.

    Raises:
        hooks.HookError: ministack delivers events in another way now.
    """
    hooks.wrap(_events, "_invoke_target", _remember)
    hooks.wrap(_events, "_dispatch_to_lambda", _deliver)
    hooks.wrap(_events, "_validate_schedule_expression", lambda _original, text: _is_schedule(text))
    provisioning.wrap(_TYPE, "create", _create)
    provisioning.wrap(_TYPE, "update", _update)


def _is_schedule(text: str) -> bool:
    return not text or expressions.is_rule(text)


def _create(original: Callable[..., Any], logical_id: str, properties: Document, stack: str) -> object:
    _raise_if_refused(properties)
    return original(logical_id, properties, stack)


def _update(
    original: Callable[..., Any], physical_id: str, old: Document, new: Document, *names: str
) -> object:
    _raise_if_refused(new)
    return original(physical_id, old, new, *names)


def _raise_if_refused(properties: Document) -> None:
    if not _is_schedule(properties.get("ScheduleExpression") or ""):
        raise provisioning.refused("Parameter ScheduleExpression is not valid.")


def _remember(
    original: Callable[..., None], target: Document, event: Document, rule: Document, *view: object
) -> None:
    token = _current.set(_Delivery(target, event, rule))
    try:
        original(target, event, rule, *view)
    finally:
        _current.reset(token)


def _deliver(_original: Callable[[str, str], None], function_arn: str, payload: str) -> None:
    delivery = _current.get()
    try:
        deliveries.push(function_arn, _SERVICE, delivery.rule["Arn"], json.loads(payload))
    except RefusedError as reason:
        _give_up(delivery, reason)


def _give_up(delivery: _Delivery, reason: RefusedError) -> None:
    rule = delivery.rule
    _count(rule, "FailedInvocations")
    dead_letters = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
    if not dead_letters:
        return
    attributes = {
        "RULE_ARN": rule["Arn"],
        "TARGET_ARN": delivery.target["Arn"],
        "ERROR_CODE": reason.code,
        "ERROR_MESSAGE": str(reason),
        "RETRY_ATTEMPTS": "0",
    }
    event = json.dumps(_view_of(delivery.event).event_with_detail())
    kept = dead_letter_queues.keep(_SERVICE, rule["Arn"], dead_letters, event, attributes)
    _count(rule, "InvocationsSentToDlq" if kept else "InvocationsFailedToBeSentToDlq")


def _count(rule: Document, name: str) -> None:
    _record_metric("AWS/Events", name, 1, "Count", {"RuleName": rule["Name"]})
