"""The faulty release, which also crashes sometimes. No event may be lost.

`cdk deploy EventFanout -c handler=unreliable` deploys it.
"""

import os
import secrets
from collections.abc import Callable
from typing import Any

import faulty
from aws_lambda_powertools.utilities.typing import LambdaContext


def billing(event: dict[str, Any], context: LambdaContext) -> None:
    """Process an order, unless it fails or crashes."""
    run(faulty.billing, event, context)


def tracking(event: dict[str, Any], context: LambdaContext) -> None:
    """Process a parcel, unless it fails or crashes."""
    run(faulty.tracking, event, context)


def run(work: Callable[..., None], event: dict[str, Any], context: LambdaContext) -> None:
    """Work, but sometimes raise, or crash before or after the work."""
    fate = secrets.randbelow(400)
    if fate < 2:
        raise RuntimeError("out of luck")
    if fate == 2:
        os._exit(1)
    work(event, context)
    if fate == 3:
        os._exit(1)
