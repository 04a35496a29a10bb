"""MqConsumer: a queue of an Amazon MQ broker, and the function that works it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Unpack

import aws_cdk as cdk
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.execution_role import source_vpc_policy
from ..core.guard import Guard
from ..core.option_types import checked
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import timeout_of
from ..rules import defaults, derive
from .access import allow_broker_network, allow_secret, check_secret
from .alarms import watch_invocations
from .mapping import (
    Source,
    SourceOptions,
    check_batches,
    check_timeout,
    create_source_mapping,
)
from .mq import (
    ActiveMqBroker,
    RabbitMqBroker,
    broker_access,
    check_broker,
    watch_broker,
)


class MqConsumer(ProductionFunction):
    """Work off a queue of an Amazon MQ broker, which keeps what the function fails on.

    Creates what `ProductionFunction` creates, a mapping of the queue to the alias, and alarms on failing
    batches, on dead letters, and on messages that wait while none is worked off.

    Amazon MQ has no on-failure destination and no partial responses: if the function raises, the whole batch
    goes back to the broker. ActiveMQ moves a message to its dead-letter queue after six redeliveries;
    RabbitMQ delivers it until it expires, unless its queue has a delivery limit and a dead-letter exchange.

    Args:
        broker: The broker, and the secret that Lambda signs in with.
        queue: Name of the queue.
        dead_letter_queue: Name of the broker's queue of dead letters, to watch it; RabbitMQ publishes metrics
            of queues up to version 3 only. Default: ActiveMQ.DLQ with ActiveMQ, none with RabbitMQ
        batch_size: Messages in one invocation; 1 to 10000. Default: 10 (a message that fails takes its batch
            along, and Lambda's own is 100)
        max_batching_window: How long messages wait for others; up to 300 seconds, whole ones, and there is no
            way back to the default. Default: half a second, Lambda's own
        filters: Patterns of messages to take, as `FilterCriteria.filter(...)` makes them; the rest is
            acknowledged. At most 5; encrypted if there is an `encryption_key`. Default: ()
        enabled: Whether the consumer takes messages; False leaves them in the queue. Default: True
        **function: Options of `ProductionFunction`; a timeout of at most 14 minutes.

    Attributes:
        event_source_mapping: What reads the queue and invokes the alias.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NAMED_ALARMS: ClassVar[Mapping[str, str]] = {"failed_events": "FailedEvents"}
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.BROKER_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        broker: ActiveMqBroker | RabbitMqBroker,
        queue: str,
        dead_letter_queue: str | None = None,
        batch_size: int = defaults.BROKER_BATCH_SIZE,
        max_batching_window: cdk.Duration | None = None,
        filters: Sequence[Mapping[str, object]] = (),
        enabled: bool = True,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function and mapping."""
        guard = Guard(scope, construct_id)
        check_broker(guard, broker, queue, dead_letter_queue)
        check_secret(guard, "broker.credentials", broker.credentials)
        options = SourceOptions(
            batch_size=batch_size,
            max_batching_window=max_batching_window,
            filters=filters,
            enabled=enabled,
        )
        check_batches(guard, options)
        check_timeout(guard, timeout_of(function.get("timeout")))
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        role = self._execution_role
        role.allow(["mq:DescribeBroker"], [broker.broker_arn])
        allow_secret(role, broker.credentials)
        allow_broker_network(role, broker.subnets, broker.security_groups)
        role.attach(source_vpc_policy(self._shared))
        self.event_source_mapping = create_source_mapping(
            self,
            guard,
            self.alias,
            Source(arn=broker.broker_arn, queue=queue, access=broker_access(broker)),
            options=options,
            key=function.get("encryption_key"),
        )
        acknowledgements.acknowledge(
            self.event_source_mapping,
            acknowledgements.BROKER_MAPPING,
            acknowledgements.MAPPING_WITHOUT_DESTINATION,
        )
        role.must_precede(self.event_source_mapping)
        alarms = function.get("alarms", Alarms())
        watch_invocations(
            self._alarms,
            alarms,
            self._names["FunctionName"],
            percentage=derive.failed_events_percentage(self._rollout_plan),
            name=self._alarm_name("FailedEvents"),
        )
        watch_broker(self._alarms, alarms, broker, queue, dead_letter_queue)
