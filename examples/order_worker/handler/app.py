"""Stores each order of a queue exactly once."""

import os
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from orders import InvalidOrderError, Order

SERVICE = "order-worker"
RELEASE = os.environ.get("RELEASE", "1")
REMEMBER_ORDERS_FOR = 24 * 60 * 60
"""Seconds during which a repeated order is recognized without reading the orders table."""

logger = Logger(service=SERVICE)
metrics = Metrics(namespace="OrderWorker", service=SERVICE)
orders_table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
# Some orders fail every time, which is normal. They go to the dead-letter queue, and a batch that contains
# only such orders must not fail the invocation.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def ignore_duplicate(order_id: str) -> None:
    """Log an order that was stored before."""
    metrics.add_metric(name="DuplicateOrder", unit=MetricUnit.Count, value=1)
    logger.info("duplicate order ignored", order_id=order_id)


def recognised(response: dict[str, str], idempotent_data: DataRecord) -> dict[str, str]:  # noqa: ARG001
    """Runs instead of `store` for an order that was stored before, with the earlier result of `store`."""
    ignore_duplicate(response["order_id"])
    return response


idempotency = IdempotencyConfig(
    event_key_jmespath="order_id",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=REMEMBER_ORDERS_FOR,
    response_hook=recognised,
)


@idempotent_function(
    data_keyword_argument="order",
    config=idempotency,
    persistence_store=DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"]),
)
def store(*, order: Order) -> dict[str, str]:
    """Store an order. The condition prevents a second write after the idempotency record has expired."""
    item = {
        "order_id": order.order_id,
        "customer": order.customer,
        "item_count": order.item_count,
        "total": order.total,
        "day": datetime.now(UTC).date().isoformat(),
    }
    try:
        orders_table.put_item(Item=item, ConditionExpression="attribute_not_exists(order_id)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        ignore_duplicate(order.order_id)
    else:
        metrics.add_metric(name="OrderStored", unit=MetricUnit.Count, value=1)
        logger.info("order stored", order_id=order.order_id, total=str(order.total))
    return {"order_id": order.order_id}


def process(record: SQSRecord) -> None:
    """Store the order of one message. An exception makes SQS deliver only this message again."""
    receive_count = int(record.attributes.approximate_receive_count)
    with logger.append_context_keys(message_id=record.message_id, receive_count=receive_count):
        try:
            store(order=Order.parse(record.body))
        except InvalidOrderError as invalid:
            metrics.add_metric(name="InvalidOrder", unit=MetricUnit.Count, value=1)
            logger.warning("order rejected", reason=str(invalid))
            raise
        except Exception:
            logger.exception("order failed")
            raise


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process a batch and report the messages that failed."""
    logger.append_keys(function_version=context.function_version, release=RELEASE)
    idempotency.register_lambda_context(context)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
