"""Requests to HTTP APIs: which API a request is for, and what it consists of.

A request finds an HTTP API by its host name, by a path of the emulator or by a custom domain. It takes the
stage that its path names, or else `$default`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from ..core import hooks

Scope = Mapping[str, Any]

_app = hooks.module("app")
_http_apis = hooks.module("services.apigateway")
_apis: Any = hooks.attribute(_http_apis, "_apis")
_stages: Any = hooks.attribute(_http_apis, "_stages")
_parse_url: Callable[[str, str], tuple[str, str, str] | None] = hooks.attribute(
    _app, "_parse_execute_api_url"
)
_parse_domain: Callable[[str, str], tuple[str, str, str] | None] = hooks.attribute(
    _app, "_resolve_custom_domain_request"
)
_decode_path: Callable[[str], str] = hooks.attribute(_http_apis, "decode_http_api_path")
_text: Callable[[bytes], str] = hooks.attribute(hooks.module("core.sigv4"), "decode_header_value")

_DEFAULT_STAGE: Final = "$default"
_CONNECTIONS: Final = "/@connections/"


class Address(NamedTuple):
    """A path in a stage of an API."""

    account: str
    region: str
    api: str
    stage: str
    path: str


class Request(NamedTuple):
    """A request to an HTTP API.

    Attributes:
        address: The API, its stage, and the path in it.
        method: Such as GET.
        raw_path: The whole path as the client sent it.
        raw_query: The query as the client sent it.
        query: The values of each parameter.
        raw_headers: As the client sent them.
        headers: By name in lower case; a name that comes twice has one value.
        repeats: Whether a name of a header came twice.
        body: The body.
        client: The address of the client.
    """

    address: Address
    method: str
    raw_path: str
    raw_query: str
    query: Mapping[str, list[str]]
    raw_headers: Sequence[tuple[bytes, bytes]]
    headers: dict[str, str]
    repeats: bool
    body: bytes
    client: str


def read(scope: Scope, address: Address, body: bytes) -> Request:
    """The request that an ASGI server received."""
    raw_headers = scope["headers"]
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw_headers:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        if name in headers:
            value = f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}"
        headers[name] = value
    repeats = len(headers) < len(raw_headers)
    headers.setdefault("x-forwarded-proto", "https")
    raw_query = scope["query_string"].decode()
    return Request(
        address=address,
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        raw_query=raw_query,
        query=parse_qs(raw_query, keep_blank_values=True) if raw_query else {},
        raw_headers=raw_headers,
        headers=headers,
        repeats=repeats,
        body=body,
        client=scope["client"][0],
    )


def address_of(scope: Scope) -> Address | None:
    """The address of a request, if it is one of an HTTP API."""
    encoded = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"")
    host, path = encoded.decode("latin-1"), scope["path"]
    if is_default_endpoint(host, path):
        found = _parse_url(host, path)
        named = False
    else:
        found = _parse_domain(host, path)
        named = bool(found and found[1])
    if found is None or (owner := _owner(found[0])) is None:
        return None
    api, stage, rest = found
    if rest.startswith(_CONNECTIONS):
        return None
    rest = _as_sent(scope, rest)
    if (
        not named
        and stage not in (stages := _stages.get_scoped(*owner, api, {}))
        and _DEFAULT_STAGE in stages
    ):
        rest, stage = (f"/{stage}{'' if rest == '/' else rest}", _DEFAULT_STAGE)
    return Address(*owner, api, stage, rest)


def is_default_endpoint(host: str, path: str) -> bool:
    """Whether a request names an API by its id, and not by a domain."""
    return ".execute-api." in host or path.startswith("/_aws/execute-api/")


def _owner(api: str) -> tuple[str, str] | None:
    """The account and the region of an HTTP API; None if there is none with that id."""
    for (account, region, found), record in _apis.all_items():
        if found == api and record.get("protocolType") == "HTTP":
            return account, region
    return None


def _as_sent(scope: Scope, rest: str) -> str:
    """The end of the path as HTTP APIs decode it, which keep `%25`."""
    path = scope["path"]
    if b"%" not in scope["raw_path"] or not path.endswith(rest):
        return rest
    decoded, prefix = _decode_path(scope["raw_path"].decode("ascii")), path[: len(path) - len(rest)]
    return decoded[len(prefix) :] if decoded.startswith(prefix) else rest
