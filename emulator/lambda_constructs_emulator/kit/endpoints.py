"""Endpoints of a deployed stack: HTTP APIs, REST APIs and function URLs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..connection import Connection
from .http import JSON, Caller, Response


@dataclass(frozen=True)
class Api:
    """An endpoint. Requests are signed by the account's root user, unless they have credentials already.

    Attributes:
        emulator: Where it is.
        url: Its URL as on AWS.
    """

    emulator: Connection
    url: str

    def get(self, path: str = "/", *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a GET request."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a POST request."""
        return self.send("POST", path, body, headers=headers)

    def put(self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a PUT request."""
        return self.send("PUT", path, body, headers=headers)

    def patch(self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a PATCH request."""
        return self.send("PATCH", path, body, headers=headers)

    def delete(self, path: str, *, headers: Mapping[str, str] | None = None) -> Response:
        """Send a DELETE request."""
        return self.send("DELETE", path, headers=headers)

    def send(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request and return the response, whatever its status is.

        Args:
            method: HTTP method, such as GET.
            path: Path below the URL, with a query.
            body: Bytes and texts as they are, anything else as JSON.
            headers: Headers; with `Authorization`, the request is not signed.
        """
        given = dict(headers or {})
        caller = Caller.to(self.emulator)
        if any(name.lower() == "authorization" for name in given):
            caller = replace(caller, credentials=None)
        content = body
        if not isinstance(body, bytes | str | None):
            content, given = json.dumps(body), {**JSON, **given}
        encoded = content if isinstance(content, bytes) else str(content or "").encode()
        url = f"{self.url.rstrip('/')}/{path.removeprefix('/')}"
        return caller.send(method, url, body=encoded, headers=given)


def address(emulator: Connection, endpoint: str) -> str:
    """The URL of an endpoint, as on AWS.

    Args:
        emulator: Where the endpoint is.
        endpoint: The id of the API, or the name of the function of a function URL.
    """
    host = f"https://{endpoint}.execute-api.{emulator.region}.amazonaws.com"
    rest = emulator.client("apigateway")
    if endpoint in {each["id"] for each in rest.get_rest_apis()["items"]}:
        (stage,) = rest.get_stages(restApiId=endpoint)["item"]
        return f"{host}/{stage['stageName']}"
    if endpoint in {each["ApiId"] for each in emulator.client("apigatewayv2").get_apis()["Items"]}:
        return host
    return str(emulator.client("lambda").get_function_url_config(FunctionName=endpoint)["FunctionUrl"])


def reachable(emulator: Connection, url: str) -> str:
    """The URL at which any HTTP client reaches an endpoint, with the certificate of the emulator.

    Args:
        emulator: Where the endpoint is.
        url: URL of the endpoint as on AWS, such as an output of a stack.
    """
    parts = urlsplit(url)
    endpoint_id, _, service = parts.netloc.partition(".")
    path = parts.path or "/"
    if service.startswith("lambda-url."):
        path = f"/_aws/lambda-url/{endpoint_id}{path}"
    elif service.startswith("execute-api."):
        path = f"/_aws/execute-api/{endpoint_id}{_stage(emulator, endpoint_id, path)}{path}"
    else:
        return url
    return parts._replace(netloc=urlsplit(emulator.endpoint).netloc, path=path).geturl()


def _stage(emulator: Connection, api: str, path: str) -> str:
    """The stage that the path leaves out: the default one of an HTTP API."""
    client = emulator.client("apigatewayv2")
    if api not in {each["ApiId"] for each in client.get_apis()["Items"]}:
        return ""
    stages = {each["StageName"] for each in client.get_stages(ApiId=api)["Items"]}
    return "" if path.split("/")[1] in stages else "/$default"
