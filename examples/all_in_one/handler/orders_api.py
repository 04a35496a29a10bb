"""The shop's API: puts orders into the queue, and refuses requests that are obviously not orders."""

import json
import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from incoming import RefusedError, order_id_of

logger = Logger(service="orders-api")
sqs = boto3.client("sqs")


def answer(status: int, body: dict[str, str]) -> dict[str, Any]:
    """A response in API Gateway's format."""
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


@logger.inject_lambda_context
@event_source(data_class=APIGatewayProxyEventV2)
def handler(event: APIGatewayProxyEventV2, context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Accept an order. 202 means that it is in the queue. A repeated order is stored only once."""
    body = event.decoded_body or ""
    try:
        order_id = order_id_of(body)
    except RefusedError as refused:
        logger.info("order refused", status=refused.status, reason=str(refused))
        return answer(refused.status, {"message": str(refused)})
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
    logger.info("order taken", order_id=order_id)
    return answer(202, {"order_id": order_id})
