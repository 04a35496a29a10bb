"""A release that sometimes crashes. The scores must still be exact.

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
    """Count, but crash at the worst moment: directly after counting every five hundredth activity."""
    counted: bool = count(activity, record_id=record_id)
    if counted and int(activity.activity_id) % 500 == 0:
        os._exit(1)
    return counted


app.count = count_and_crash


def unreliable(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work, but sometimes raise before the work or crash during it."""
    if secrets.randbelow(25) == 0:
        raise RuntimeError("out of luck")
    return app.handler(event, context)
