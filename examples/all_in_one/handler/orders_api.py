"""The shop's door: puts orders into the queue, and tells the sender at once what is plainly none."""

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
    """An answer in API Gateway's format."""
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


@logger.inject_lambda_context
@event_source(data_class=APIGatewayProxyEventV2)
def handler(event: APIGatewayProxyEventV2, context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Take an order: 202 says that it is in the queue, and sent again it is not stored again."""
    body = event.decoded_body or ""
    try:
        order_id = order_id_of(body)
    except RefusedError as refused:
        logger.info("order refused", status=refused.status, reason=str(refused))
        return answer(refused.status, {"message": str(refused)})
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
    logger.info("order taken", order_id=order_id)
    return answer(202, {"order_id": order_id})
