"""A release that does not always come to its end; scores must be exact all the same.

`cdk deploy ActivityScores -c handler=faulty.unreliable` deploys it.
"""

import os
import secrets
from typing import Any

import app
from activities import Activity
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

count = app.count


def count_and_crash(activity: Activity, *, record_id: str) -> bool:
    """Count, but crash at the worst moment: when every five hundredth activity has just been counted."""
    counted: bool = count(activity, record_id=record_id)
    if counted and int(activity.activity_id) % 500 == 0:
        os._exit(1)
    return counted


app.count = count_and_crash


def unreliable(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work, but now and then raise before it, and crash during it."""
    if secrets.randbelow(25) == 0:
        raise RuntimeError("out of luck")
    return app.handler(event, context)
