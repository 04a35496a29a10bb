"""Sends requests, signed by their caller, to endpoints on the emulator or on AWS."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ..clients import Client
from ..connection import Connection

JSON: Mapping[str, str] = {"Content-Type": "application/json"}
TIMEOUT = 60.0
"""Seconds, longer than any endpoint waits for its function."""


@dataclass(frozen=True)
class Response:
    """The response of an endpoint; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The parsed JSON body."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A caller of endpoints. Threads can share it, because each request has a separate connection.

    Attributes:
        credentials: Credentials that sign the requests. None sends unsigned requests.
        region: Region of the endpoints, which is part of the signature.
        endpoint: Address of the emulator that answers for all endpoints. Default: the URLs' own hosts
        authority: Certificate to trust. Default: the certificates that this machine trusts
    """

    credentials: Credentials | None
    region: str
    endpoint: str = ""
    authority: Path | None = None

    @classmethod
    def to(cls, emulator: Connection) -> Caller:
        """The root user of the emulator's account."""
        environment = emulator.client_environment
        return cls(
            credentials=Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]),
            region=environment["AWS_REGION"],
            endpoint=emulator.endpoint,
            authority=emulator.authority,
        )

    def in_role(self, sts: Client, role: str) -> Caller:
        """The same caller after assuming a role for an hour."""
        found = sts.assume_role(RoleArn=role, RoleSessionName="caller")["Credentials"]
        credentials = Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
        return replace(self, credentials=credentials)

    def send(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request and return the response, whatever its status is.

        Args:
            method: HTTP method, such as GET.
            url: URL from the stack's output, with a path that is sent unchanged, including its dots.
            body: Body that is sent unchanged. Its type is one of the headers, such as `JSON`.
            headers: Headers in addition to those of the signature.
        """
        parts = urlsplit(url)
        host = self._host(parts)
        wanted = AWSRequest(method, parts._replace(netloc=host).geturl(), headers or {}, body)
        if self.credentials is not None:
            service = "lambda" if ".lambda-url." in host else "execute-api"
            SigV4Auth(self.credentials, service, self.region).add_auth(wanted)
        connection = http.client.HTTPSConnection(
            urlsplit(self.endpoint).netloc or host, timeout=TIMEOUT, context=self._trust
        )
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        try:
            connection.request(method, target, body, {"Host": host, **dict(wanted.headers.items())})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, names, answer.read())
        finally:
            connection.close()

    def _host(self, url: SplitResult) -> str:
        """The host name of the endpoint.

        The emulator takes AWS's host names of function URLs. For APIs it takes `<id>.execute-api.<host>`.
        """
        if not self.endpoint or ".execute-api." not in url.netloc:
            return url.netloc
        return f"{url.netloc.partition('.')[0]}.execute-api.{urlsplit(self.endpoint).netloc}"

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)
