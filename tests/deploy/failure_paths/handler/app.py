"""Does with each order what the order says, and counts how often it was tried."""

import base64
import gzip
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import boto3

ATTEMPTS = os.environ["ATTEMPTS_TABLE"]
dynamodb = boto3.client("dynamodb")


def orders(event: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each order with the identifier by which a batch may report it, whatever it came by."""
    if "awslogs" in event:
        data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        yield from (("", json.loads(line["message"])) for line in data["logEvents"])
    elif "detail" in event:
        yield "", event["detail"]
    elif "routeKey" in event:
        yield "", json.loads(event["body"])
    elif "triggerSource" in event:
        yield "", {"do": event["request"]["userAttributes"]["nickname"], "id": event["userName"]}
    for record in event.get("Records", ()):
        match record:
            case {"eventSource": "aws:sqs"}:
                yield record["messageId"], json.loads(record["body"])
            case {"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": image, "SequenceNumber": number}}:
                yield number, {name: value["S"] for name, value in image.items()}
            case {"eventSource": "aws:kinesis", "kinesis": {"data": data, "sequenceNumber": number}}:
                yield number, json.loads(base64.b64decode(data))
            case {"EventSource": "aws:sns", "Sns": {"Message": message}}:
                yield "", json.loads(message)
            case {"eventSource": "aws:s3", "s3": {"object": {"key": key}}}:
                do, _, order_id = key.partition("/")
                yield "", {"do": do, "id": order_id}


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Do what the orders say; those that say `report` are reported as failed. A user pool gets its event."""
    found = list(orders(event))
    for _identifier, order in found:
        count(order["id"], "tried")
        print(f"order {order['id']}")
    failed = []
    for identifier, order in found:
        match order["do"]:
            case "raise":
                raise RuntimeError("told to")
            case "hang":
                time.sleep(60)
            case "crash":
                os._exit(1)
            case "sleep":
                time.sleep(order["seconds"])
            case "report":
                failed.append(identifier)
            case _:
                count(order["id"], "done")
    if "triggerSource" in event:
        return event
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def count(order_id: str, what: str) -> None:
    """Add one to a number of an order."""
    dynamodb.update_item(
        TableName=ATTEMPTS,
        Key={"id": {"S": order_id}},
        UpdateExpression="ADD #what :one",
        ExpressionAttributeNames={"#what": what},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
