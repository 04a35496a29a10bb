"""Alarms on what is read: streams, Kafka topics and the queues of brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from ..core.guard import Guard, Unknown
from ..core.stack_resources import seconds
from ..rules import defaults, derive
from ..rules.kafka import offset_lag_threshold_range
from ..rules.ranges_mapping import record_age_range, source_batch_size
from ..rules.record_age import iterator_age_above_record_age

if TYPE_CHECKING:
    from ..core.alarms import Alarms, AlarmSet


def check_iterator_age(guard: Guard, options: Alarms, max_record_age: int | Unknown) -> float:
    """Check the age that was given; returns the seconds of age at which records are an alarm."""
    # What is no `Alarms` at all is refused with the other options of the function.
    threshold: cdk.Duration | None = getattr(options, "iterator_age_threshold", None)
    if threshold is not None:
        given = guard.seconds("alarms.iterator_age_threshold", threshold)
        guard.check(iterator_age_above_record_age, given, max_record_age)
        return threshold.to_seconds()
    known = record_age_range.high if isinstance(max_record_age, Unknown) else max_record_age
    return derive.iterator_age(known)


def check_offset_lag(guard: Guard, offset_lag_threshold: int | None, batch_size: int) -> int:
    """Check the lag that was given; returns the number of records behind that is an alarm."""
    if offset_lag_threshold is None:
        batch = guard.integer("batch_size", batch_size)
        return derive.offset_lag(source_batch_size.high if isinstance(batch, Unknown) else batch)
    threshold = guard.integer("offset_lag_threshold", offset_lag_threshold)
    guard.check(offset_lag_threshold_range, threshold)
    return offset_lag_threshold


def watch_mapping(
    alarms: AlarmSet,
    options: Alarms,
    mapping: str,
    failure_queue: sqs.IQueue | None,
    *,
    percentage: float,
    name: str,
) -> None:
    """Watch what fails, what got to the failure destination, and what did not even get there.

    What cannot be delivered counts as dropped, what is delivered does not, so no alarm on failed deliveries
    is needed beside.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics

    Args:
        alarms: Where alarms are added.
        options: Which alarms there are to be.
        mapping: The id of the mapping.
        failure_queue: The queue of what failed, if that is where it goes.
        percentage: The share of failing records that is too large, if the options do not say it.
        name: The name by which the deployment group knows the alarm on this share.
    """
    if options.failed_events:
        alarms.add_failed_events(mapping, options.failed_events_percentage or percentage, name)
    if options.dropped_events:
        alarms.add(
            "DroppedEventsAlarm",
            _of_mapping(alarms, "DroppedEventCount", mapping),
            1,
            "Records were given up and are not in the failure destination: they are lost",
        )
    if options.dead_letters and failure_queue is not None:
        alarms.add_dead_letters(failure_queue)
    elif options.dead_letters:
        alarms.add(
            "DeadLettersAlarm",
            _of_mapping(alarms, "OnFailureDestinationDeliveredEventCount", mapping),
            1,
            "Records failed for good: read them in the failure destination, mend the cause",
        )


def watch_iterator_age(alarms: AlarmSet, function_name: str, threshold: float) -> None:
    """Watch how many seconds old records are when they reach the function."""
    age = alarms.metric("AWS/Lambda", "IteratorAge", {"FunctionName": function_name}, "Maximum")
    alarms.add(
        "IteratorAgeAlarm",
        alarms.in_seconds(age),
        threshold,
        "Records wait: the consumer does not keep up or is held up",
    )


def watch_polling(alarms: AlarmSet, mapping: str, threshold: int) -> None:
    """Watch how many records the consumer of a topic is behind, and that it can read at all.

    A consumer that cannot read knows of no lag.
    """
    alarms.add(
        "OffsetLagAlarm",
        _of_mapping(alarms, "MaxOffsetLag", mapping, "Maximum"),
        threshold,
        "A partition lags behind: the consumer does not keep up or is held up",
        periods=defaults.OFFSET_LAG_PERIODS,
    )
    alarms.add(
        "PollingErrorsAlarm",
        _of_mapping(alarms, "PollingErrorCount", mapping),
        1,
        "Lambda cannot read from the brokers: look at network and credentials",
        periods=defaults.OFFSET_LAG_PERIODS,
    )


def watch_invocations(
    alarms: AlarmSet, options: Alarms, function_name: str, *, percentage: float, name: str
) -> None:
    """Watch the share of invocations that fail, where a mapping has no metrics of its own.

    Without partial responses every failure is one of the invocation.
    """
    dimensions = {"FunctionName": function_name}
    share = cloudwatch.MathExpression(
        expression="100*failed/invoked",
        using_metrics={
            "failed": alarms.metric("AWS/Lambda", "Errors", dimensions),
            "invoked": alarms.metric("AWS/Lambda", "Invocations", dimensions),
        },
        period=seconds(defaults.ALARM_PERIOD),
    )
    if options.failed_events:
        alarms.add(
            "FailedEventsAlarm",
            share,
            options.failed_events_percentage or percentage,
            "Too large a share of the batches fails",
            name=name,
        )


def _of_mapping(alarms: AlarmSet, name: str, mapping: str, statistic: str = "Sum") -> cloudwatch.Metric:
    return alarms.metric("AWS/Lambda", name, {"EventSourceMappingUUID": mapping}, statistic)
