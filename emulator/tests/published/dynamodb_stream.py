"""The stream of a table in batches."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor, logger = BatchProcessor(event_type=EventType.DynamoDBStreams), Logger()


def record_handler(record: DynamoDBRecord) -> None:
    logger.info("changed", order=record.dynamodb.new_image["id"], kind=record.event_name.name)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
