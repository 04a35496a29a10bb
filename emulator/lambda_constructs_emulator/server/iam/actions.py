"""The permission that a request needs where ministack asks for another one.

For an operation of Lambda that it does not know, such as `GetAlias` or `GetProvisionedConcurrencyConfig`, it
asks for another action of the same path; here botocore's model of the API names the operation. The resource
of the deletion of a version is the version, that of a read of a table's stream is the stream, and that of a
request about the targets of an EventBridge rule is the rule. A batch of SQS needs the action of a single
message.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

_actions = hooks.module("core.iam_actions")
_models: dict[str, list[str]] = hooks.attribute(_actions, "_BOTOCORE_SERVICE_MAP")
_operation_of: Callable[[str, str, str], Any] = hooks.attribute(_actions, "_match_rest_action")

_iterator: Callable[[str], dict[str, Any] | None] = hooks.attribute(
    hooks.module("services.dynamodb_streams"), "_decode_iterator"
)

_EVENTS: Final = "events"
_LAMBDA: Final = "lambda"
_TABLE_STREAMS: Final = "dynamodbstreams"
_QUALIFIER: Final = "Qualifier"
# The operations whose action has another name.
_RENAMED: Final = {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}
_BATCHES: Final = frozenset({"ChangeMessageVisibilityBatch", "DeleteMessageBatch", "SendMessageBatch"})


def install() -> None:
    """Name the actions and resources.

    Raises:
        hooks.HookError: ministack's functions that name them are gone.
    """
    _models.setdefault(_LAMBDA, [_LAMBDA])
    hooks.wrap(_actions, "_lambda_action", _lambda_action)
    hooks.wrap(_actions, "extract_resource_arn", _resource)
    hooks.wrap(_actions, "_action_from_target", _action_of_target)


def _lambda_action(original: Callable[[str, str], str | None], method: str, path: str) -> str | None:
    operation = _operation_of(_LAMBDA, method, path)
    return _RENAMED.get(operation, operation) or original(method, path)


def _resource(original: Callable[..., str], /, *args: Any) -> str:  # noqa: ANN401 - ministack's
    service, method, _path, _headers, body, query, *_ = args
    arn = original(*args)
    if service == _TABLE_STREAMS:
        request = json.loads(body or b"{}")
        position = _iterator(request.get("ShardIterator", "")) or {}
        return str(request.get("StreamArn") or position.get("arn") or arn)
    if service == _EVENTS and (rule := json.loads(body or b"{}").get("Rule")):
        named = json.dumps({**json.loads(body), "Name": rule}).encode()
        return original(*args[:4], named, *args[5:])
    if (service, method) != (_LAMBDA, "DELETE") or _QUALIFIER not in query:
        return arn
    qualifier = query[_QUALIFIER]
    return f"{arn}:{qualifier[0] if isinstance(qualifier, list) else qualifier}"


def _action_of_target(
    original: Callable[[Mapping[str, str]], str | None], headers: Mapping[str, str]
) -> str | None:
    action = original(headers)
    return action.removesuffix("Batch") if action in _BATCHES else action
