"""EventHandler: something happens, and a function handles it later and for sure."""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias, Unpack, cast

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.failure_destination import (
    Destination,
    allow_delivery,
    as_queue,
    check_destination,
    check_sender,
    create_failure_queue,
    existing,
    let_service_send,
)
from ..core.guard import Guard
from ..core.option_types import checked
from ..core.permissions import INVOKE_PERMISSION
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import timeout_of
from ..rules import defaults
from .asynchronous_settings import check_async, configure_async
from .bucket_notification import (
    BucketNotification,
    check_bucket_notification,
    create_bucket_notification,
    notified_objects,
)
from .event_rule import EventRule, check_event_rule, create_event_rule, event_bus_arn
from .iot_topic_rule import IotTopicRule, check_iot_topic_rule, create_iot_topic_rule
from .log_subscription import LogSubscription, check_log_subscription, create_log_subscription
from .mail_receipt import MailReceipt, check_mail_receipt, create_mail_receipt
from .recursion import NoRecursion
from .topic_subscription import (
    TopicSubscription,
    check_topic_subscription,
    create_topic_subscription,
)

Source: TypeAlias = (
    EventRule | TopicSubscription | BucketNotification | LogSubscription | IotTopicRule | MailReceipt
)
_ON_FAILURE: Final = ("queue", "topic", "bucket", "bus", "function")
_ON_SUCCESS: Final = ("queue", "topic", "bus", "function")


class EventHandler(ProductionFunction):
    """Handle events that nobody waits for: Lambda queues and retries them, and what fails is kept.

    Creates what `ProductionFunction` creates, the trigger with one permission to invoke the alias for this
    one source of this account, retries and destinations on the alias, a queue of what failed, and alarms on
    events that were given up, that could not be delivered to a destination, that wait too long, and that
    lie in the queue.

    Args:
        source: What triggers the function.
        on_failure: Destination of what failed on every attempt or got too old, with the whole event and the
            reason: a queue, topic, event bus, function or bucket. Default: an own queue, encrypted, TLS
            only, 14 days
        on_success: Destination of what succeeded, with the function's answer: a queue, topic, event bus or
            function. Default: none
        retry_attempts: Attempts after the first; 0 to 2. Default: 2 (Lambda's own)
        max_event_age: How long an event may wait for its attempts; 60 seconds to 6 hours. Default: 6 hours,
            Lambda's own
        allow_recursion: Whether the function may write to what triggers it. Lambda then does not stop loops
            either. Default: False
        **function: Options of `ProductionFunction`.

    Attributes:
        trigger: What invokes the alias: the rule, the subscription, the notifications of the bucket.
        failure_queue: The queue of what failed, in the function or on the way to it, unless all of it has
            another destination.
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
        source: Source,
        on_failure: Destination | None = None,
        on_success: Destination | None = None,
        retry_attempts: int = defaults.RETRY_ATTEMPTS,
        max_event_age: cdk.Duration | None = None,
        allow_recursion: bool = False,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function, destinations and trigger."""
        guard = Guard(scope, construct_id)
        check_destination(guard, "on_failure", on_failure, _ON_FAILURE)
        check_destination(guard, "on_success", on_success, _ON_SUCCESS)
        facts = check_async(
            guard,
            retry_attempts=retry_attempts,
            max_event_age=max_event_age,
            timeout=timeout_of(function.get("timeout")),
        )
        _check_source(guard, source, on_failure)
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        self._guard, self._encryption_key = guard, function.get("encryption_key")
        self._failure_queue = as_queue(on_failure)
        self.async_config = configure_async(
            self,
            self.alias,
            retry_attempts=retry_attempts,
            max_event_age=max_event_age,
            on_failure=allow_delivery(self._execution_role, on_failure or self._own_queue()),
            on_success=None if on_success is None else allow_delivery(self._execution_role, on_success),
        )
        self._execution_role.must_precede(self.async_config)
        self.trigger = self._connect(source)
        self.node.find_child(INVOKE_PERMISSION).node.add_dependency(self.async_config)
        if allow_recursion:
            cast(lambda_.CfnFunction, self.function.node.default_child).recursive_loop = "Allow"
        else:
            self._refuse_recursion(source)
        self._alarms.add_asynchronous(
            function.get("alarms", Alarms()),
            self._names["FunctionName"],
            facts.alarm_age,
            self._failure_queue,
        )

    @property
    def failure_queue(self) -> sqs.IQueue:
        """The queue of what failed.

        Raises:
            AttributeError: There is none; `on_failure` is another destination.
        """
        return existing(self._failure_queue)

    def _own_queue(self) -> sqs.IQueue:
        """The queue of what failed; made when something first needs it."""
        if self._failure_queue is None:
            self._failure_queue = create_failure_queue(self, self._encryption_key)
        return self._failure_queue

    def _connect(self, source: Source) -> IConstruct:
        """Let the source invoke the alias, and leave what it cannot hand over in the queue."""
        match source:
            case EventRule():
                queue = self._own_queue()
                rule = create_event_rule(self, source, self.alias, queue)
                let_service_send(self, self._guard, queue, "events.amazonaws.com", rule.rule_arn)
                return rule
            case TopicSubscription():
                queue = self._own_queue()
                let_service_send(self, self._guard, queue, "sns.amazonaws.com", source.topic.topic_arn)
                return create_topic_subscription(self, source, self.alias, queue)
            case BucketNotification():
                return create_bucket_notification(self, source, self.alias)
            case LogSubscription():
                return create_log_subscription(self, source, self.alias)
            case IotTopicRule():
                return create_iot_topic_rule(self, source, self.alias, self._own_queue())
            case MailReceipt():
                return create_mail_receipt(self, source, self.alias, self._path)

    def _refuse_recursion(self, source: Source) -> None:
        """Refuse that the role may write to what triggers the function; mail and things are not seen."""
        match source:
            case EventRule():
                NoRecursion(self, self.role, "events:PutEvents", event_bus_arn(self, source))
            case TopicSubscription():
                NoRecursion(self, self.role, "sns:Publish", source.topic.topic_arn)
            case BucketNotification():
                NoRecursion(self, self.role, "s3:PutObject", notified_objects(source))
            case LogSubscription():
                NoRecursion(self, self.role, "logs:PutLogEvents", source.log_group.log_group_arn)


def _check_source(guard: Guard, source: Source, on_failure: Destination | None) -> None:
    """Check the source's own options, and that it can write to the queue of what it cannot hand over."""
    match source:
        case EventRule():
            check_event_rule(guard, source)
            check_sender(guard, "EventBridge", as_queue(on_failure))
        case TopicSubscription():
            check_topic_subscription(guard, source)
            check_sender(guard, "SNS", as_queue(on_failure))
        case BucketNotification():
            check_bucket_notification(guard, source)
        case LogSubscription():
            check_log_subscription(guard, source)
        case IotTopicRule():
            check_iot_topic_rule(guard, source)
        case MailReceipt():
            check_mail_receipt(guard, source)
        case _:
            guard.refuse_type("source", source, "EventRule(...), BucketNotification(...) or another source")
