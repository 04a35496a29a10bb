"""Writes a function's logs with its execution role.

Lambda needs `logs:CreateLogStream` and `logs:PutLogEvents` on the function's log group, and
`logs:CreateLogGroup` if there is none yet. Without them the function runs and its logs are lost.
ministack writes them anyway. It also loses what an invocation printed when two of them write the first lines
of a group at the same moment, because each makes the group; here they write one after the other.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks, journal
from ..iam import permissions

Record = Mapping[str, Any]

_WRITE: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
_CREATE_GROUP: Final = "logs:CreateLogGroup"

_lambda = hooks.module("services.lambda_svc")
_logs = hooks.module("services.cloudwatch_logs")
_responses = hooks.module("core.responses")
_writing: Final = threading.Lock()
_groups: Mapping[str, Any] = hooks.attribute(_logs, "_log_groups")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")


def install() -> None:
    """Check the role before writing logs.

    Raises:
        hooks.HookError: ministack's function that writes them is gone.
    """
    hooks.wrap(_lambda, "_emit_lambda_logs", _write)


def _write(original: Callable[..., None], /, function: Record, *args: object, **kwargs: object) -> None:
    configuration = function.get("config") or function
    missing = _missing(configuration)
    if missing:
        journal.note("logs-denied", function=configuration["FunctionName"], missing=missing)
    else:
        with _writing:
            original(function, *args, **kwargs)


def _missing(configuration: Record) -> list[str]:
    """The permissions that the role lacks to write the logs of the function."""
    name: str = configuration["FunctionName"]
    group = (configuration.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
    arn = f"arn:aws:logs:{_region()}:{_account()}:log-group:{group}"
    # IAM is asked about the stream, whose name is new each time, so no policy names one; and about a group
    # as about a stream without a name, so a policy on `<group>:*` is meant, too.
    needed = dict.fromkeys(_WRITE, f"{arn}:log-stream:new")
    if group not in _groups:
        needed[_CREATE_GROUP] = f"{arn}:log-stream:"
    role: str = configuration["Role"]
    return [
        action for action, resource in needed.items() if not permissions.role_allows(role, action, resource)
    ]
