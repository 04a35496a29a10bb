"""KafkaConsumer: a function that reads a topic of Amazon MSK or of self-managed Kafka."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Unpack

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.construction import checked
from ..core.execution_role import Statement
from ..core.failure_destination import Destination, FailureDestination
from ..core.guard import Guard
from ..core.stack_resources import StackResources
from ..function.cdk_members import OTHER_DESTINATION, created
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import Settings, resolve
from ..rules import defaults
from ..rules.mapping import source_timeout
from ..template.features import EVENT_SOURCE_MAPPING
from .access import describe_network, network_statements
from .alarms import check_no_threshold, check_offset_lag, watch_polling, watch_records
from .kafka import (
    KafkaPollers,
    MskCluster,
    SelfManagedKafka,
    check_cluster,
    check_pollers,
    cluster_access,
    cluster_arn,
    cluster_statements,
    describe_brokers,
)
from .mapping import MappingOptions, MappingSource, create_mapping
from .mapping_checks import ON_FAILURE, check_batches, check_position, check_retries


class KafkaConsumer(ProductionFunction):
    """Read a Kafka topic, each partition in order: Lambda discards records that keep failing.

    Creates what `ProductionFunction` creates, an event source mapping from the topic to the alias with event
    metrics, a failure queue, and alarms on records that fail, on partitions with a lag, on brokers that
    Lambda cannot read from, on records that Lambda discards, and on records that are lost.

    With `provisioned_pollers` the function reports which records failed, and Lambda splits failed batches and
    limits retries. Without them Lambda does not support this: it retries a whole batch ten times and then
    sends all of it to `on_failure`.

    Args:
        cluster: The cluster, and how Lambda signs in. A change replaces the mapping, which reads from
            `starting_position`.
        topic_name: Name of the topic. A change replaces the mapping, which reads from `starting_position`.
        consumer_group_id: Consumer group to join, at its current position; other mappings may not use it, and
            it cannot be changed. Default: none, Lambda creates one
        on_failure: Destination of records that failed on every attempt or became too old. A queue or a topic
            receives the position of the records in the partition, a bucket receives the records themselves.
            It replaces a new queue, which is kept with its messages. Default: a new queue, encrypted, TLS
            only, 14 days
        starting_position: Where a new consumer group starts. AWS refuses a change, because it replaces the
            mapping. Default: StartingPosition.TRIM_HORIZON (LATEST misses records that are written while the
            mapping starts)
        starting_position_timestamp: The time to start from with AT_TIMESTAMP; with a time zone, in the past.
            AWS refuses a change, because it replaces the mapping. Default: none
        batch_size: Records in one invocation; 1 to 10000. Default: 100 (Lambda's own)
        max_batching_window: How long records wait for others; up to 300 whole seconds. Once set, you cannot
            return to the default. Default: half a second, Lambda's own
        provisioned_pollers: Pollers that are always running; they cost while idle. Default: none
        bisect_batch_on_error: Whether Lambda splits a failed batch in two and retries each part, to isolate a
            bad record; requires `provisioned_pollers`. Default: True with these
        retry_attempts: Retries after the first attempt; 0 to 10000; requires `provisioned_pollers`. Default:
            3 with these, else Lambda's own 10
        max_record_age: Age at which Lambda discards records, processed or not; 60 seconds to 7 days; requires
            `provisioned_pollers`. Default: none, because the retention of the topic is unknown
        offset_lag_threshold: Lag of a partition, in records, at which the alarm fires after 5 minutes; 1 or
            more. Default: 100 batches
        filters: Patterns of records to process, created with `FilterCriteria.filter(...)`; Lambda skips other
            records. At most 5; encrypted with `encryption_key` if you pass one. Default: ()
        enabled: Whether the consumer reads; False leaves the records in the topic. Default: True
        **function: Options of `ProductionFunction`; a timeout of at most 14 minutes.

    Attributes:
        event_source_mapping: The mapping that reads the topic and invokes the alias.
        failure_queue: The queue of discarded records; not if `on_failure` is another kind of destination.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "dropped_events", "dead_letters", "iterator_age")
    _TRIGGER: ClassVar[str] = EVENT_SOURCE_MAPPING
    _NO_DEAD_LETTER_CONFIG = acknowledgements.STREAM_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        cluster: MskCluster | SelfManagedKafka,
        topic_name: str,
        consumer_group_id: str | None = None,
        on_failure: Destination | None = None,
        starting_position: lambda_.StartingPosition | None = None,
        starting_position_timestamp: datetime | None = None,
        batch_size: int | None = None,
        max_batching_window: cdk.Duration | None = None,
        provisioned_pollers: KafkaPollers | None = None,
        bisect_batch_on_error: bool | None = None,
        retry_attempts: int | None = None,
        max_record_age: cdk.Duration | None = None,
        offset_lag_threshold: int | None = None,
        filters: Sequence[Mapping[str, object]] | None = None,
        enabled: bool | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function, the mapping and the failure queue."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function)
        check_cluster(guard, cluster, topic_name, consumer_group_id)
        self._failures = FailureDestination(guard, on_failure, ON_FAILURE, settings.removal_policy)
        check_pollers(
            guard,
            provisioned_pollers,
            bisect_batch_on_error=bisect_batch_on_error,
            retry_attempts=retry_attempts,
            max_record_age=max_record_age,
        )
        provisioned = provisioned_pollers is not None
        if provisioned and bisect_batch_on_error is None:
            bisect_batch_on_error = True
        if provisioned and retry_attempts is None:
            retry_attempts = defaults.STREAM_RETRY_ATTEMPTS
        position = starting_position or lambda_.StartingPosition.TRIM_HORIZON
        options = MappingOptions(
            batch_size=defaults.STREAM_BATCH_SIZE if batch_size is None else batch_size,
            max_batching_window=max_batching_window,
            filters=filters or (),
            enabled=enabled is not False,
            starting_position=position,
            starting_position_timestamp=starting_position_timestamp,
            bisect_batch_on_error=bisect_batch_on_error,
            retry_attempts=retry_attempts,
            max_record_age=max_record_age,
        )
        check_batches(guard, options, "kafka")
        check_position(guard, position, starting_position_timestamp, by_time=True)
        check_retries(guard, options)
        guard.check(source_timeout, settings.duration)
        check_no_threshold(settings, "iterator_age_threshold", "KafkaConsumer")
        lag = check_offset_lag(guard, offset_lag_threshold, options.batch_size)
        self._cluster = cluster
        self._reading = cluster_statements(cluster, topic_name, consumer_group_id)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        if isinstance(cluster, MskCluster):
            describe_brokers(context, cluster, consumer_group_id)
        if self._network:
            describe_network(context, self._network)
        self._failures.allow(context)
        pollers = provisioned_pollers
        self.event_source_mapping = create_mapping(
            context,
            MappingSource(
                arn=cluster_arn(cluster) if isinstance(cluster, MskCluster) else None,
                bootstrap_servers=() if isinstance(cluster, MskCluster) else cluster.bootstrap_servers,
                topic=topic_name,
                consumer_group_id=consumer_group_id,
                pollers=None if pollers is None else (pollers.least, pollers.maximum, pollers.group_name),
                access=cluster_access(cluster),
                on_failure=self._failures.target,
                partial_responses=provisioned,
                metrics=["EventCount", "ErrorCount", "KafkaMetrics"],
            ),
            options,
        )
        mapping = ask(self.event_source_mapping, "ref")
        watch_records(context, mapping, self._failures.queue)
        watch_polling(context, mapping, lag)
        self._describe_source(self._failures.queue, self.event_source_mapping)

    @property
    def failure_queue(self) -> sqs.IQueue:
        """The failure queue; an AttributeError if `on_failure` is another destination."""
        return created(self._failures.queue, "failure_queue", OTHER_DESTINATION)

    def _create_source(self, stack: StackResources, settings: Settings) -> Sequence[Statement]:
        """Create the failure queue; Lambda writes to it, and reads the cluster, with the execution role."""
        cluster, self._network = self._cluster, list[Statement]()
        if isinstance(cluster, MskCluster) or cluster.subnets:
            self._network = network_statements(stack, cluster.subnets, cluster.security_groups)
        return [
            *self._failures.create(self, settings.encryption_key),
            *self._reading,
            *self._network,
        ]
