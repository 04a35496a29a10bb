"""Events from other services: require the function's permission, and are invoked asynchronously.

ministack ignores the resource policy of the function, or of the alias that is the target, and runs most
events once, without the retries and destinations of an asynchronous invocation. Here an event without
permission is not delivered, and the journal gets an `invoke-denied` with service, source and target. The
module of each service decides what happens then.

    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from collections.abc import Callable
from typing import Any, Final

from ..core import hooks, journal
from ..iam import permissions

_lambda = hooks.module("services.lambda_svc")
_find_function: Callable[[str], Any] = hooks.attribute(_lambda, "_get_func_record_for_ref")
_execution_record: Callable[[Any, Any], Any] = hooks.attribute(_lambda, "_execution_record_for_config")

NO_PERMISSIONS: Final = "NO_PERMISSIONS"
NO_RESOURCE: Final = "NO_RESOURCE"


class RefusedError(RuntimeError):
    """The function does not exist, or the service may not invoke it: `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def find(function_arn: str) -> Any:  # noqa: ANN401 - ministack's own
    """The execution record of a function, or of a version or alias of it.

    Raises:
        RefusedError: the function does not exist.
    """
    function, config, _name = _find_function(function_arn)
    if function is None:
        raise RefusedError(NO_RESOURCE, f"{function_arn} does not exist")
    return _execution_record(function, config)


def require(function_arn: str, service: str, source_arn: str) -> Any:  # noqa: ANN401 - ministack's own
    """The execution record of a function that a service may invoke.

    Args:
        function_arn: ARN of a function, or of a version or alias of it.
        service: such as `sns.amazonaws.com`.
        source_arn: the topic, rule or bucket that has the event.

    Raises:
        RefusedError: it may not, or the function does not exist.
    """
    record = find(function_arn)
    if not permissions.function_policy_allows(function_arn, service, source_arn):
        journal.note("invoke-denied", service=service, source=source_arn, target=function_arn)
        raise RefusedError(NO_PERMISSIONS, f"{service} may not invoke {function_arn} for {source_arn}")
    return record


def push(function_arn: str, service: str, source_arn: str, event: object) -> None:
    """Hand an event over to Lambda's asynchronous invocation.

    Raises:
        RefusedError: see `require`.
    """
    queue(require(function_arn, service, source_arn), event)


def queue(record: Any, event: object) -> None:  # noqa: ANN401 - ministack's own
    """Queue an event for what an execution record names."""
    _lambda.invoke_async_with_retry(record, event)
