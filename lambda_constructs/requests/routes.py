"""The routes of an API, checked and parsed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..core.guard import Guard
from ..rules import defaults
from ..rules.cors import cors_options_route
from ..rules.endpoint import throttling_above_account, throttling_range
from ..rules.rest_api import path_part_form, path_part_reserved, path_variables
from ..rules.routes import Route, route_form, route_twice, routes_empty, routes_maximum
from ..template.values import Unknown
from .authorizers import Authorizer, IamAuthorizer, check_authorizer


@dataclass(frozen=True, kw_only=True)
class ApiRoute:
    """A route of an API that differs from the other routes of its function.

    Args:
        route: The route, such as "GET /health".
        authorizer: How the callers of the route are authorized. Default: like those of the function's other
            routes
        throttling_rate_limit: Steady-state requests per second for the route. Default: the limit of the API
        throttling_burst_limit: Concurrent requests for the route. Default: the limit of the API
    """

    route: str
    authorizer: Authorizer | None = None
    throttling_rate_limit: float | None = None
    throttling_burst_limit: int | None = None


Routes: TypeAlias = Sequence[str | ApiRoute]
"""Routes as text, such as "GET /orders/{id}", or as `ApiRoute`."""


@dataclass(frozen=True, kw_only=True)
class Throttling:
    """How many requests API Gateway lets through."""

    rate_limit: float
    burst_limit: int

    def check(self, guard: Guard, option: str = "endpoint") -> None:
        """Check that it lets requests through, and leaves some of the account's quota to other APIs."""
        rate, burst = guard.number(self.rate_limit), guard.integer(self.burst_limit)
        guard.check(throttling_range, rate, burst, option=option)
        guard.check(throttling_above_account, rate, burst, option=option)


@dataclass(frozen=True)
class CheckedRoute(Route):
    """A route that passed all checks."""

    authorizer: Authorizer  # how its callers are authorized
    throttling: Throttling | None  # its own limits; None for those of the API

    @property
    def calls(self) -> str:
        """The stage, method and path of its calls, as the end of an ARN."""
        method = "*" if self.method == "ANY" else self.method
        return f"*/{method}{re.sub(r'{[^}]*}', '*', self.path)}"


@dataclass(frozen=True, kw_only=True)
class ApiFacts:
    """The properties of an API that the checks of routes need."""

    rest: bool  # whether it is a REST API
    cors: bool  # whether it answers OPTIONS itself
    authorizer: Authorizer | None  # how the callers of routes are authorized that do not say it
    throttling: Throttling  # the limits of routes that have no other ones


def check_routes(
    guard: Guard, routes: Routes | None, api: ApiFacts, others: Sequence[CheckedRoute] = ()
) -> list[CheckedRoute]:
    """Check the routes of a function; by default they match all requests.

    `others` are the routes of other functions of the API.
    """
    given = [
        each if isinstance(each, ApiRoute) else ApiRoute(route=each)
        for each in (defaults.ROUTES if routes is None else routes)
    ]
    for each in given:
        if isinstance(guard.text(each.route), Unknown):
            # Logical ids contain them.
            guard.refuse_unknown("routes", "routes that are known at synthesis")
    guard.check(routes_empty, len(given))
    guard.check(routes_maximum, len(given) + len(others))
    parsed = []
    for each in given:
        guard.check(route_form, each.route)
        if api.cors:
            guard.check(cors_options_route, each.route)
        if valid := Route.parse(each.route):
            parsed.append(_checked(guard, valid, each, api))
    guard.check(route_twice, [*others, *parsed])
    if api.rest:
        guard.check(path_variables, [*others, *parsed])
        for route in parsed:
            guard.check(path_part_form, route)
            guard.check(path_part_reserved, route)
    return parsed


def _checked(guard: Guard, route: Route, given: ApiRoute, api: ApiFacts) -> CheckedRoute:
    """Check what is different about a route."""
    if given.authorizer is not None:
        check_authorizer(guard, given.authorizer, rest=api.rest)
    throttling, rate, burst = None, given.throttling_rate_limit, given.throttling_burst_limit
    if rate is not None or burst is not None:
        throttling = Throttling(
            rate_limit=api.throttling.rate_limit if rate is None else rate,
            burst_limit=api.throttling.burst_limit if burst is None else burst,
        )
        throttling.check(guard, f"ApiRoute({given.route!r})")
    authorizer = given.authorizer or api.authorizer or IamAuthorizer()
    return CheckedRoute(route.method, route.path, authorizer, throttling)
