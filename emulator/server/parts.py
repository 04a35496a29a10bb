"""The AWS behaviour that the emulator adds to ministack: one module per concern, each with `install()`."""

from typing import Final, Protocol

from emulator.server import (
    alarm_definitions,
    alarms,
    asynchronous,
    autoscaling,
    bucket_notifications,
    codedeploy,
    environments,
    event_rules,
    function_code,
    function_logs,
    function_properties,
    invocations,
    log_subscriptions,
    mail_permissions,
    mapping_metrics,
    mapping_settings,
    mapping_targets,
    queue_metrics,
    receipt_rules,
    redelivery,
    references,
    reserved_concurrency,
    schedules,
    sqs_batches,
    sqs_mapping,
    sqs_polling,
    stream_consumers,
    stream_mapping,
    streams,
    topic_rules,
    topic_subscriptions,
    traffic,
)


class Part(Protocol):
    """A module that adds one behaviour."""

    def install(self) -> None:
        """Hook into ministack; called once, before the server listens."""


PARTS: Final[tuple[Part, ...]] = (
    redelivery,
    environments,
    invocations,
    traffic,
    references,
    function_properties,
    function_code,
    function_logs,
    reserved_concurrency,
    sqs_mapping,
    mapping_settings,
    mapping_metrics,
    mapping_targets,
    sqs_polling,
    sqs_batches,
    alarms,
    alarm_definitions,
    queue_metrics,
    asynchronous,
    event_rules,
    topic_subscriptions,
    bucket_notifications,
    log_subscriptions,
    topic_rules,
    receipt_rules,
    mail_permissions,
    schedules,
    stream_consumers,
    stream_mapping,
    streams,
    codedeploy,
    autoscaling,
)
