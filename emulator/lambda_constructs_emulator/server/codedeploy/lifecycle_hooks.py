"""Runs lifecycle hooks: functions that accept or fail a deployment before or after traffic moves.

CodeDeploy invokes the function with the ids of the deployment and of this execution, and waits until it
reports with `PutLifecycleEventHookExecutionStatus`, an hour at most. `Failed` and silence fail the
deployment.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html

A function that ends with an error and has not reported fails the deployment at once; AWS may wait for the
rest of the hour. The hour follows the emulator's clock and starts when the function has ended, because its
own run is not scaled.
"""

import contextvars
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from ..core import clock, hooks, journal
from .deployments import POLL_SECONDS, Deployment, HaltedError, check_alarms, require_permission

_lambda = hooks.module("services.lambda_svc")
_function_of: Callable[[str], tuple[Any, Any, str]] = hooks.attribute(_lambda, "_get_func_record_for_ref")

_PATIENCE: Final = 3600.0
SUCCEEDED: Final = "Succeeded"


def run(deployment: Deployment, lifecycle_event: str, function: str) -> None:
    """Run a hook and wait for what it reports.

    Args:
        deployment: the one that waits.
        lifecycle_event: `BeforeAllowTraffic` or `AfterAllowTraffic`.
        function: name or ARN of the hook.

    Raises:
        HaltedError: it may not be run, it did not report success, or an alarm went off meanwhile.
    """
    record, config, _name = _function_of(function)
    if record is None:
        raise HaltedError("INVALID_LAMBDA_FUNCTION", f"The {lifecycle_event} hook {function} does not exist.")
    require_permission(deployment.group, "lambda:InvokeFunction", config["FunctionArn"])
    execution = str(uuid4())
    deployment.reports[execution] = ""
    event = {"DeploymentId": deployment.id, "LifecycleEventHookExecutionId": execution}
    outcome = _outcome(deployment, execution, _Invocation({**record, "config": config}, event))
    journal.note(
        "hook",
        deployment=deployment.id,
        event=lifecycle_event,
        function=config["FunctionName"],
        outcome=outcome,
    )
    if outcome != SUCCEEDED:
        raise HaltedError(
            "HOOK_EXECUTION_FAILURE", f"The following validations failed: {lifecycle_event} ({outcome})."
        )


class _Invocation:
    """An invocation on a separate thread.

    Attributes:
        ended: when, by the monotonic clock; none while it runs.
        failed: whether it ended with an error.
    """

    def __init__(self, record: Mapping[str, Any], event: Mapping[str, str]) -> None:
        self.ended: float | None = None
        self.failed = False
        # The account and the region are context variables.
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run, record, event), daemon=True).start()

    def _run(self, record: Mapping[str, Any], event: Mapping[str, str]) -> None:
        try:
            # Looked up now: other parts wrap it.
            self.failed = bool(hooks.attribute(_lambda, "_execute_function")(record, event).get("error"))
        except Exception:
            self.failed = True
            raise
        finally:
            self.ended = time.monotonic()


def _outcome(deployment: Deployment, execution: str, invocation: _Invocation) -> str:
    """The status that it reported, or why it did not report."""
    while True:
        ended = invocation.ended  # before the report, which comes first
        if reported := deployment.reports[execution]:
            return reported
        if ended is not None and invocation.failed:
            return "the function failed and reported nothing"
        if ended is not None and time.monotonic() > ended + clock.here(_PATIENCE):
            return "no report within an hour"
        check_alarms(deployment.group)
        time.sleep(POLL_SECONDS)
