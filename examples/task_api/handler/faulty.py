"""A bad release of the API: the demo shows what stops it.

`cdk deploy TaskApi -c handler=faulty.read_only` deploys it.
"""

from typing import Any

from app import handler as good
from app import table
from aws_lambda_powertools.utilities.typing import LambdaContext


def read_only(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Passes the smoke test and can read, but responds to every write with 500 and never raises."""
    table.meta.client.meta.events.register("before-call.dynamodb.PutItem", fail, unique_id="fail")
    found: dict[str, Any] = good(event, context)
    return found


def fail(**_: object) -> None:
    """Replaces the writes to the table."""
    raise RuntimeError("this release has lost its way to the table")
