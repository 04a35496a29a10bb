"""SNS's subscriptions of functions: their permission, and the subscription's dead-letter queue.

A missing permission and a missing function are errors of the client: SNS does not try again, and moves
the message to the queue in the subscription's `RedrivePolicy`, or drops it. ministack keeps the policy
and does neither. Filter policies are ministack's own.

The queue gets what the function would have got as `Sns`; AWS's documentation names no attributes, so
there are none. Metrics: `NumberOfNotificationsFailed`, `NumberOfNotificationsRedrivenToDlq` and
`NumberOfNotificationsFailedToRedriveToDlq` by `TopicName`.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

import contextvars
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError
from ..sqs import dead_letter_queues

Document = Mapping[str, Any]
Result = dict[str, Any]

_lambda = hooks.module("services.lambda_svc")
_sns = hooks.module("services.sns")
_topics: Any = hooks.attribute(_sns, "_topics")
_record_metric: Callable[..., None] = hooks.attribute(hooks.module("services.cloudwatch"), "record_metric")

_SERVICE: Final = "sns.amazonaws.com"

_pushing: contextvars.ContextVar[bool] = contextvars.ContextVar("pushing", default=False)


def install() -> None:
    """Check permissions, and use dead-letter queues.

    Raises:
        hooks.HookError: ministack delivers notifications in another way now.
    """
    hooks.wrap(_sns, "_deliver_to_lambda", _deliver)
    hooks.wrap(_lambda, "_execute_function_with_config_scope", _queue_what_is_pushed)


def _deliver(
    original: Callable[..., None],
    function_arn: str,
    envelope: str,
    topic_arn: str,
    subscription_arn: str,
    *more: object,
) -> None:
    try:
        deliveries.require(function_arn, _SERVICE, topic_arn)
    except RefusedError:
        _give_up(envelope, topic_arn, subscription_arn)
        return
    token = _pushing.set(True)
    try:
        original(function_arn, envelope, topic_arn, subscription_arn, *more)
    finally:
        _pushing.reset(token)


def _queue_what_is_pushed(
    original: Callable[[Document, object], Result], record: Document, event: object
) -> Result:
    """Queue the event, which the delivery of ministack would run itself."""
    if not _pushing.get():
        return original(record, event)
    _pushing.set(False)
    deliveries.queue(record, _as_delivered(event))
    return {"body": None}


def _as_delivered(event: Any) -> Any:  # noqa: ANN401 - ministack's
    """The event of a function, whose members are not all named as in a message to an HTTP endpoint."""
    for record in event["Records"]:
        notification = record["Sns"]
        subscription = record["EventSubscriptionArn"]
        region = subscription.split(":")[3]
        notification["SigningCertUrl"] = notification.pop("SigningCertURL")
        del notification["UnsubscribeURL"]
        notification["UnsubscribeUrl"] = (
            f"https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
        )
    return event


def _give_up(envelope: str, topic_arn: str, subscription_arn: str) -> None:
    _count(topic_arn, "NumberOfNotificationsFailed")
    dead_letters = _dead_letters(topic_arn, subscription_arn)
    if dead_letters:
        kept = dead_letter_queues.keep(_SERVICE, topic_arn, dead_letters, envelope, {})
        outcome = "RedrivenToDlq" if kept else "FailedToRedriveToDlq"
        _count(topic_arn, f"NumberOfNotifications{outcome}")


def _dead_letters(topic_arn: str, subscription_arn: str) -> str:
    for subscription in (_topics.get(topic_arn) or {}).get("subscriptions", ()):
        if subscription["arn"] == subscription_arn:
            policy = json.loads(subscription.get("attributes", {}).get("RedrivePolicy") or "{}")
            return str(policy.get("deadLetterTargetArn", ""))
    return ""


def _count(topic_arn: str, name: str) -> None:
    topic = topic_arn.rsplit(":", 1)[-1]
    _record_metric("AWS/SNS", name, 1, "Count", {"TopicName": topic})
