"""Scales each uploaded image and stores the thumbnail under another prefix."""

import os
from urllib.parse import unquote_plus

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import S3Event, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from scaling import CorruptImageError, thumbnail

RELEASE = os.environ.get("RELEASE", "1")
UPLOADS = os.environ["UPLOADS"]
THUMBNAILS = os.environ["THUMBNAILS"]

logger = Logger(service="thumbnails")
s3 = boto3.client("s3")


def scale(bucket: str, key: str) -> str:
    """Make the thumbnail of an object. A repetition replaces it with an equal one."""
    image, media_type = thumbnail(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    target = THUMBNAILS + key.removeprefix(UPLOADS)
    s3.put_object(Bucket=bucket, Key=target, Body=image, ContentType=media_type)
    return target


@logger.inject_lambda_context
@event_source(data_class=S3Event)
def handler(event: S3Event, context: LambdaContext) -> None:
    """Scale the images of an event. After an exception Lambda retries, and finally sends it to the queue."""
    logger.append_keys(function_version=context.function_version, release=RELEASE)
    for record in event.records:
        key = unquote_plus(record.s3.get_object.key)
        try:
            target = scale(record.s3.bucket.name, key)
        except CorruptImageError as corrupt:
            logger.warning("image rejected", key=key, reason=str(corrupt))
            raise
        logger.info("thumbnail stored", key=key, thumbnail=target)
