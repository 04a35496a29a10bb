"""Gives customers one point for each whole euro of their orders, and counts each order once."""

import os
import time
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

REMEMBER_ORDERS_FOR = 2 * 24 * 60 * 60
"""Seconds, longer than the day during which the stream can deliver an order again."""

logger = Logger(service="scores")
dynamodb = boto3.client("dynamodb")
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def score(customer: str, points: int, *, order_id: str) -> bool:
    """Add the points and remember the order in one transaction; False if it was remembered."""
    remember = {
        "TableName": os.environ["SCORED_TABLE"],
        "Item": {
            "id": {"S": order_id},
            "expiration": {"N": str(int(time.time()) + REMEMBER_ORDERS_FOR)},
        },
        "ConditionExpression": "attribute_not_exists(id)",
    }
    add = {
        "TableName": os.environ["SCORES_TABLE"],
        "Key": {"customer": {"S": customer}},
        "UpdateExpression": "ADD points :points, orders :one",
        "ExpressionAttributeValues": {":points": {"N": str(points)}, ":one": {"N": "1"}},
    }
    try:
        dynamodb.transact_write_items(TransactItems=[{"Put": remember}, {"Update": add}])
    except dynamodb.exceptions.TransactionCanceledException as cancelled:
        if cancelled.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
        return False
    return True


def process(record: DynamoDBRecord) -> None:
    """Score one order. An exception makes Lambda deliver this order and the following ones again."""
    order = record.dynamodb.new_image
    scored = score(order["customer"], int(order["total"]), order_id=order["order_id"])
    logger.info("order scored" if scored else "order was scored before", order_id=order["order_id"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Score a batch of orders."""
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
