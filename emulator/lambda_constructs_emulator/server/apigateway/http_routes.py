"""Finds the route of a request to an HTTP API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

Document = Mapping[str, Any]

_http_apis = hooks.module("services.apigateway")
_routes: Any = hooks.attribute(_http_apis, "_routes")
_specificity: Callable[[str, str], Any] = hooks.attribute(_http_apis, "_route_specificity")
_path_matches: Callable[[str, str], bool] = hooks.attribute(_http_apis, "_path_matches")
_extract: Callable[[str, str], Mapping[str, str] | None] = hooks.attribute(_http_apis, "_extract_path_params")

DEFAULT: Final = "$default"


def install() -> None:
    """Match routes here instead of in ministack.

    Raises:
        hooks.HookError: ministack matches routes in another way now.
    """
    hooks.wrap(_http_apis, "_match_route", _match)


def match(api: str, method: str, path: str) -> Document | None:
    """The route of a request; None if the API has none for it."""
    # AWS takes several slashes at the beginning for one.
    return _match(None, api, method, f"/{path.lstrip('/')}")


def parameters(route_key: str, path: str) -> Mapping[str, str] | None:
    """The values of the variables in the path of a route; None if it has no variables."""
    _method, _, template = route_key.partition(" ")
    return (_extract(template, f"/{path.lstrip('/')}") or None) if "{" in template else None


def _match(_original: object, api: str, method: str, path: str) -> Document | None:
    routes = {route["routeKey"]: route for route in _routes.get(api, {}).values()}
    return routes.get(_matched(tuple(routes), method.upper(), path))


@functools.lru_cache(maxsize=1024)
def _matched(keys: tuple[str, ...], method: str, path: str) -> str:
    """The key of the most specific route: one without a greedy variable, with the most literal segments."""
    found = [key for key in keys if _matches(*key.partition(" ")[::2], method, path)]
    return max(found, key=lambda key: _specificity(*key.partition(" ")[::2]), default=DEFAULT)


def _matches(route_method: str, route_path: str, method: str, path: str) -> bool:
    return route_method in {method, "ANY"} and _path_matches(route_path, path)
