"""An event that is processed once, however often it is delivered."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
store = DynamoDBPersistenceLayer(table_name=os.environ["TABLE"])
config = IdempotencyConfig(event_key_jmespath="detail.id")


@idempotent(config=config, persistence_store=store)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.info("placed", order=EventBridgeEvent(event).detail["id"])
    return {"done": True}
