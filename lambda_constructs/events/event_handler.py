"""EventHandler: an AWS service sends events, and a function handles them asynchronously."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.construction import adds, checked
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.failure_destination import Destination
from ..core.guard import Guard
from ..core.permissions import INVOKE_PERMISSION
from ..core.stack_resources import StackResources
from ..function.cdk_members import OTHER_DESTINATION, created
from ..function.metrics import MetricOptions
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.recursive_loop import allow_recursive_loop, check_recursive_loop
from ..function.settings import Settings, resolve
from ..rules.event import source_twice
from ..template.features import ASYNCHRONOUS
from .asynchronous_settings import ALARMS, check_async, check_failures, configure_async, watch_async
from .recursion import NoRecursion
from .source import EventSource


class EventHandler(ProductionFunction):
    """Handle asynchronous events: Lambda queues and retries them, and keeps those that fail.

    Creates what `ProductionFunction` creates, the trigger with one permission to invoke the alias only for
    this source in this account, retries and destinations on the alias, a failure queue, and alarms on events
    that Lambda discards, that it cannot deliver to a destination, that wait too long, and that are in the
    failure queue.

    Args:
        source: The source of the events, such as `EventRule(...)` or `BucketNotification(...)`; required.
        on_failure: Destination of events that failed on every attempt or became too old, with the whole event
            and the reason: a queue, topic, event bus, function or bucket. It replaces a new queue, which is
            kept with its messages. Default: a new queue, encrypted, TLS only, 14 days. Of a durable function,
            a queue or a topic: its dead-letter queue
        on_success: Destination of events that succeeded, with the function's response: a queue, topic, event
            bus or function. Default: none
        retry_attempts: Retries after the first attempt; 0 to 2. Default: 2 (Lambda's own)
        max_event_age: How long Lambda keeps an event for its attempts; 60 seconds to 6 hours. Default: 6
            hours, Lambda's own
        allow_recursion: Whether the function may write to its own source. Lambda then does not stop loops
            either. Default: False
        **function: Options of `ProductionFunction`.

    Attributes:
        trigger: The rule, the subscription, the notifications of the bucket that invoke the alias.
        failure_queue: The queue of events that the function failed to process or the source failed to
            deliver; not if all of them have another destination.
        async_config: The settings of the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ALARMS
    _TRIGGER: ClassVar[str] = ASYNCHRONOUS
    _NO_DEAD_LETTER_CONFIG = acknowledgements.ASYNC_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        source: EventSource,
        on_failure: Destination | None = None,
        on_success: Destination | None = None,
        retry_attempts: int | None = None,
        max_event_age: cdk.Duration | None = None,
        allow_recursion: bool | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function, the destinations and the trigger."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function)
        self._failures = failures = check_failures(settings, on_failure, on_success)
        asynchronous = check_async(settings, retry_attempts, max_event_age)
        self._sources, self._allow_recursion = [source], bool(allow_recursion)
        source.check(guard, failures)
        if allow_recursion:
            check_recursive_loop(settings)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        self.async_config = configure_async(context, asynchronous, failures, on_success)
        self.trigger = self._connect(context, source)
        if allow_recursion:
            allow_recursive_loop(self, settings)
        watch_async(context, asynchronous, failures)
        self._describe_source(failures.queue)

    @adds
    def add_source(self, construct_id: str, /, *, source: EventSource) -> IConstruct:
        """Handle the events of another source, with a permission for this source only.

        All sources share the settings of `EventHandler`: retries, destinations, the failure queue and its
        alarm. The check for recursive loops includes each source.

        Args:
            construct_id: The id of the construct that contains the trigger.
            source: The source of the events.

        Returns:
            The rule, the subscription, the notifications of the bucket that invoke the alias.

        Raises:
            ConfigurationError: An option of the source contradicts another or AWS's limits, or the function
                already handles these events; nothing is created.
        """
        guard, handler, failures = Guard(self, construct_id), self._context, self._failures
        guard.check(source_twice, again=any(map(source.repeats, self._sources)))
        source.check(guard, failures)
        context, queue = handler.within(guard, construct_id), failures.queue
        try:
            trigger = self._connect(context, source)
        except BaseException:
            failures.queue = queue
            raise
        guard.report(context.scope)
        if queue is None and failures.queue is not None:
            if handler.alarms.options.has("dead_letters"):
                handler.alarms.add_dead_letters(failures.queue)
            self._describe_source(failures.queue)
        self._sources.append(source)
        return trigger

    def _connect(self, context: Context, source: EventSource) -> IConstruct:
        """Let a source invoke the alias, once the alias keeps failed events."""
        trigger = source.connect(context, self._failures)
        ask(context.alias, INVOKE_PERMISSION).node.add_dependency(self.async_config)
        if not self._allow_recursion and (loop := source.loop(context)) is not None:
            NoRecursion(context.scope, self.role, *loop)
        return trigger

    @property
    def failure_queue(self) -> sqs.IQueue:
        """The failure queue; an AttributeError if `on_failure` is another destination."""
        return created(self._failures.queue, "failure_queue", OTHER_DESTINATION)

    def metric_event_age(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Age of events when the function receives them; by default the maximum over 5 minutes."""
        return self._function_metric("AsyncEventAge", options)

    def _create_source(self, _: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the failure queue; Lambda writes to it with the execution role."""
        return self._failures.create(self, settings.encryption_key)
