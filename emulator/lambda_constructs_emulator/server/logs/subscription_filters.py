"""Subscription filters with a function: require its permission, and invoke any qualifier asynchronously.

CloudWatch Logs refuses a filter without permission to invoke the function. ministack accepts it, delivers
without permission, and always runs the unpublished version, once.

AWS does not document what happens to events after the permission is removed; here they are lost. A
function does not get its own log, because that would be an endless loop, here and on AWS.

    https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
"""

import base64
import gzip
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ..core import hooks
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError
from . import log_filters

Document = Mapping[str, Any]
Response = tuple[int, Mapping[str, str], bytes]

_logs = hooks.module("services.cloudwatch_logs")
_responses = hooks.module("core.responses")
_groups: Any = hooks.attribute(_logs, "_log_groups")
_error: Callable[[str, str, int], Response] = hooks.attribute(_responses, "error_response_json")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_SERVICE: Final = "logs.amazonaws.com"
_OWN_GROUP: Final = "/aws/lambda/"


def install() -> None:
    """Check permissions, and invoke asynchronously.

    Raises:
        hooks.HookError: ministack takes or serves subscription filters in another way now.
    """
    hooks.wrap(_logs, "_put_subscription_filter", _put)
    hooks.wrap(_logs, "_fanout_to_subscription_filters", _deliver_all)


def _put(original: Callable[[Document], Response], request: Document) -> Response:
    destination = request.get("destinationArn") or ""
    if ":function:" in destination:
        try:
            deliveries.require(destination, _SERVICE, _group_arn(request["logGroupName"]))
        except RefusedError:
            message = (
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission "
                "to execute your function."
            )
            return _error("InvalidParameterException", message, 400)
    return original(request)


def _deliver_all(_original: Callable[..., None], group: str, stream: str, events: Sequence[Document]) -> None:
    """Deliver to functions, the only destinations that ministack serves either."""
    filters: Mapping[str, Document] = (_groups.get(group) or {}).get("subscriptionFilters") or {}
    for subscription in list(filters.values()):
        destination: str = subscription["destinationArn"]
        name = destination.partition(":function:")[2].partition(":")[0]
        matches = log_filters.matching(subscription["filterPattern"])
        matching = [each for each in events if matches(each["message"])]
        if not name or not matching or group == f"{_OWN_GROUP}{name}":
            continue
        try:
            event = _event(group, stream, subscription["filterName"], matching)
            deliveries.push(destination, _SERVICE, _group_arn(group), event)
        except RefusedError:
            continue  # The journal has it.


def _group_arn(group: str) -> str:
    return f"arn:aws:logs:{_region()}:{_account()}:log-group:{group}:*"


def _event(group: str, stream: str, filter_name: str, events: Sequence[Document]) -> Document:
    """The event of the function: compressed and encoded JSON."""
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": _account(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [filter_name],
        "logEvents": [
            {"id": uuid.uuid4().hex, "timestamp": each["timestamp"], "message": each["message"]}
            for each in events
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}
