"""Event source mappings with their source and their function."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from .targets import QUEUE, STREAM, TABLE, Target, function_of, pieces, resource_of, service_of
from .template import Resource, Template
from .values import Unknown, flat, is_known
from .views import view

MAPPING: Final = "AWS::Lambda::EventSourceMapping"

SourceKind: TypeAlias = Literal[
    "queue", "kinesis", "table", "stream", "kafka", "broker", "documentdb", "other"
]
"""The kind of a source: `stream` is a DynamoDB stream or a Kinesis stream, `other` is not known."""

STREAMS: Final[tuple[SourceKind, ...]] = ("kinesis", "table", "stream")
"""Sources with shards: Kinesis streams and tables."""

_TYPES: Final[Mapping[str, SourceKind]] = {
    QUEUE: "queue",
    STREAM: "kinesis",
    "AWS::Kinesis::StreamConsumer": "kinesis",
    TABLE: "table",
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::MSK::Cluster": "kafka",
    "AWS::MSK::ServerlessCluster": "kafka",
    "AWS::AmazonMQ::Broker": "broker",
    "AWS::DocDB::DBCluster": "documentdb",
}
_SERVICES: Final[Mapping[str, SourceKind]] = {
    "sqs": "queue",
    "kinesis": "kinesis",
    "dynamodb": "table",
    "kafka": "kafka",
    "mq": "broker",
    "rds": "documentdb",  # the ARNs of DocumentDB clusters name this service
}
# Properties that only one kind of mapping has; the first one that is set decides.
_PROPERTIES: Final[Mapping[str, SourceKind]] = {
    "SelfManagedEventSource": "kafka",
    "AmazonManagedKafkaEventSourceConfig": "kafka",
    "Topics": "kafka",
    "Queues": "broker",
    "DocumentDBEventSourceConfig": "documentdb",
    "ScalingConfig": "queue",
    "StartingPosition": "stream",
}


@dataclass(frozen=True)
class Consumer:
    """A mapping with its source and its target."""

    mapping: Resource
    kind: SourceKind  # the kind of its source
    source: Resource | None  # the queue or stream, if the template has it
    target: Target | None  # the function that it invokes, if the template has it

    @property
    def idle(self) -> bool:
        """Whether it is disabled, or may be."""
        return self.mapping.flag("Enabled", default=True) is not True

    @property
    def reads_stream(self) -> bool:
        """Whether it reads shards of a Kinesis stream or a DynamoDB stream."""
        return self.kind in STREAMS

    @property
    def response_types(self) -> list[str] | Unknown:
        """The response types of the function; unknown if the template does not contain all of them."""
        found = self.mapping.get("FunctionResponseTypes")
        if found is None or (isinstance(found, list) and is_known(found)):
            return [str(each) for each in found or ()]
        return Unknown("the response types")

    def of_function(self, *names: str, default: int) -> int | Unknown:
        """A number from the function's properties; unknown if the function is not in the template."""
        if self.target is None:
            return Unknown("the function")
        return self.target.function.integer(*names, default=default)


@view
def consumers(template: Template) -> list[Consumer]:
    """The mappings of a template."""
    return [_consumer(template, mapping) for mapping in template.of_type(MAPPING)]


@view
def read_queues(template: Template) -> Collection[tuple[Resource | None, list[Resource]]]:
    """The queues that mappings read, each with its mappings; the queue is None if the template lacks it."""
    found: dict[str, tuple[Resource | None, list[Resource]]] = {}
    for each in consumers(template):
        if each.kind == "queue" and not each.idle:
            key = each.source.id if each.source else flat(each.mapping.get("EventSourceArn"))
            found.setdefault(key, (each.source, []))[1].append(each.mapping)
    return found.values()


def _consumer(template: Template, mapping: Resource) -> Consumer:
    arn = mapping.get("EventSourceArn")
    source = resource_of(template, arn, *_TYPES)
    target = function_of(template, mapping.get("FunctionName"))
    return Consumer(mapping, _kind(template, mapping, source), source, target)


def _kind(template: Template, mapping: Resource, source: Resource | None) -> SourceKind:
    if source is not None:
        return _TYPES[source.type]
    arn = mapping.get("EventSourceArn")
    if (service := service_of(arn)) is not None:
        return _SERVICES.get(service, "other")
    if any(template.referred(part) is not None for part in pieces(arn)):
        return "other"  # a resource of an unknown type, such as a custom resource
    return next((kind for name, kind in _PROPERTIES.items() if mapping.get(name) is not None), "other")
