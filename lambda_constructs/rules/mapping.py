"""Rules for event source mappings: filter patterns, names and the timeout of the function."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from ..template.sources import Kind, consumers
from ..template.template import Template
from .event_pattern import pattern_fault
from .function import TIMEOUT_DEFAULT
from .rule import Place, Words, at, rule
from .urls import FILTER_URL, MAPPING_API_URL, MQ_SOURCE_URL

FILTER_PATTERN_MAXIMUM: Final = 4_096  # characters: botocore's shape Pattern
# Names of consumer groups and virtual hosts: botocore's shape URI
SOURCE_URI_PATTERN: Final = r"[a-zA-Z0-9\-/*:_+=.@]*"
SOURCE_URI_MAXIMUM: Final = 200  # characters
SOURCE_TIMEOUT_MAXIMUM: Final = 840  # seconds (14 minutes): MQ_SOURCE_URL, whose note names Kafka too

_FILTERS: Final = ("FilterCriteria", "Filters")
_EXAMPLE: Final = '{"body": {"kind": ["order"]}}'
_EVENT_KEYS: Final = frozenset({"awsRegion", "eventSource", "eventSourceARN"})
# The keys of records that filters see: FILTER_URL, and the pages of the sources that it refers to
_KEYS: Final[Mapping[Kind, frozenset[str]]] = {
    "queue": _EVENT_KEYS
    | {"attributes", "body", "md5OfBody", "messageAttributes", "messageId", "receiptHandle"}
    | {"md5OfMessageAttributes"},
    "kinesis": _EVENT_KEYS
    | {"approximateArrivalTimestamp", "data", "kinesisSchemaVersion", "partitionKey", "sequenceNumber"}
    | {"eventID", "eventName", "eventVersion", "invokeIdentityArn", "kinesis"},
    "table": _EVENT_KEYS | {"dynamodb", "eventID", "eventName", "eventVersion", "userIdentity"},
    "kafka": frozenset(
        {"headers", "key", "offset", "partition", "timestamp", "timestampType", "topic", "value"}
    )
    | _EVENT_KEYS,
}


@rule("filter-pattern-length", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def filter_pattern_length(_: Words, pattern: str) -> str | None:
    """At most 4,096 characters."""
    if len(pattern) <= FILTER_PATTERN_MAXIMUM:
        return None
    return (
        f"a filter pattern has {len(pattern)} characters, Lambda allows {FILTER_PATTERN_MAXIMUM}; shorten it"
    )


@filter_pattern_length.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        for index in range(len(consumer.mapping.items(*_FILTERS))):
            pattern = consumer.mapping.get(*_FILTERS, index, "Pattern")
            if isinstance(pattern, str):
                yield at(consumer.mapping, f"FilterCriteria/Filters/{index}/Pattern", pattern)


@rule(
    "filter-pattern",
    why="Lambda refuses the mapping, or the pattern matches nothing: Lambda deletes the messages of a queue "
    "that no pattern matches.",
    source=FILTER_URL,
)
def filter_pattern_form(_: Words, pattern: str, kind: Kind) -> str | None:
    """A JSON object in the grammar of event patterns, whose keys records of the source have."""
    try:
        parsed = json.loads(pattern)
    except ValueError:
        return f"a filter pattern is {pattern!r}, which is not JSON; write an object such as {_EXAMPLE}"
    if (fault := pattern_fault(parsed)) is not None:
        return f"a filter pattern is {pattern!r}: {fault}; write an object such as {_EXAMPLE}"
    known = _KEYS.get(kind, parsed.keys()) | {"$or"}
    if unknown := sorted(parsed.keys() - known):
        return (
            f"a filter pattern has the key {unknown[0]!r}, which records of the source do not have, so it "
            f"matches nothing; choose from {', '.join(sorted(known - {'$or'}))}"
        )
    return None


@filter_pattern_form.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        for index in range(len(consumer.mapping.items(*_FILTERS))):
            pattern = consumer.mapping.get(*_FILTERS, index, "Pattern")
            if isinstance(pattern, str):
                location = f"FilterCriteria/Filters/{index}/Pattern"
                yield at(consumer.mapping, location, pattern, consumer.kind)


@rule("source-name", why="Lambda refuses the mapping.", source=MAPPING_API_URL)
def source_name(_: Words, option: str, name: str, *, pattern: str, maximum: int) -> str | None:
    """The names of topics, queues, virtual hosts and groups have the form that Lambda allows."""
    if 1 <= len(name) <= maximum and re.fullmatch(pattern, name):
        return None
    return f"{option} is {name!r}, Lambda allows 1 to {maximum} characters of the form {pattern}; rename it"


@rule(
    "source-timeout",
    why="Lambda needs the rest of the 15 minutes to handle errors of Kafka and Amazon MQ.",
    source=MQ_SOURCE_URL,
    names={"timeout": ("timeout", "Timeout")},
)
def source_timeout(words: Words, timeout: int) -> str | None:
    """At most 14 minutes for a function that reads Kafka or Amazon MQ."""
    if timeout <= SOURCE_TIMEOUT_MAXIMUM:
        return None
    return (
        f"{words.timeout} is {timeout} seconds, Lambda allows {SOURCE_TIMEOUT_MAXIMUM} for a function that "
        "reads Kafka or Amazon MQ; shorten it"
    )


@source_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.kind in ("kafka", "broker") and consumer.target is not None:
            timeout = consumer.of_function("Timeout", default=TIMEOUT_DEFAULT)
            yield at(consumer.target.function, "Timeout", timeout, about=[consumer.mapping])
