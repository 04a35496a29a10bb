"""Rules for tasks of Step Functions that invoke functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..template.state_machines import Task, tasks
from ..template.template import Resource, Template
from ..template.values import Unknown
from .function import TIMEOUT_DEFAULT
from .rule import Place, Words, at, warning

_ERRORS_URL: Final = "https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html"
# Errors of Lambda itself, for which a second attempt helps: _ERRORS_URL
SERVICE_ERRORS: Final = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)


@warning(
    why="A throttle or a short failure of Lambda fails the execution, although another attempt would help.",
    source=_ERRORS_URL,
)
def task_without_retry(_: Words, task: str, errors: Sequence[str]) -> str | None:
    """Tasks retry, or catch, the errors of Lambda itself."""
    if not errors:
        return None
    return f"task {task!r} does not handle {', '.join(errors)}; add them to a Retry of the task"


@task_without_retry.in_template
def _(template: Template) -> Iterator[Place]:
    for task in tasks(template):
        handled = {error: task.handles(error) for error in SERVICE_ERRORS}
        unknown = [each for each in handled.values() if isinstance(each, Unknown)]
        errors = unknown[0] if unknown else [error for error, each in handled.items() if not each]
        yield at(task.machine, task.location, task.name, errors, about=_invoked(task))


@warning(
    why="The task fails with States.Timeout while the function is still running, and a retry runs it again.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html",
)
def task_timeout_below_function(_: Words, task: str, seconds: float, timeout: int) -> str | None:
    """A task waits at least for the function's timeout."""
    if seconds >= timeout:
        return None
    return (
        f"task {task!r} waits {seconds:g} seconds, but the function's timeout is {timeout}; raise "
        "TimeoutSeconds, or lower the timeout of the function"
    )


@task_timeout_below_function.in_template
def _(template: Template) -> Iterator[Place]:
    for task in tasks(template):
        if task.timeout is not None:
            timeout = task.target.function.integer("Timeout", default=TIMEOUT_DEFAULT)
            yield at(task.machine, task.location, task.name, task.timeout, timeout, about=_invoked(task))


def _invoked(task: Task) -> list[Resource]:
    return [task.target.alias or task.target.function]
