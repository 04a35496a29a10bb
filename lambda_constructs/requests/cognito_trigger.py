"""CognitoTrigger: a function that a user pool invokes when a user signs up or signs in."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar, Unpack

from constructs import Construct

from ..core import acknowledgements
from ..core.construction import checked
from ..core.guard import Guard
from ..function.modes import check_trigger
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.settings import resolve
from ..rules.cognito import (
    COGNITO_TIMEOUT,
    timeout_above_trigger,
    trigger_asynchronous,
    trigger_event_version,
    trigger_taken,
)
from ..template.features import COGNITO
from .alarms import check_latency, function_metrics, watch_requests

if TYPE_CHECKING:
    from aws_cdk import aws_cognito as cognito


class CognitoTrigger(ProductionFunction):
    """Customize what a Cognito user pool does: validate a sign-up, add claims to a token, migrate a user.

    Cognito waits 5 seconds for a response, tries three times, and then refuses the user. Creates what
    `ProductionFunction` creates, the trigger with one permission for this user pool to invoke the alias, and
    alarms on failing, slow and throttled invocations.

    A grant on the user pool creates a circular dependency, because the user pool refers to the function:
    grant on a pattern of its ARN instead.

    Args:
        user_pool: The user pool; one that this app creates.
        operation: When the user pool invokes the function, such as UserPoolOperation.PRE_SIGN_UP. The custom
            senders are refused, because Cognito does not wait for them.
        lambda_version: Version of the event, with UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG.
            Default: version 1
        **function: Options of `ProductionFunction`. The default of `timeout` is 5 seconds, which is also the
            maximum.

    Attributes:
        user_pool: The user pool.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "latency", "throttles")
    _NO_DEAD_LETTER_CONFIG = acknowledgements.COGNITO_FUNCTION

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
        """Check every option, then create the function and the trigger."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function, timeout=COGNITO_TIMEOUT)
        guard.check(timeout_above_trigger, settings.duration)
        check_trigger(settings, COGNITO, COGNITO_TIMEOUT)
        _check_operation(guard, user_pool, operation, lambda_version)
        latency = check_latency(settings, COGNITO_TIMEOUT)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        self.user_pool = user_pool
        user_pool.add_trigger(operation, self.alias, lambda_version)
        metrics = function_metrics(context, failed="Errors", requests="Invocations")
        watch_requests(context, metrics, latency)


def _check_operation(
    guard: Guard,
    user_pool: cognito.UserPool,
    operation: cognito.UserPoolOperation,
    lambda_version: cognito.LambdaVersion | None,
) -> None:
    """Check that the user pool can invoke this function, and waits for its response."""
    name = operation.operation_name
    guard.check(trigger_asynchronous, name)
    guard.check(trigger_event_version, name, None if lambda_version is None else lambda_version.value)
    # A user pool does not expose its triggers, but CDK gives each a permission with this id.
    permission = user_pool.node.try_find_child(f"{name[0].upper()}{name[1:]}Cognito")
    guard.check(trigger_taken, name, taken=permission is not None)
