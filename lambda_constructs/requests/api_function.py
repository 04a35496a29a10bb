"""ApiFunction: a function that answers some of the routes of an API."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import ClassVar, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from ..core import acknowledgements
from ..core.construction import checked
from ..core.context import Context
from ..core.guard import Guard
from ..function.modes import check_trigger
from ..function.options import FunctionOptions
from ..function.production_function import ProductionFunction
from ..function.rollout import given_alarms
from ..function.settings import resolve
from ..rules import defaults
from ..rules.authorizers import grant_without_iam
from ..rules.endpoint import streaming_runtime, timeout_above_endpoint
from ..rules.rollout_alarms import rollout_alarms_maximum
from .alarms import check_latency, function_metrics, watch_requests
from .authorizers import Authorizer, IamAuthorizer, check_authorizer
from .endpoint import SharedApi
from .routes import Routes, check_routes

# Those on errors and on failing requests of the function, and that on failing requests of the API.
_OWN_ALARMS = 3


class ApiFunction(ProductionFunction):
    """Answer routes of the API of an `HttpFunction`, which creates it with `add_function`.

    Creates what `ProductionFunction` creates; the routes, each with a permission to invoke the alias; and
    alarms on failing, slow and throttled requests of this function. The share of failing requests of the
    whole API stops a rollout, too.

    Args:
        routes: The routes, such as "GET /orders/{id}", or `ApiRoute(...)` for one with another authorizer or
            other limits; required.
        authorizer: How the callers of these routes are authorized. Default: like those of the API
        **function: Options of `ProductionFunction`. The default of `timeout` is 15 seconds.

    Attributes:
        call_arns: The ARNs of the calls of each route, in the order of `routes`.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits, or the API has one of the routes;
            nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ("failed_events", "latency", "throttles")
    _NO_DEAD_LETTER_CONFIG = acknowledgements.HTTP_FUNCTION

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        routes: Routes,
        authorizer: Authorizer | None = None,
        _api: SharedApi,
        _owner: Context,
        **function: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function and its routes."""
        guard = Guard(scope, construct_id)
        settings = resolve(guard, function, timeout=defaults.HTTP_TIMEOUT)
        if authorizer is not None:
            check_authorizer(guard, authorizer, rest=_api.facts.rest)
        facts = replace(_api.facts, authorizer=authorizer or _api.facts.authorizer)
        parsed = check_routes(guard, routes, facts, _api.routes)
        guard.check(timeout_above_endpoint, settings.duration, _api.timeout, endpoint=_api.name)
        check_trigger(settings, _api.name, _api.timeout)
        if _api.streaming and not settings.image:
            guard.check(streaming_runtime, settings.runtime.name)
        latency = check_latency(settings, _api.timeout)
        guard.check(rollout_alarms_maximum, len(given_alarms(settings.rollout)) + _OWN_ALARMS)
        super().__init__(scope, construct_id, _settings=settings)

        context = self._context
        metrics = function_metrics(context, failed="Errors", requests="Invocations")
        watch_requests(context, metrics, latency)
        if _owner.alarms.options.has("failed_events"):
            self.deployment_group.watch(self, _owner.failed_events_name)
        self.call_arns: list[str] = _api.add(context, Construct(self, "Endpoint"), parsed)
        self._authorizers = [type(route.authorizer).__name__ for route in parsed]

    def grant_invoke_endpoint(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal call the routes of this function that authorize their callers with IAM.

        Raises:
            ConfigurationError: The routes do not authorize their callers with IAM.
        """
        self._check(ApiFunction.grant_invoke_endpoint, grantee=grantee)
        wanted = IamAuthorizer.__name__
        found = [arn for arn, name in zip(self.call_arns, self._authorizers, strict=True) if name == wanted]
        self._context.guard.check(grant_without_iam, wanted if found else self._authorizers[0])
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["execute-api:Invoke"], resource_arns=found
        )
