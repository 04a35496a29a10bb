"""A queue in batches: the records that fail are reported."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor, logger = BatchProcessor(event_type=EventType.SQS), Logger()


def record_handler(record: SQSRecord) -> None:
    order = json.loads(record.body)
    logger.info("processed", order=order["id"])


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
