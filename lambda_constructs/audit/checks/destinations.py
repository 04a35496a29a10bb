"""Where events go that succeeded or failed: whether Lambda can deliver there, and whether it ends there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...rules.destinations import destination_fifo, destination_kind, destination_loop
from ...template.targets import FUNCTION, QUEUE, TOPIC, function_of
from ...template.template import Resource, Template
from ...template.triggers import NOTIFICATION, SUBSCRIPTION, triggers_by_function
from ...template.values import Reference, Text, Value
from ..findings import Findings
from .asynchronous import configs

BUCKET: Final = "AWS::S3::Bucket"
_ARN_SEGMENTS: Final = 5
_TYPES: Final = {
    QUEUE: "queue",
    TOPIC: "topic",
    FUNCTION: "function",
    "AWS::Lambda::Alias": "function",
    "AWS::Lambda::Version": "function",
    "AWS::Events::EventBus": "event bus",
    BUCKET: "bucket",
}
_SERVICES: Final = {
    "sqs": "queue",
    "sns": "topic",
    "lambda": "function",
    "events": "event bus",
    "s3": "bucket",
}
_LOCATIONS: Final = {
    "on-success destination": "DestinationConfig/OnSuccess/Destination",
    "on-failure destination": "DestinationConfig/OnFailure/Destination",
    "dead-letter queue": "DeadLetterConfig/TargetArn",
}
_KINDS: Final = {
    "on-success destination": ("queue", "topic", "function", "event bus"),
    "on-failure destination": ("queue", "topic", "function", "event bus", "bucket"),
    "dead-letter queue": ("queue", "topic"),
}
_FIFO: Final = {QUEUE: "FifoQueue", TOPIC: "FifoTopic"}


def check(findings: Findings) -> None:
    """Check the destinations of asynchronous invocations, and the dead-letter queues of functions."""
    for config, target in configs(findings.template):
        _check_destinations(findings, config, target.function)
    for function in findings.template.of_type(FUNCTION):
        _check_destinations(findings, function, function)


def _check_destinations(findings: Findings, resource: Resource, function: Resource) -> None:
    for option, location in _LOCATIONS.items():
        destination = resource.get(*location.split("/"))
        if destination is None:
            continue
        named = findings.template.referred(destination)
        about = [each for each in (function, named) if each is not None and each is not resource]
        kind = _kind(named, destination)
        if kind is not None:
            findings.check(destination_kind, resource, location, option, kind, _KINDS[option], about=about)
        fifo = _is_fifo(named, destination)
        findings.check(destination_fifo, resource, location, option, fifo=fifo, about=about)
        own = _invokes(findings.template, named, destination, function)
        findings.check(destination_loop, resource, location, option, own=own, about=about)


def _kind(named: Resource | None, destination: Value) -> str | None:
    """What it is, in words; None if that is not known."""
    if named is not None:
        return _TYPES.get(named.type, named.type)
    # The service of an ARN, if it is written out.
    parts = destination.parts if isinstance(destination, Text) else (destination,)
    segments = "".join(part if isinstance(part, str) else "?" for part in parts).split(":")
    if len(segments) <= _ARN_SEGMENTS or segments[0] != "arn" or "?" in segments[2]:
        return None
    return _SERVICES.get(segments[2], segments[2])


def _is_fifo(named: Resource | None, destination: Value) -> Value:
    if named is not None:
        return named.flag(_FIFO[named.type]) if named.type in _FIFO else False
    last = destination.parts[-1] if isinstance(destination, Text) else destination
    return isinstance(last, str) and last.endswith(".fifo")


def _invokes(template: Template, named: Resource | None, destination: Value, function: Resource) -> bool:
    """Whether what goes there invokes the function, asynchronously again."""
    target = function_of(template, destination)
    if target is not None:
        return target.function is function
    return named is not None and named.id in set(_sources(template, function))


def _sources(template: Template, function: Resource) -> Iterator[str]:
    """The topics and buckets that invoke a function with everything they get, by their logical ids."""
    for trigger in triggers_by_function(template).get(function.id, ()):
        filtered = trigger.get("Filter") is not None or trigger.get("FilterPolicy") is not None
        if filtered or trigger.name not in (NOTIFICATION, SUBSCRIPTION):
            continue
        if trigger.resource.type in (TOPIC, BUCKET):
            yield trigger.resource.id
        for name in ("TopicArn", "BucketName"):
            source = trigger.resource.get(name)
            if isinstance(source, Reference):
                yield source.resource
