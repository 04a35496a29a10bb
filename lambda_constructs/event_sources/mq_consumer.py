"""MqConsumer: a function that processes the messages of an Amazon MQ queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Unpack

import aws_cdk as cdk
from constructs import Construct

from ..core import acknowledgements
from ..core.construction import checked
from ..core.execution_role import Statement
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import Settings, resolve
from ..rules import defaults
from ..rules.mapping import source_timeout
from ..template.features import EVENT_SOURCE_MAPPING
from .access import describe_network, network_statements, secret_statements
from .alarms import check_no_threshold, watch_failed_invocations
from .mapping import MappingOptions, MappingSource, create_mapping
from .mapping_checks import check_batches
from .mq import (
    ActiveMqBroker,
    RabbitMqBroker,
    broker_access,
    broker_arn,
    check_broker,
    check_reader,
    watch_broker,
)


class MqConsumer(ProductionFunction):
    """Process a queue of an Amazon MQ broker, which keeps messages that fail.

    Creates what `ProductionFunction` creates, an event source mapping from the queue to the alias, and alarms
    on failing batches, on dead letters, and on messages that wait while the consumer processes none.

    Amazon MQ does not support on-failure destinations or partial batch responses: if the function raises an
    error, the whole batch goes back to the broker. ActiveMQ moves a message to its dead-letter queue after
    six redeliveries; RabbitMQ delivers it until it expires, unless its queue has a delivery limit and a
    dead-letter exchange.

    Args:
        broker: The broker, and the secret that Lambda signs in with.
        queue_name: Name of the queue.
        dead_letter_queue_name: Name of the broker's dead-letter queue, for its alarm; RabbitMQ publishes
            metrics of queues up to version 3 only. Default: ActiveMQ.DLQ with ActiveMQ, none with RabbitMQ
        batch_size: Messages in one invocation; 1 to 10000. Default: 10 (one failed message returns its whole
            batch, and Lambda's own default is 100)
        max_batching_window: How long messages wait for others; up to 300 whole seconds. Once set, you cannot
            return to the default. Default: half a second, Lambda's own
        filters: Patterns of messages to process, created with `FilterCriteria.filter(...)`; Lambda
            acknowledges other messages. At most 5; encrypted with `encryption_key` if you pass one. Default:
            ()
        enabled: Whether the consumer reads; False leaves the messages in the queue. Default: True
        **function: Options of `ProductionFunction`; a timeout of at most 14 minutes.

    Attributes:
        event_source_mapping: The mapping that reads the queue and invokes the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "dead_letters", "message_age")
    _TRIGGER: ClassVar[str] = EVENT_SOURCE_MAPPING
    _NO_DEAD_LETTER_CONFIG = acknowledgements.BROKER_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        broker: ActiveMqBroker | RabbitMqBroker,
        queue_name: str,
        dead_letter_queue_name: str | None = None,
        batch_size: int | None = None,
        max_batching_window: cdk.Duration | None = None,
        filters: Sequence[Mapping[str, object]] | None = None,
        enabled: bool | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function and the mapping."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function)
        check_broker(guard, broker, queue_name, dead_letter_queue_name)
        options = MappingOptions(
            batch_size=defaults.BROKER_BATCH_SIZE if batch_size is None else batch_size,
            max_batching_window=max_batching_window,
            filters=filters or (),
            enabled=enabled is not False,
        )
        if options.enabled:
            check_reader(guard, broker, queue_name)
        check_batches(guard, options, "broker")
        guard.check(source_timeout, settings.duration)
        check_no_threshold(settings, "message_age_threshold", "MqConsumer")
        arn, self._broker = broker_arn(broker), broker
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        describe_network(context, self._network)
        source = MappingSource(arn=arn, queue=queue_name, access=broker_access(broker))
        self.event_source_mapping = create_mapping(context, source, options)
        acknowledgements.acknowledge(self.event_source_mapping, acknowledgements.BROKER_MAPPING)
        watch_failed_invocations(context)
        watch_broker(context, broker, queue_name, dead_letter_queue_name)
        self._describe_source(None, self.event_source_mapping)

    def _create_source(self, stack: StackResources, _: Settings) -> Sequence[Statement]:
        """Lambda reads the broker with the execution role."""
        broker = self._broker
        self._network = network_statements(stack, broker.subnets, broker.security_groups)
        arn, secret = broker_arn(broker), secret_statements(broker.credentials)
        return [(["mq:DescribeBroker"], [arn]), *secret, *self._network]
