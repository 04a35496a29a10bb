"""Adds the points of each activity exactly once to the score of its user, in order."""

import os
import time
from typing import Any

import boto3
from activities import Activity, InvalidActivityError
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

RELEASE = os.environ.get("RELEASE", "1")
REMEMBER_RECORDS_FOR = 2 * 24 * 60 * 60
"""Seconds, longer than the day during which the stream can deliver a record again."""

logger = Logger(service="activity-scores")
dynamodb = boto3.client("dynamodb")
# The processor raises if it could process no record of a batch. Lambda then splits the batch, until only the
# bad record goes to the failure destination.
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


class EarlierRecordFailedError(RuntimeError):
    """The record must be delivered again, together with the failed record before it."""


def count(activity: Activity, *, record_id: str) -> bool:
    """Add the points and remember the record in one transaction; False if it was remembered.

    Powertools' idempotency would write before and after the count. If the function stopped in between, the
    next delivery would count the record again.
    """
    remember = {
        "TableName": os.environ["COUNTED_TABLE"],
        "Item": {
            "id": {"S": record_id},
            "expiration": {"N": str(int(time.time()) + REMEMBER_RECORDS_FOR)},
        },
        "ConditionExpression": "attribute_not_exists(id)",
    }
    add = {
        "TableName": os.environ["SCORES_TABLE"],
        "Key": {"user_id": {"S": activity.user_id}},
        "UpdateExpression": "ADD points :points, activities :one SET last_activity = :activity",
        "ExpressionAttributeValues": {
            ":points": {"N": str(activity.points)},
            ":one": {"N": "1"},
            ":activity": {"S": activity.activity_id},
        },
    }
    try:
        dynamodb.transact_write_items(TransactItems=[{"Put": remember}, {"Update": add}])
    except dynamodb.exceptions.TransactionCanceledException as cancelled:
        if cancelled.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
        return False
    return True


def process(record: DynamoDBRecord) -> None:
    """Count one record. After an exception the rest of the batch waits, to keep the order."""
    if processor.fail_messages:
        raise EarlierRecordFailedError
    with logger.append_context_keys(sequence_number=record.dynamodb.sequence_number):
        try:
            activity = Activity.from_item(record.dynamodb.new_image)
            counted = count(activity, record_id=record.event_id)
        except InvalidActivityError as invalid:
            logger.warning("activity rejected", reason=str(invalid))
            raise
        except Exception:
            logger.exception("activity failed")
            raise
        logger.info(
            "activity counted" if counted else "activity was counted before",
            user_id=activity.user_id,
            activity_id=activity.activity_id,
        )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process a batch up to the first record that fails."""
    logger.append_keys(function_version=context.function_version, release=RELEASE)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
