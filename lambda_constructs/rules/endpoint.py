"""Rules for endpoints: what they route, how long they wait, who may call them from a browser."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from . import limits
from .routes import Route
from .rule import Words, rule


@rule(
    "routes-empty", why="An API without routes answers every request with 404.", source=limits.API_ROUTES_URL
)
def routes_empty(_: Words, routes: int) -> str | None:
    """At least one route."""
    return None if routes else "routes is empty; name at least one, or leave it out for all requests"


@rule(
    "routes-maximum",
    severity="warning",
    why="Without a raised quota the deployment fails.",
    source=limits.HTTP_API_QUOTAS_URL,
)
def routes_maximum(_: Words, routes: int) -> str | None:
    """At most 300 routes."""
    maximum = limits.ROUTES_MAXIMUM
    if routes <= maximum:
        return None
    return (
        f"routes are {routes}, API Gateway allows {maximum} unless the quota is raised; "
        "use a greedy variable such as 'ANY /orders/{proxy+}'"
    )


@rule("route-form", why="API Gateway refuses the route.", source=limits.API_ROUTES_URL)
def route_form(_: Words, route: str) -> str | None:
    """A method and a path; variables are whole parts of it, a greedy one is the last."""
    if Route.parse(route):
        return None
    return (
        f"route {route!r} is no method of {', '.join(limits.ROUTE_METHODS)} with a path; "
        "write it like 'GET /orders/{id}' or 'ANY /{proxy+}'"
    )


@rule("route-twice", why="API Gateway refuses the second route.", source=limits.API_ROUTES_URL)
def route_twice(_: Words, routes: Sequence[Route]) -> str | None:
    """Each request has one route; the names of variables tell none apart."""
    seen: dict[str, Route] = {}
    for route in routes:
        other = seen.setdefault(route.pattern, route)
        if other is not route:
            return (
                f"routes '{other.method} {other.path}' and '{route.method} {route.path}' match the same "
                "requests; keep one of them"
            )
    return None


@rule(
    "path-variables",
    why="A resource of a REST API has one variable below it: the deployment fails.",
    source=limits.REST_RESOURCE_URL,
)
def path_variables(_: Words, routes: Sequence[Route]) -> str | None:
    """In a REST API the variables that follow the same parts have the same name."""
    variables: dict[str, str] = {}
    for parent, part in (variable for route in routes for variable in route.variables):
        other = variables.setdefault(parent, part)
        if other != part:
            return (
                f"routes have '{parent}/{other}' and '{parent}/{part}', a REST API allows one variable in a "
                "place; use one name, or an HTTP API"
            )
    return None


@rule("path-part-form", why="API Gateway refuses the resource.", source=limits.REST_RESOURCE_URL)
def path_part_form(_: Words, route: Route) -> str | None:
    """In a REST API a path has letters, digits and `:._$-`."""
    for part in route.parts:
        if not re.fullmatch(limits.PATH_PART_PATTERN, part):
            return (
                f"route '{route.method} {route.path}' has the part {part!r}, a REST API allows letters, "
                "digits and :._$-; rename it, or use an HTTP API"
            )
    return None


@rule(
    "routes-without-api",
    why="The endpoint hands every request to the function: the routes would silently do nothing.",
    source=limits.FUNCTION_URL_URL,
)
def routes_without_api(_: Words, endpoint: str, *, given: bool) -> str | None:
    """Only APIs have routes."""
    if not given:
        return None
    return f"routes are given for {endpoint}, which has none; leave them out, or use an API"


@rule(
    "timeout-above-endpoint",
    why="The endpoint answers with an error while the function works on, and the caller sends the request "
    "again.",
    source=limits.HTTP_API_QUOTAS_URL,
)
def timeout_above_endpoint(_: Words, timeout: int, waits: int, *, endpoint: str) -> str | None:
    """The function answers within the time that its endpoint waits."""
    if timeout <= waits:
        return None
    return (
        f"timeout is {timeout} seconds, {endpoint} waits {waits}; lower it and hand longer work to a "
        "queue, or use an endpoint that waits longer"
    )


@rule(
    "timeout-above-idle-timeout",
    severity="warning",
    why="The load balancer answers with 504 when its connection is idle for too long, while the function "
    "works on.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
    "/load-balancer-troubleshooting.html",
)
def timeout_above_idle_timeout(_: Words, timeout: int) -> str | None:
    """The function answers within the idle timeout that load balancers have unless told otherwise."""
    if timeout <= limits.IDLE_TIMEOUT_DEFAULT:
        return None
    return (
        f"timeout is {timeout} seconds, the idle timeout of a load balancer is {limits.IDLE_TIMEOUT_DEFAULT} "
        "unless it is changed; raise that one, or lower timeout"
    )


@rule("integration-timeout-range", why="API Gateway refuses the method.", source=limits.API_STREAMING_URL)
def integration_timeout_range(_: Words, timeout: int, *, streaming: bool) -> str | None:
    """At least a second; at most 15 minutes for a stream."""
    maximum = limits.REST_API_STREAMING_TIMEOUT
    if timeout >= 1 and not (streaming and timeout > maximum):
        return None
    allowed = f"1 to {maximum}" if streaming else "1 or more"
    return (
        f"endpoint.integration_timeout is {timeout} seconds, API Gateway allows {allowed}; "
        "choose one of these"
    )


@rule(
    "integration-timeout-raised",
    severity="warning",
    why="The deployment fails unless the account's quota was raised, which may cost some of its rate.",
    source=limits.REST_API_QUOTAS_URL,
)
def integration_timeout_raised(_: Words, timeout: int, *, streaming: bool) -> str | None:
    """At most the 29 seconds that every account has; streams may take longer."""
    if streaming or timeout <= limits.REST_API_TIMEOUT:
        return None
    return (
        f"endpoint.integration_timeout is {timeout} seconds, an account has {limits.REST_API_TIMEOUT} "
        "unless its quota is raised; raise it first, then acknowledge this warning"
    )


@rule(
    "streaming-runtime",
    severity="warning",
    why="A handler of a managed runtime other than Node.js returns its answer whole.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html",
)
def streaming_runtime(_: Words, runtime: str) -> str | None:
    """Node.js, or a runtime of one's own."""
    if runtime.startswith(("nodejs", "provided")):
        return None
    return (
        f"response_streaming is set for {runtime}, whose handlers cannot stream; add the Lambda Web Adapter, "
        "then acknowledge this warning"
    )


