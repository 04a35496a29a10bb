"""Routes are written in one form, and two of them match the same requests or do not."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.rules import defaults, routes
from lambda_constructs.rules.derive import access_log_format
from lambda_constructs.rules.routes import Route
from tests.for_each import for_each

NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,10}", fullmatch=True)
PARTS = st.one_of(NAMES, NAMES.map("{{{}}}".format))
PATHS = st.lists(PARTS, max_size=5).map(lambda parts: f"/{'/'.join(parts)}")


@given(st.sampled_from(routes.ROUTE_METHODS), PATHS)
def test_a_method_and_a_path_are_taken_apart(method: str, path: str) -> None:
    assert Route.parse(f"{method} {path}") == Route(method, path)


@given(st.text())
def test_any_text_is_a_route_that_reads_the_same_or_none(text: str) -> None:
    route = Route.parse(text)

    assert route is None or f"{route.method} {route.path}" == text


@for_each(
    "route",
    [
        "",
        "GET",
        "/orders",
        "GET orders",
        "GET  /orders",
        "get /orders",
        "TRACE /orders",
        "GET /orders/",
        "GET //orders",
        "GET /or ders",
        "GET /orders{id}",
        "GET /{}",
        "GET /{id",
        "GET /{proxy+}/orders",
        "GET /orders\n",
        "$default",
    ],
)
def test_anything_else_is_no_route(route: str) -> None:
    assert Route.parse(route) is None


@for_each(
    ("one", "other"),
    [
        ("GET /orders/{id}", "GET /orders/{order}"),
        ("ANY /{proxy+}", "ANY /{rest+}"),
        ("GET /{a}/b/{c}", "GET /{x}/b/{y}"),
    ],
)
def test_the_names_of_variables_tell_no_routes_apart(one: str, other: str) -> None:
    first, second = Route.parse(one), Route.parse(other)

    assert first is not None
    assert second is not None
    assert first.pattern == second.pattern


@for_each(
    ("one", "other"),
    [
        ("GET /orders", "POST /orders"),
        ("GET /orders", "ANY /orders"),
        ("GET /{id}", "GET /{id+}"),
        ("GET /{id}", "GET /id"),
        ("GET /a+b", "GET /c+b"),
    ],
)
def test_everything_else_does(one: str, other: str) -> None:
    first, second = Route.parse(one), Route.parse(other)

    assert first is not None
    assert second is not None
    assert first.pattern != second.pattern


def test_variables_come_with_the_path_before_them() -> None:
    assert Route("GET", "/orders/{id}/lines/{line}").variables == [
        ("/orders", "{id}"),
        ("/orders/{id}/lines", "{line}"),
    ]


def test_the_routes_of_an_api_that_names_none_are_routes() -> None:
    assert all(Route.parse(route) for route in defaults.ROUTES)


def test_the_access_log_is_json_with_the_request_id_that_api_gateway_asks_for() -> None:
    line = json.loads(access_log_format("routeKey"))

    assert line["requestId"] == "$context.requestId"
    assert line["route"] == "$context.routeKey"
    assert len(access_log_format("resourcePath")) < 3_000  # the size of the template that is allowed
