"""First checks of orders at the API, without AWS. The worker behind the queue checks them completely."""

import json
from typing import Any

MAX_BYTES = 64 * 1024
"""Maximum size of an order. SQS allows 16 times that, and Lambda receives ten messages together."""


class RefusedError(ValueError):
    """The request is obviously not an order; the status is the HTTP status of the response."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def order_id_of(body: str) -> str:
    """The id of the order in a request.

    Raises:
        RefusedError: 400 if it is not JSON, 422 if it is not an order of a customer with items.
    """
    if len(body.encode()) > MAX_BYTES:
        raise RefusedError(422, f"an order has at most {MAX_BYTES} bytes")
    try:
        order: Any = json.loads(body)
    except json.JSONDecodeError as error:
        raise RefusedError(400, f"not JSON: {error}") from error
    if not isinstance(order, dict):
        raise RefusedError(422, "an order is a JSON object")
    for name in ("order_id", "customer"):
        if not isinstance(order.get(name), str) or not order[name].strip():
            raise RefusedError(422, f"{name} must be a string that is not empty")
    if not isinstance(order.get("items"), list) or not order["items"]:
        raise RefusedError(422, "items must be a list with at least one item")
    order_id: str = order["order_id"]
    return order_id