@rule("throttling-range", why="API Gateway would refuse every request.", source=limits.API_ACCOUNT_QUOTAS_URL)
def throttling_range(_: Words, rate: float, burst: int) -> str | None:
    """A rate above 0 and room for a request."""
    if rate > 0 and burst >= 1:
        return None
    return (
        f"endpoint.throttling_rate_limit is {rate} and throttling_burst_limit is {burst}: no request would "
        "get through; raise them"
    )


@rule(
    "throttling-above-account",
    severity="warning",
    why="All APIs of an account and region share its quota: this one is not bounded, and can starve others.",
    source=limits.API_ACCOUNT_QUOTAS_URL,
)
def throttling_above_account(_: Words, rate: float, burst: int) -> str | None:
    """Less than what an account has."""
    if rate < limits.ACCOUNT_RATE and burst < limits.ACCOUNT_BURST:
        return None
    return (
        f"endpoint lets {rate:g} requests per second and bursts of {burst} in, all APIs of an account "
        f"share {limits.ACCOUNT_RATE} and {limits.ACCOUNT_BURST} unless raised; lower them"
    )


@rule(
    "validated-route-unknown",
    why="What is validated for a route that does not exist is never validated.",
    source=limits.REQUEST_VALIDATION_URL,
)
def validated_route_unknown(_: Words, option: str, route: str, routes: Collection[str]) -> str | None:
    """Requests are validated by route."""
    if route in routes:
        return None
    return f"endpoint.{option} names {route!r}, which is not in routes; write it as it stands there"


@rule("required-parameter-form", why="API Gateway refuses the method.", source=limits.REQUEST_VALIDATION_URL)
def required_parameter_form(_: Words, parameter: str) -> str | None:
    """A parameter of the query, or a header."""
    if re.fullmatch(r"(querystring|header)\.[A-Za-z0-9._$-]+", parameter):
        return None
    return (
        f"required parameter {parameter!r} is neither a parameter of the query nor a header; write it like "
        "'querystring.page' or 'header.If-Match'"
    )


@rule("listener-priority", why="The load balancer refuses the rule.", source=limits.LISTENER_RULE_URL)
def listener_priority(_: Words, priority: int) -> str | None:
    """1 to 50,000."""
    maximum = limits.LISTENER_PRIORITY_MAXIMUM
    if 1 <= priority <= maximum:
        return None
    return f"endpoint.priority is {priority}, a listener allows 1 to {maximum}; choose one of these"


@rule("listener-conditions", why="The load balancer refuses the rule.", source=limits.LISTENER_RULE_URL)
def listener_conditions(_: Words, conditions: int) -> str | None:
    """At least one condition."""
    if conditions:
        return None
    return "endpoint.conditions is empty; pass at least ListenerCondition.path_patterns(['/*'])"


@rule(
    "listener-condition-repeated", why="The load balancer refuses the rule.", source=limits.LISTENER_RULE_URL
)
def listener_condition_repeated(_: Words, fields: Sequence[str]) -> str | None:
    """One condition of each kind, but for headers and query strings."""
    repeated = [each for each in sorted(limits.LISTENER_CONDITIONS_ONCE) if fields.count(each) > 1]
    if not repeated:
        return None
    return (
        f"endpoint.conditions has {' and '.join(repeated)} more than once; pass one condition with all of "
        "its values"
    )


@rule(
    "latency-above-timeout",
    severity="warning",
    why="No request takes longer than the function may run and its start, so the alarm hardly ever fires.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
)
def latency_above_timeout(_: Words, threshold: int, timeout: int) -> str | None:
    """The latency alarm fires before requests fail."""
    if threshold < timeout:
        return None
    return (
        f"alarms.latency_threshold is {threshold} seconds, the function may take {timeout}; choose less, "
        "or leave it out for half of it"
    )
