"""Reads the records of a failed batch from its stream, in the form in which Lambda sends them.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from .workloads import Clients

Records = list[dict[str, Any]]


def kinesis_event(clients: Clients, batch: Mapping[str, Any], function: str) -> Records:
    """The records of a batch of Kinesis."""
    kinesis, stream, shard = clients("kinesis"), batch["streamArn"], batch["shardId"]
    iterator = kinesis.get_shard_iterator(
        StreamARN=stream,
        ShardId=shard,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    read = partial(kinesis.get_records, StreamARN=stream)
    role = clients("lambda").get_function_configuration(FunctionName=function)["Role"]
    return [
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": each["PartitionKey"],
                "sequenceNumber": each["SequenceNumber"],
                "data": each["Data"],
                "approximateArrivalTimestamp": each["ApproximateArrivalTimestamp"],
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard}:{each['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": role,
            "awsRegion": stream.split(":")[3],
            "eventSourceARN": stream,
        }
        for each in _between(read, iterator, batch, lambda record: str(record["SequenceNumber"]))
    ]


def dynamodb_event(clients: Clients, batch: Mapping[str, Any]) -> Records:
    """The records of a batch of a table's stream."""
    streams, stream = clients("dynamodbstreams"), batch["streamArn"]
    iterator = streams.get_shard_iterator(
        StreamArn=stream,
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    found = _between(
        streams.get_records, iterator, batch, lambda record: str(record["dynamodb"]["SequenceNumber"])
    )
    return [{**_with_identity(each), "eventSourceARN": stream} for each in found]


def _with_identity(record: dict[str, Any]) -> dict[str, Any]:
    """A record with the user identity as Lambda writes it, which DynamoDB's API spells otherwise."""
    if identity := record.pop("userIdentity", None):
        record["userIdentity"] = {"principalId": identity.get("PrincipalId"), "type": identity.get("Type")}
    return record


def _between(
    read: Callable[..., Any],
    iterator: str | None,
    batch: Mapping[str, Any],
    number: Callable[[dict[str, Any]], str],
) -> Records:
    """The records from the first to the last of a batch."""
    first, last = int(batch["startSequenceNumber"]), int(batch["endSequenceNumber"])
    found: Records = []
    while iterator:
        answer = read(ShardIterator=iterator, Limit=batch["batchSize"])
        numbers = [int(number(each)) for each in answer["Records"]]
        pairs = zip(numbers, answer["Records"], strict=True)
        found += [each for position, each in pairs if first <= position <= last]
        ended = numbers and numbers[-1] >= last
        caught_up = not numbers and not answer.get("MillisBehindLatest")
        iterator = None if ended or caught_up else answer.get("NextShardIterator")
    return found


def plain(value: bytes | datetime) -> str | float:
    """A value of boto3 that JSON does not have: bytes become base64, and times seconds."""
    return value.timestamp() if isinstance(value, datetime) else base64.b64encode(value).decode()
