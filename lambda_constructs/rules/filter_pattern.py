"""Rules for the filter patterns of event source mappings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from ..template.sources import SourceKind, consumers
from ..template.template import Template
from .event_pattern import OR, pattern_fault
from .pattern_operators import is_absence, lambda_lacks
from .rule import Place, Words, at, rule, warning
from .urls import FILTER_URL, MAPPING_API_URL

FILTER_PATTERN_MAXIMUM: Final = 4_096  # characters: botocore's shape Pattern

_FILTERS: Final = ("FilterCriteria", "Filters")
_EXAMPLE: Final = '{"body": {"kind": ["order"]}}'
_OF_EVENTS: Final = frozenset({"awsRegion", "eventSource", "eventSourceARN"})


@dataclass(frozen=True)
class _Record:
    """The keys of the records of a source: FILTER_URL, and the pages that it refers to."""

    data: str  # the key of the data, the only one that AWS documents as supported
    others: frozenset[str]  # the other keys of a record
    supported: frozenset[str] = frozenset()  # those of the others that AWS documents with examples
    # Whether the data can be a plain string; otherwise Lambda accepts only an object in the filter
    text: bool = True

    @property
    def keys(self) -> frozenset[str]:
        """All keys of a record."""
        return self.others | {self.data}


_TABLE: Final = "table"
_RECORDS: Final[Mapping[SourceKind, _Record]] = {
    "queue": _Record(
        "body",
        _OF_EVENTS
        | {"attributes", "md5OfBody", "md5OfMessageAttributes", "messageAttributes", "messageId"}
        | {"receiptHandle"},
    ),
    "kinesis": _Record(
        "data",
        _OF_EVENTS
        | {"approximateArrivalTimestamp", "eventID", "eventName", "eventVersion", "invokeIdentityArn"}
        | {"kinesis", "kinesisSchemaVersion", "partitionKey", "sequenceNumber"},
        text=False,
    ),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    _TABLE: _Record(
        "dynamodb",
        _OF_EVENTS | {"eventID", "eventName", "eventVersion", "userIdentity"},
        supported=frozenset({"eventName", "userIdentity"}),
        text=False,
    ),
    "kafka": _Record(
        "value", _OF_EVENTS | {"headers", "key", "offset", "partition", "timestamp", "timestampType", "topic"}
    ),
    "broker": _Record(
        "data",
        _OF_EVENTS
        | {"basicProperties", "brokerInTime", "brokerOutTime", "correlationId", "deliveryMode"}
        | {"destination", "expiration", "messageID", "messageType", "priority", "properties"}
        | {"redelivered", "replyTo", "timestamp", "type"},
    ),
}
_IMAGES: Final = ("Keys", "NewImage", "OldImage")
_OF_STREAM: Final = frozenset(
    {"ApproximateCreationDateTime", "SequenceNumber", "SizeBytes", "StreamViewType", *_IMAGES}
)
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
_TYPES: Final = frozenset({"B", "BOOL", "BS", "L", "M", "N", "NS", "NULL", "S", "SS"})
_FLAGS: Final = ("BOOL", "NULL")
_EVENT_NAMES: Final = ("INSERT", "MODIFY", "REMOVE")


@rule(why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def filter_pattern_length(_: Words, pattern: str) -> str | None:
    """At most 4,096 characters."""
    if len(pattern) <= FILTER_PATTERN_MAXIMUM:
        return None
    return (
        f"a filter pattern has {len(pattern)} characters, Lambda allows {FILTER_PATTERN_MAXIMUM}; shorten it"
    )


@filter_pattern_length.in_template
def _(template: Template) -> Iterator[Place]:
    for place in _patterns(template):
        pattern, _ = place.values
        yield at(place.resource, place.location, pattern)


@rule(
    "filter-pattern",
    why="Lambda refuses the mapping, or the pattern matches nothing: Lambda deletes the messages of a queue "
    "that no pattern matches.",
    source=FILTER_URL,
    names={"pattern": ("filters", "Pattern")},
)
def filter_pattern_form(_: Words, pattern: str, kind: SourceKind) -> str | None:
    """A JSON object in the grammar of event patterns, with the keys and values that records can have."""
    try:
        parsed = json.loads(pattern)
    except ValueError:
        return f"a filter pattern is {pattern!r}, which is not JSON; write an object such as {_EXAMPLE}"
    fault = pattern_fault(parsed) or _unsupported(parsed)
    if fault is None and (record := _RECORDS.get(kind)) is not None:
        fault = next((found for each in _branches(parsed) if (found := _matches_nothing(each, record))), None)
    if fault is None:
        return None
    return f"a filter pattern is {pattern!r}: {fault}; write an object such as {_EXAMPLE}"


@filter_pattern_form.in_template
def _patterns(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        for index in range(len(consumer.mapping.items(*_FILTERS))):
            pattern = consumer.mapping.get(*_FILTERS, index, "Pattern")
            if isinstance(pattern, str):
                location = f"FilterCriteria/Filters/{index}/Pattern"
                yield at(consumer.mapping, location, pattern, consumer.kind)


@warning(
    why="AWS documents filters on the data of records only. A filter on anything else may match nothing, and "
    "Lambda then discards every record.",
    source=FILTER_URL,
    names={"pattern": ("filters", "Pattern")},
)
def filter_metadata(_: Words, pattern: str, kind: SourceKind) -> str | None:
    """Filters are on the data of a record."""
    record = _RECORDS.get(kind)
    if record is None or filter_pattern_form(pattern, kind) is not None:
        return None
    keys = {key for each in _branches(json.loads(pattern)) for key in each}
    found = sorted(keys - {record.data, *record.supported})
    if not found:
        return None
    return (
        f"a filter pattern has the key {found[0]!r}, but AWS documents filters on {record.data!r} only; test "
        "it, and then acknowledge this"
    )


filter_metadata.in_template(_patterns)


def _branches(pattern: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The pattern without `$or`, and the patterns that are alternatives."""
    yield {key: value for key, value in pattern.items() if key != OR}
    for alternative in cast(list[Mapping[str, object]], pattern.get(OR, [])):
        yield from _branches(alternative)


