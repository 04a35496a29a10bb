"""CognitoTrigger: a function that a user pool asks while somebody signs up or in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Unpack

from aws_cdk import aws_cognito as cognito
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms
from ..core.guard import Guard
from ..core.option_types import checked
from ..core.stack_resources import seconds
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import timeout_of
from ..rules import derive
from ..rules.cognito import (
    COGNITO_TIMEOUT,
    timeout_above_trigger,
    trigger_asynchronous,
    trigger_event_version,
    trigger_taken,
)
from .alarms import check_latency, invocation_metrics, watch_requests


class CognitoTrigger(ProductionFunction):
    """Take part in what a Cognito user pool does: check a sign-up, add claims to a token, migrate a user.

    Cognito waits 5 seconds, asks three times in all, and then refuses the user. Creates what
    `ProductionFunction` creates, the trigger with one permission for this pool to invoke the alias, and
    alarms on invocations that fail, that are slow, and that the function's concurrency refuses.

    A grant on the pool makes a circle, because the pool needs the function: grant on a pattern of its ARN.

    Args:
        user_pool: The user pool, one of this app.
        operation: When the pool asks, such as UserPoolOperation.PRE_SIGN_UP; none of the custom senders,
            for which Cognito does not wait.
        lambda_version: Form of the event before a token is made, with
            UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG. Default: that of version 1
        **function: Options of `ProductionFunction`; but `timeout` is 5 seconds, and no more.

    Attributes:
        user_pool: The user pool.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NAMED_ALARMS: ClassVar[Mapping[str, str]] = {"failed_events": "FailedEvents"}
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.COGNITO_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        user_pool: cognito.UserPool,
        operation: cognito.UserPoolOperation,
        lambda_version: cognito.LambdaVersion | None = None,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create function and trigger."""
        guard = Guard(scope, construct_id)
        if (timeout := timeout_of(function.get("timeout"))) is None:
            function["timeout"] = timeout = seconds(COGNITO_TIMEOUT)
        runs = guard.seconds("timeout", timeout)
        guard.check(timeout_above_trigger, runs)
        _check_operation(guard, user_pool, operation, lambda_version)
        latency = check_latency(guard, function.get("alarms"), runs, COGNITO_TIMEOUT)
        super().__init__(scope, construct_id, **function)
        guard.report(self)

        self.user_pool = user_pool
        user_pool.add_trigger(operation, self.alias, lambda_version)
        watch_requests(
            self._alarms,
            function.get("alarms", Alarms()),
            invocation_metrics(self._alarms, self._names),
            self._names,
            percentage=derive.failed_events_percentage(self._rollout_plan),
            latency=latency,
            name=self._alarm_name("FailedEvents"),
        )


def _check_operation(
    guard: Guard,
    user_pool: cognito.UserPool,
    operation: cognito.UserPoolOperation,
    lambda_version: cognito.LambdaVersion | None,
) -> None:
    """Check that the pool can ask this function, and waits for its answer."""
    guard.instance(
        "user_pool", user_pool, cognito.UserPool, "a UserPool of this app, an imported one has none"
    )
    guard.instance(
        "operation",
        operation,
        cognito.UserPoolOperation,
        "an operation such as UserPoolOperation.PRE_SIGN_UP",
    )
    name = operation.operation_name
    guard.check(trigger_asynchronous, name)
    guard.check(trigger_event_version, name, None if lambda_version is None else lambda_version.value)
    # A pool does not tell its triggers, but CDK gives each a permission with this id.
    permission = user_pool.node.try_find_child(f"{name[0].upper()}{name[1:]}Cognito")
    guard.check(trigger_taken, name, taken=permission is not None)
