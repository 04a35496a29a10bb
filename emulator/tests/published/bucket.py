"""An uploaded object, which is read."""

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import S3Event, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

s3, logger = boto3.client("s3"), Logger()


@event_source(data_class=S3Event)
def handler(event: S3Event, context: LambdaContext) -> None:
    for record in event.records:
        body = s3.get_object(Bucket=event.bucket_name, Key=record.s3.get_object.key)["Body"].read()
        logger.info("uploaded", order=body.decode())
