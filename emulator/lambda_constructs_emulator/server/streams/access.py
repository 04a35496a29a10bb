"""Permissions of a function's role with which Lambda reads a stream.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..iam import permissions

Settings = Mapping[str, Any]

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
    "kinesis": ("GetRecords", "GetShardIterator", "DescribeStream", "DescribeStreamSummary", "ListShards"),
}
"""The actions on a stream for which Lambda uses the function's role, by service."""
_SUBSCRIBE: Final = "SubscribeToShard"
"""And what it does with a consumer of one."""


def is_on_stream(settings: Settings) -> bool:
    """Whether a mapping is on the stream of a table or of Kinesis."""
    arn = settings.get("EventSourceArn") or ""
    return arn.startswith("arn:aws:") and arn.split(":")[2] in ACTIONS


def may_read(role: str, stream_arn: str) -> bool:
    """Whether a role may do all that Lambda does with a stream, or with a consumer of one."""
    service = stream_arn.split(":")[2]
    return all(
        permissions.role_allows(role, f"{service}:{action}", resource)
        for action, resource in needed(stream_arn)
    )


def needed(stream_arn: str) -> Iterator[tuple[str, str]]:
    """The actions that a role needs to read a stream or a consumer of one, and on what."""
    stream, is_consumer, _consumer = stream_arn.partition("/consumer/")
    for action in ACTIONS[stream_arn.split(":")[2]]:
        yield action, stream
    if is_consumer:
        yield _SUBSCRIBE, stream_arn
