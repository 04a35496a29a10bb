"""Reports the records of a stream that Lambda discarded: in the journal and to the destination.

A queue or a topic gets the position of the records in the stream; a bucket also gets the event.

    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ..core import journal
from ..lambda_ import destinations
from .shards import EventRecord, Shard, iso

EXHAUSTED: Final = "RetryAttemptsExhausted"
TOO_OLD: Final = "RecordAgeExceeded"


@dataclass(frozen=True, kw_only=True)
class Lost:
    """Records of one shard that will not be processed.

    Attributes:
        mapping: ministack's record of the event source mapping.
        shard: where they are.
        records: at least one.
        condition: why.
        runs: how often they failed, all together.
        result: what the last run gave, if there was one.
    """

    mapping: Mapping[str, Any]
    shard: Shard
    records: Sequence[EventRecord]
    condition: str
    runs: int
    result: Mapping[str, Any] | None


def report(lost: Lost, role: str) -> bool | None:
    """Note the loss, tell the mapping's destination if there is one, and say whether that got the record."""
    journal.note(
        "stream-discard",
        function=lost.mapping["FunctionArn"],
        mapping=lost.mapping["UUID"],
        shard=lost.shard.identifier,
        condition=lost.condition,
        records=len(lost.records),
        runs=lost.runs,
    )
    configured = lost.mapping.get("DestinationConfig") or {}
    target: str = (configured.get("OnFailure") or {}).get("Destination") or ""
    return destinations.deliver(role, target, _record(lost, target)) if target else None


def _record(lost: Lost, target: str) -> destinations.Record:
    document = _document(lost)
    if target.startswith("arn:aws:s3:"):
        # An escaped string in the document, as on AWS.
        document["payload"] = json.dumps(lost.shard.event(lost.records))
    return destinations.Record(
        function_arn=lost.mapping["FunctionArn"],
        body=json.dumps(document),
        folder=f"aws/lambda/{lost.mapping['UUID']}/{lost.shard.identifier}",
    )


def _document(lost: Lost) -> dict[str, Any]:
    document: dict[str, Any] = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": lost.mapping["FunctionArn"],
            "condition": lost.condition,
            "approximateInvokeCount": lost.runs,
        },
        "version": "1.0",
        "timestamp": iso(datetime.now(UTC).timestamp()),
    }
    if lost.result is not None:
        response = {"statusCode": 200, "executedVersion": lost.result.get("executed_version", "$LATEST")}
        if lost.result.get("error"):
            response["functionError"] = lost.result.get("function_error") or "Unhandled"
        document["responseContext"] = response
    return {**document, **lost.shard.batch_info(lost.records)}
