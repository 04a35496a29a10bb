"""Reports on the orders of the previous day: writes an object into a bucket and sends an email.

Lambda can deliver a start twice. If the first one is done, the second does nothing. If the first one stopped
after it sent its email, the second sends another. The object is the same in both cases.
"""

import json
import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from reports import InvalidOrderError, Report, day_before

RELEASE = os.environ.get("RELEASE", "1")
BY, AMOUNT = os.environ.get("REPORT_BY", "product"), os.environ.get("AMOUNT", "amount")
"""Attributes of the table by which orders are added up, and with their totals."""
REMEMBER_STARTS_FOR = 2 * 24 * 60 * 60
"""Seconds, longer than the 24 and 6 hours during which Scheduler and Lambda can deliver a start again."""

logger = Logger(service="daily-report")
orders_table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
s3 = boto3.client("s3")
ses = boto3.client("sesv2")


def recognised(response: dict[str, str], idempotent_data: DataRecord) -> dict[str, str]:  # noqa: ARG001
    """Runs instead of `handler` for a start whose report was sent before, with the earlier result."""
    logger.info("report was sent before")
    return response


once_for_each_start = IdempotencyConfig(
    event_key_jmespath="scheduled_time",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=REMEMBER_STARTS_FOR,
    response_hook=recognised,
)
starts = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])


def orders_of(day: date) -> Iterator[dict[str, Any]]:
    """The orders of a day, in pages of at most 1 MB."""
    pages = orders_table.meta.client.get_paginator("query").paginate(
        TableName=orders_table.name,
        IndexName=os.environ["ORDERS_BY_DAY"],
        KeyConditionExpression="#day = :day",
        ExpressionAttributeNames={"#day": "day"},
        ExpressionAttributeValues={":day": day.isoformat()},
    )
    for page in pages:
        yield from page["Items"]


def store(report: Report) -> str:
    """Write or overwrite the object of a day and return its location."""
    bucket, key = os.environ["REPORTS_BUCKET"], f"{os.environ['REPORTS']}{report.day}.json"
    body = json.dumps(report.document()).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    return f"s3://{bucket}/{key}"


def send(report: Report, *, scheduled_time: str, place: str) -> None:
    """Send the report to its own sender, because in SES's sandbox only verified addresses receive emails."""
    address = os.environ["MAIL_ADDRESS"]
    text = "\n".join([*report.lines(), "", place, f"Scheduled for {scheduled_time}"])
    ses.send_email(
        FromEmailAddress=address,
        Destination={"ToAddresses": [address]},
        Content={"Simple": {"Subject": {"Data": report.title}, "Body": {"Text": {"Data": text}}}},
    )


@idempotent(config=once_for_each_start, persistence_store=starts)
def report_once(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:  # noqa: ARG001
    """Report on the day before a start, unless that start was already processed."""
    day = day_before(event["scheduled_time"])
    try:
        report = Report.of(day, orders_of(day), by=BY, amount=AMOUNT)
    except InvalidOrderError as invalid:
        logger.warning("report failed", reason=str(invalid))
        raise
    place = store(report)
    send(report, scheduled_time=event["scheduled_time"], place=place)
    logger.info("report sent", report=place)
    return {"report": place}


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Report. After an exception Lambda retries, and finally sends the start to the failure queue."""
    logger.append_keys(
        function_version=context.function_version, release=RELEASE, scheduled_time=event["scheduled_time"]
    )
    done: dict[str, str] = report_once(event, context)
    return done
