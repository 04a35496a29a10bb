"""Alarms on event sources: streams, Kafka topics and queues."""

from __future__ import annotations

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs

from ..core.alarm_set import LAMBDA
from ..core.alarms import Alarms
from ..core.context import Context
from ..core.guard import Guard
from ..function.settings import Settings
from ..rules import defaults, derive
from ..rules.alarm import alarm_not_available
from ..rules.kafka import offset_lag_threshold_range
from ..rules.ranges_mapping import record_age_range, source_batch_size
from ..rules.record_age import iterator_age_above_record_age
from ..template.values import Unknown


def check_no_threshold(settings: Settings, threshold: str, workload: str) -> None:
    """Check that a threshold is not set, of an alarm that compares with something else in this workload."""
    if "alarms" not in settings.shared:
        available = getattr(settings.alarms, threshold) is None
        settings.guard.check(alarm_not_available, threshold, workload, available=available)


def check_iterator_age(guard: Guard, options: Alarms, max_record_age: int | Unknown) -> float:
    """Check the threshold; returns the age of records in seconds at which the alarm fires."""
    threshold: cdk.Duration | None = options.iterator_age_threshold
    if threshold is not None:
        given = guard.seconds("alarms.iterator_age_threshold", threshold)
        guard.check(iterator_age_above_record_age, given, max_record_age)
        return threshold.to_seconds()
    known = record_age_range.high if isinstance(max_record_age, Unknown) else max_record_age
    return derive.iterator_age(known)


def check_offset_lag(guard: Guard, threshold: int | None, batch_size: int) -> int:
    """Check the threshold; returns the lag in records at which the alarm fires."""
    if threshold is None:
        batch = guard.integer(batch_size)
        return derive.offset_lag(source_batch_size.high if isinstance(batch, Unknown) else batch)
    guard.check(offset_lag_threshold_range, guard.integer(threshold))
    return threshold


def watch_failed_events(context: Context, mapping: str) -> None:
    """Watch the share of failing events of a mapping.

    With partial batch responses `Errors` stays 0 while events fail. The metric belongs to the mapping, not to
    a version, so the threshold is below the canary's share. The mapping depends on the alias and the alias on
    its deployment group, so the group refers to the alarm by name.
    """
    dimensions = {"EventSourceMappingUUID": mapping}
    _watch_share(context, dimensions, "FailedInvokeEventCount", "InvokedEventCount", "events")


def watch_failed_invocations(context: Context) -> None:
    """Watch the share of failing invocations, for a mapping without its own metrics.

    Without partial batch responses, the whole invocation fails.
    """
    dimensions = {"FunctionName": context.function_name}
    _watch_share(context, dimensions, "Errors", "Invocations", "batches")


def _watch_share(
    context: Context, dimensions: Mapping[str, str], failed: str, invoked: str, counted: str
) -> None:
    """Watch the share of the `counted` things that fail, by two metrics of Lambda."""
    alarms = context.alarms
    if alarms.options.has("failed_events"):
        share = alarms.math(
            "100*failed/invoked",
            failed=alarms.metric(LAMBDA, failed, dimensions),
            invoked=alarms.metric(LAMBDA, invoked, dimensions),
        )
        alarms.add(
            "FailedEventsAlarm",
            share,
            context.failed_events_percentage,
            f"The share of failing {counted} is too large: read the log of the function",
            name=context.failed_events_name,
        )


def watch_records(context: Context, mapping: str, failure_queue: sqs.IQueue | None) -> None:
    """Watch records that fail, that are sent to the failure destination, and that are lost.

    A record that Lambda cannot deliver to the destination counts as dropped, so failed deliveries need no
    alarm. The failure queue is None if the destination is something else.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
    """
    alarms, options = context.alarms, context.alarms.options
    watch_failed_events(context, mapping)
    if options.has("dropped_events"):
        alarms.add(
            "DroppedEventsAlarm",
            alarms.mapping_metric("DroppedEventCount", mapping),
            1,
            "Records are lost, Lambda could not deliver them to the failure destination: check its policy",
        )
    if options.has("dead_letters") and failure_queue is not None:
        alarms.add_dead_letters(failure_queue)
    elif options.has("dead_letters"):
        alarms.add(
            "DeadLettersAlarm",
            alarms.mapping_metric("OnFailureDestinationDeliveredEventCount", mapping),
            1,
            "Records are in the failure destination: inspect them, fix the cause",
        )


def watch_iterator_age(context: Context, threshold: float) -> None:
    """Watch the age of records when the function receives them."""
    alarms = context.alarms
    age = alarms.metric(LAMBDA, "IteratorAge", {"FunctionName": context.function_name}, "Maximum")
    if alarms.options.has("iterator_age"):
        alarms.add(
            "IteratorAgeAlarm",
            alarms.in_seconds(age),
            threshold,
            "Records wait: raise the concurrency, or find the bad record that blocks its shard",
        )


def watch_polling(context: Context, mapping: str, threshold: int) -> None:
    """Watch the lag of the consumer of a topic, and whether it can read.

    A consumer that cannot read reports no lag.
    """
    alarms = context.alarms
    if not alarms.options.has("iterator_age"):
        return
    alarms.add(
        "OffsetLagAlarm",
        alarms.mapping_metric("MaxOffsetLag", mapping, "Maximum"),
        threshold,
        "A partition has a lag: raise the concurrency, or find the bad record that blocks the partition",
        periods=defaults.OFFSET_LAG_PERIODS,
    )
    alarms.add(
        "PollingErrorsAlarm",
        alarms.mapping_metric("PollingErrorCount", mapping),
        1,
        "Lambda cannot read from the brokers: check the network and the credentials",
        periods=defaults.OFFSET_LAG_PERIODS,
    )
