"""A release that does not handle all currencies and dates. app.py is the fix.

`cdk deploy EventFanout -c handler=faulty` deploys it.
"""

import json
from typing import Any

import app
from aws_lambda_powertools.utilities.typing import LambdaContext


def billing(event: dict[str, Any], context: LambdaContext) -> None:
    """Fails on yen, which have no hundredths."""
    order = event["detail"]
    if order["currency"] == "JPY":
        app.logger.error("failed", event_key=order["order_id"])
        raise RuntimeError("JPY has no cents")
    app.billing(event, context)


def tracking(event: dict[str, Any], context: LambdaContext) -> None:
    """Fails on a date without a time."""
    parcel = json.loads(event["Records"][0]["Sns"]["Message"])
    if "T" not in parcel["delivered_at"]:
        app.logger.error("failed", event_key=parcel["parcel_id"])
        raise RuntimeError("a date without a time")
    app.tracking(event, context)
