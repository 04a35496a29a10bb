"""Tables, buckets, streams, topics and event buses of a deployed stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from ..clients import Client


def text(value: object) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


@dataclass(frozen=True)
class Table:
    """A DynamoDB table.

    Attributes:
        dynamodb: A client of DynamoDB.
        name: Its name.
    """

    dynamodb: Client
    name: str

    def put(self, *items: Mapping[str, Any]) -> None:
        """Put items of plain Python values; numbers are integers or `Decimal`."""
        serialize = TypeSerializer().serialize
        for item in items:
            values = {name: serialize(value) for name, value in item.items()}
            self.dynamodb.put_item(TableName=self.name, Item=values)

    def items(self) -> list[dict[str, Any]]:
        """All items, as plain Python values; numbers are `Decimal`."""
        deserialize = TypeDeserializer().deserialize
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.name)
        return [
            {name: deserialize(value) for name, value in item.items()}
            for page in pages
            for item in page["Items"]
        ]


@dataclass(frozen=True)
class Bucket:
    """An S3 bucket.

    Attributes:
        s3: A client of S3.
        name: Its name.
    """

    s3: Client
    name: str

    def upload(self, key: str, content: bytes | str | Path) -> None:
        """Put an object: bytes, a text, or a file."""
        body = content.read_bytes() if isinstance(content, Path) else content
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def download(self, key: str) -> bytes:
        """The content of an object."""
        content: bytes = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def keys(self) -> list[str]:
        """The keys of all objects."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def contents(self) -> dict[str, bytes]:
        """The contents of all objects by their keys."""
        return {key: self.download(key) for key in self.keys()}

    def empty(self) -> None:
        """Delete all objects, because CloudFormation deletes an empty bucket only."""
        for key in self.keys():
            self.s3.delete_object(Bucket=self.name, Key=key)


@dataclass(frozen=True)
class Stream:
    """A Kinesis stream.

    Attributes:
        kinesis: A client of Kinesis.
        name: Its name.
    """

    kinesis: Client
    name: str

    def put(self, *records: object, key: str = "") -> None:
        """Put records: a text as it is, anything else as JSON.

        Args:
            records: The records, in order.
            key: Their partition key. Default: a number for each record
        """
        for position, record in enumerate(records):
            data = text(record).encode()
            self.kinesis.put_record(StreamName=self.name, Data=data, PartitionKey=key or str(position))


@dataclass(frozen=True)
class Topic:
    """An SNS topic.

    Attributes:
        sns: A client of SNS.
        arn: Its ARN.
    """

    sns: Client
    arn: str

    def publish(self, *messages: object, attributes: Mapping[str, str] | None = None) -> None:
        """Publish messages: a text as it is, anything else as JSON.

        Args:
            messages: The messages, in order.
            attributes: Attributes of each message, of type String.
        """
        given = {
            name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()
        }
        for message in messages:
            self.sns.publish(TopicArn=self.arn, Message=text(message), MessageAttributes=given)


@dataclass(frozen=True)
class EventBus:
    """An event bus of EventBridge.

    Attributes:
        events: A client of EventBridge.
        name: Its name.
    """

    events: Client
    name: str = "default"

    def put(self, source: str, detail_type: str, detail: object) -> None:
        """Put an event.

        Args:
            source: Such as `shop.orders`.
            detail_type: Such as `OrderPlaced`.
            detail: A text as it is, anything else as JSON.
        """
        entry = {"Source": source, "DetailType": detail_type, "Detail": text(detail)}
        answer = self.events.put_events(Entries=[{**entry, "EventBusName": self.name}])
        if answer["FailedEntryCount"]:
            raise AssertionError(f"EventBridge refused {answer['Entries']}")
