"""Bad releases of the worker with realistic faults: the demo shows what stops them.

`cdk deploy OrderWorker -c handler=faulty.raising` deploys one.
"""

import hashlib
import itertools
import os
import time
from typing import Any

from app import handler as good
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

seen = itertools.count()


def raising(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Passes the smoke test, but raises for orders."""
    if is_smoke_test(event):
        return good(event, context)
    raise RuntimeError("this release cannot read its configuration")


def reporting(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Never raises, but fails every tenth message, so the alarm on errors stays in OK."""
    if is_smoke_test(event):
        return good(event, context)
    unlucky = [record for record in event["Records"] if next(seen) % 10 == 0]
    lucky = [record for record in event["Records"] if record not in unlucky]
    failures = [{"itemIdentifier": record["messageId"]} for record in unlucky]
    if lucky:
        failures += good({**event, "Records": lucky}, context)["batchItemFailures"]
    return {"batchItemFailures": failures}


def is_smoke_test(event: dict[str, Any]) -> bool:
    """Whether this is the message of the smoke test, which runs before the release receives traffic."""
    return bool(event["Records"][0]["messageId"] == "smoke-test")


def draw(text: str, sides: int) -> int:
    """A number below `sides`, always the same for the same text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % sides


def unreliable(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Works, but sometimes raises, crashes, hangs, or crashes after it has finished the work."""
    for record in event["Records"]:
        delivery = record["messageId"] + record["attributes"]["ApproximateReceiveCount"]
        fate = draw(delivery, 2000)
        if fate < 20:
            raise RuntimeError("out of luck")
        if fate < 25:
            os._exit(1)
        if fate < 26:
            time.sleep(context.get_remaining_time_in_millis() / 1000 + 1)
        if fate < 36:
            good(event, context)
            os._exit(1)
    return good(event, context)
