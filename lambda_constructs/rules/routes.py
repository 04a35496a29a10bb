"""Rules for the routes of an API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .rule import Words, rule, warning
from .urls import HTTP_API_QUOTAS_URL

_ROUTES_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html"
)
_FUNCTION_URL_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"
ROUTE_METHODS: Final = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")  # _ROUTES_URL
# Routes of an HTTP API (HTTP_API_QUOTAS_URL), resources of a REST API; both quotas can be raised.
ROUTES_MAXIMUM: Final = 300

PATH_MAXIMUM: Final = 1_000  # characters, as CDK allows
_NAME: Final = r"[A-Za-z0-9._:$-]+"
# The characters of a path in RFC 3986: a client never sends others, and a query is not part of the path
_PART: Final = rf"/(([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{{2}})+|\{{{_NAME}\}})"
_FORM: Final = re.compile(
    rf"(?P<method>{'|'.join(ROUTE_METHODS)}) (?P<path>/|({_PART})+|({_PART})*/\{{{_NAME}\+\}})"
)


@dataclass(frozen=True)
class Route:
    """A route of an API, such as `GET /orders/{id}`."""

    method: str  # the HTTP method; `ANY` matches every method that has no other route
    path: str  # the path; `{name}` matches one part of it, and `{name+}` at the end matches all that follow

    @classmethod
    def parse(cls, route: str) -> Route | None:
        """Read a route; None if the text is not a route."""
        found = _FORM.fullmatch(route)
        return None if found is None else cls(found["method"], found["path"])

    @property
    def key(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"

    @property
    def pattern(self) -> str:
        """The route without the names of its variables; routes that match the same requests share it."""
        return f"{self.method} {re.sub(r'{[^+}]+', '{', self.path)}"

    @property
    def variables(self) -> list[tuple[str, str]]:
        """The variables, each with the path before it."""
        parts = self.parts
        return [
            ("".join(f"/{before}" for before in parts[:place]), part)
            for place, part in enumerate(parts)
            if part.startswith("{")
        ]

    @property
    def parts(self) -> list[str]:
        """The parts of the path."""
        return [part for part in self.path.split("/") if part]


@rule(why="An API without routes answers every request with 404.", source=_ROUTES_URL)
def routes_empty(_: Words, routes: int) -> str | None:
    """At least one route."""
    if routes:
        return None
    return "routes is empty; add a route, or leave routes out to send all requests to the function"


@warning(why="The deployment fails unless AWS has raised the account's quota.", source=HTTP_API_QUOTAS_URL)
def routes_maximum(_: Words, routes: int) -> str | None:
    """At most 300 routes."""
    if routes <= ROUTES_MAXIMUM:
        return None
    return (
        f"routes has {routes} entries, API Gateway allows {ROUTES_MAXIMUM} unless the quota is raised; "
        "combine routes with a greedy variable such as 'ANY /orders/{proxy+}'"
    )


@rule(why="API Gateway refuses the route.", source=_ROUTES_URL)
def route_form(_: Words, route: str) -> str | None:
    """A method and a path of a URL. A variable is a whole part of the path, a greedy one is the last part."""
    parsed = Route.parse(route)
    if parsed and len(parsed.path) > PATH_MAXIMUM:
        return f"a route has a path of {len(parsed.path)} characters, CDK allows {PATH_MAXIMUM}; shorten it"
    names = [part for _, part in parsed.variables] if parsed else []
    if parsed and len(names) == len(set(names)):
        return None
    if parsed:
        return f"route {route!r} has a variable twice; give each a different name"
    return (
        f"route {route!r} is not a method ({', '.join(ROUTE_METHODS)}) and a path of a URL; "
        "write it like 'GET /orders/{id}' or 'ANY /{proxy+}'"
    )


@rule(why="API Gateway refuses the second route.", source=_ROUTES_URL)
def route_twice(_: Words, routes: Sequence[Route]) -> str | None:
    """Two routes never match the same requests, whatever the names of their variables."""
    seen: dict[str, Route] = {}
    for route in routes:
        other = seen.setdefault(route.pattern, route)
        if other is not route:
            return f"routes '{other.key}' and '{route.key}' match the same requests; keep one of them"
    return None


@rule(
    why="The endpoint sends every request to the function, so the routes would have no effect.",
    source=_FUNCTION_URL_URL,
)
def routes_without_api(_: Words, endpoint: str, *, given: bool) -> str | None:
    """Only HTTP APIs and REST APIs have routes."""
    if not given:
        return None
    return (
        f"routes is set, but {endpoint} has no routes; leave it out, or use HttpApiEndpoint or "
        "RestApiEndpoint"
    )


@rule(why="The endpoint sends every request to its one function.", source=_FUNCTION_URL_URL)
def functions_without_api(_: Words, endpoint: str) -> str | None:
    """Only HTTP APIs and REST APIs have several functions."""
    return (
        f"add_function needs routes, but {endpoint} has none; use HttpApiEndpoint or RestApiEndpoint, or "
        "create another HttpFunction"
    )
