"""The routes of an API, checked and taken apart."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.guard import Guard, Unknown
from ..rules import defaults
from ..rules.cors import cors_options_route
from ..rules.rest_api import path_part_form, path_variables
from ..rules.routes import Route, route_form, route_twice, routes_empty, routes_maximum


def check_routes(guard: Guard, routes: Sequence[str] | None, *, rest: bool, cors: bool) -> list[Route]:
    """Check the routes of an API; those that are not given are everything.

    Args:
        guard: Guard of the workload.
        routes: The user's choice.
        rest: Whether they are those of a REST API.
        cors: Whether the API answers OPTIONS itself.
    """
    texts = list(defaults.ROUTES) if routes is None else list(_texts(guard, routes))
    guard.check(routes_empty, len(texts))
    guard.check(routes_maximum, len(texts))
    parsed = []
    for text in texts:
        guard.check(route_form, text)
        if cors:
            guard.check(cors_options_route, text)
        if route := Route.parse(text):
            parsed.append(route)
    guard.check(route_twice, parsed)
    if rest:
        guard.check(path_variables, parsed)
        for route in parsed:
            guard.check(path_part_form, route)
    return parsed


def _texts(guard: Guard, routes: Sequence[str]) -> Sequence[str]:
    guard.instance("routes", routes, list | tuple, "a list of routes, such as ['GET /orders']")
    for route in routes:
        if isinstance(guard.text("routes", route), Unknown):
            # They are parts of logical ids.
            guard.refuse_type("routes", routes, "routes that are known at synthesis")
    return routes
