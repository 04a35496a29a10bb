"""The AWS behaviour that the emulator adds to ministack: one module per concern, each with `install()`."""

from typing import Final, Protocol

from emulator.server import (
    alarm_definitions,
    alarms,
    asynchronous,
    autoscaling,
    codedeploy,
    event_sources,
    function_logs,
    function_properties,
    invocations,
    mapping_metrics,
    mapping_targets,
    queue_metrics,
    redelivery,
    references,
    reserved_concurrency,
    sqs_batches,
    sqs_mapping,
    sqs_polling,
    stream_mapping,
    streams,
    traffic,
)


class Part(Protocol):
    """A module that adds one behaviour."""

    def install(self) -> None:
        """Hook into ministack; called once, before the server listens."""


PARTS: Final[tuple[Part, ...]] = (
    redelivery,
    invocations,
    traffic,
    references,
    function_properties,
    function_logs,
    reserved_concurrency,
    sqs_mapping,
    mapping_metrics,
    mapping_targets,
    sqs_polling,
    sqs_batches,
    alarms,
    alarm_definitions,
    queue_metrics,
    asynchronous,
    event_sources,
    stream_mapping,
    streams,
    codedeploy,
    autoscaling,
)
