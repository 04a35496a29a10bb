"""A data stream, whose records are JSON."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import KinesisStreamEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@event_source(data_class=KinesisStreamEvent)
def handler(event: KinesisStreamEvent, context: LambdaContext) -> None:
    for record in event.records:
        logger.info("clicked", order=record.kinesis.data_as_json()["id"])