def _unsupported(pattern: object) -> str | None:
    """An operator that buses have, but mappings do not."""
    if isinstance(pattern, Mapping):
        if (lacking := lambda_lacks(pattern)) is not None:
            return f"Lambda does not have the operator {lacking}"
        pattern = list(pattern.values())
    values = pattern if isinstance(pattern, list) else []
    return next((found for each in values if (found := _unsupported(each))), None)


def _matches_nothing(pattern: Mapping[str, object], record: _Record) -> str | None:
    """Why no record matches: a key that records do not have, or a value that is never there."""
    if unknown := sorted(pattern.keys() - record.keys):
        return f"records do not have {unknown[0]!r}, only {_listed(record.keys)}"
    data = pattern.get(record.data)
    if isinstance(data, list):
        if not record.text:
            return f"{record.data} is an object in a filter, not a list"
        encoded = [each for each in data if isinstance(each, str) and _is_encoded(each)]
        if encoded:
            return f"{record.data} has {encoded[0]!r}, but Lambda decodes JSON first: write the object itself"
    if record.data != _RECORDS[_TABLE].data:
        return None
    names = pattern.get("eventName")
    if isinstance(names, list) and not any(
        isinstance(each, Mapping) or each in _EVENT_NAMES for each in names
    ):
        return f"eventName has {names[0]!r}, but is one of {_listed(_EVENT_NAMES)}"
    return _of_table(data) if isinstance(data, Mapping) else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, sorted(names)))


def _is_encoded(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def _of_table(data: Mapping[str, object]) -> str | None:
    """What is wrong with a pattern of DynamoDB's part of a record."""
    if unknown := sorted(data.keys() - _OF_STREAM - {OR}):
        return f"dynamodb does not have {unknown[0]!r}, only {_listed(_OF_STREAM)}"
    for image in _IMAGES:
        if (fault := _of_attributes(data.get(image), f"dynamodb.{image}")) is not None:
            return fault
    return None


def _of_attributes(attributes: object, path: str) -> str | None:
    """What is wrong with the attributes of an item: each is an object of its type and its value."""
    if isinstance(attributes, list):
        return None if all(map(is_absence, attributes)) else f"{path!r} is an object in every record"
    for name, value in attributes.items() if isinstance(attributes, Mapping) else ():
        if name == OR:
            continue
        where = f"{path}.{name}"
        if not isinstance(value, Mapping):
            if not all(map(is_absence, cast(list[object], value))):
                return f"{where!r} needs its type, such as {{'S': ['order']}}"
            continue
        if unknown := sorted(value.keys() - _TYPES - {OR}):
            return f"{where!r} has the type {unknown[0]!r}, DynamoDB has {_listed(_TYPES)}"
        fault = _of_attributes(value.get("M"), f"{where}.M") or _of_scalars(value, where)
        if fault is not None:
            return fault
    return None


def _of_scalars(value: Mapping[str, object], path: str) -> str | None:
    """What is wrong with the values of an attribute: all but BOOL and NULL are strings, numbers too."""
    for kind, listed in value.items():
        leaves = listed if isinstance(listed, list) else []
        wanted, expected = (bool, "true or false") if kind in _FLAGS else (str, "a string")
        for leaf in leaves:
            literal = isinstance(leaf, str | int | float) and not isinstance(leaf, wanted)
            if literal or (isinstance(leaf, Mapping) and "numeric" in leaf):
                return f"{f'{path}.{kind}'!r} has {json.dumps(leaf)}, but it is {expected} in every record"
    return None
