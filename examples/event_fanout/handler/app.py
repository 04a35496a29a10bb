"""Two handlers: one writes an invoice for each order on the bus, one stores each delivery of the topic.

Each handler has a separate function and a separate table.

Lambda delivers an event at least once, so the handlers do not store it again.
"""

import json
import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, SNSEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from shop import Delivery, Invoice

RELEASE = os.environ.get("RELEASE", "1")

logger = Logger(service="event-fanout")
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def store(item: dict[str, Any], *, key: str) -> None:
    """Store an item unless one with its key exists."""
    try:
        table.put_item(Item=item, ConditionExpression=f"attribute_not_exists({key})")
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        logger.info("was stored before", event_key=item[key])
    else:
        logger.info("stored", event_key=item[key], release=RELEASE)


@logger.inject_lambda_context
@event_source(data_class=EventBridgeEvent)
def billing(event: EventBridgeEvent, context: LambdaContext) -> None:  # noqa: ARG001
    """Write the invoice of an order."""
    invoice = Invoice.of(event.detail)
    item = {"order_id": invoice.order_id, "currency": invoice.currency, "amount": invoice.amount}
    store(item, key="order_id")


@logger.inject_lambda_context
@event_source(data_class=SNSEvent)
def tracking(event: SNSEvent, context: LambdaContext) -> None:  # noqa: ARG001
    """Store a delivery."""
    for record in event.records:
        delivery = Delivery.of(json.loads(record.sns.message))
        item = {"parcel_id": delivery.parcel_id, "delivered_at": delivery.delivered_at.isoformat()}
        store(item, key="parcel_id")
