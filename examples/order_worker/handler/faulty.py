"""Bad releases of the worker, each bad in a way that happens: the demo shows what stops them.

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
    """Starts, passes the smoke test, and raises as soon as there are orders."""
    if is_smoke_test(event):
        return good(event, context)
    raise RuntimeError("this release cannot read its configuration")


def reporting(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Never raises, but gives up on every tenth message; the alarm on errors stays green."""
    if is_smoke_test(event):
        return good(event, context)
    unlucky = [record for record in event["Records"] if next(seen) % 10 == 0]
    lucky = [record for record in event["Records"] if record not in unlucky]
    failures = [{"itemIdentifier": record["messageId"]} for record in unlucky]
    if lucky:
        failures += good({**event, "Records": lucky}, context)["batchItemFailures"]
    return {"batchItemFailures": failures}


def is_smoke_test(event: dict[str, Any]) -> bool:
    """Whether this is the one message that the stack sends before it gives a release traffic."""
    return bool(event["Records"][0]["messageId"] == "smoke-test")


def draw(text: str, sides: int) -> int:
    """A number below `sides`, always the same for a text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % sides


def unreliable(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Works, but now and then it raises, crashes, hangs, or crashes when all of the work is done."""
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
