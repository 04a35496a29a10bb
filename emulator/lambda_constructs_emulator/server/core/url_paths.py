"""Serves function URLs at a path of the server too, for clients that cannot resolve their host names.

`https://localhost:<port>/_aws/lambda-url/<id>/<path>` is the function URL of that id. ministack has such
paths for APIs: `/_aws/execute-api/<id>/<stage>/<path>`.
"""

from typing import Any, Final

PREFIX: Final = "/_aws/lambda-url/"


def with_host(scope: dict[str, Any], region: str) -> dict[str, Any]:
    """The scope of a request to the host name of a function URL, if its path is one of these."""
    if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
        return scope
    url_id, _, path = scope["path"].removeprefix(PREFIX).partition("/")
    raw = scope["raw_path"].removeprefix(f"{PREFIX}{url_id}".encode()) or b"/"
    host = f"{url_id}.lambda-url.{region}.on.aws".encode()
    headers = [(name, host if name == b"host" else value) for name, value in scope["headers"]]
    return {**scope, "path": f"/{path}", "raw_path": raw, "headers": headers}
