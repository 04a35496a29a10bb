"""Sends requests to the endpoints of examples, signed by their caller: on AWS or on the emulator."""

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

from lambda_constructs_emulator.process import Client, Emulator

JSON: Mapping[str, str] = {"Content-Type": "application/json"}
TIMEOUT = 60.0
"""Seconds: more than any endpoint waits for its function."""


@dataclass(frozen=True)
class Response:
    """What an endpoint answered; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        """The body, which is JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sends requests; usable by many threads, each request has a connection of its own.

    Attributes:
        credentials: sign the requests; None sends them unsigned.
        region: of the endpoints, which is part of the signature.
        endpoint: answers for all endpoints, with an emulator. By default each is asked where it is.
        authority: the certificate to trust. By default those that this machine trusts.
    """

    credentials: Credentials | None
    region: str
    endpoint: str = ""
    authority: Path | None = None

    @classmethod
    def to(cls, emulator: Emulator) -> Caller:
        """The emulator's account root; `dataclasses.replace` makes another caller of it."""
        environment = emulator.client_environment
        return cls(
            credentials=Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]),
            region=environment["AWS_REGION"],
            endpoint=emulator.endpoint,
            authority=emulator.authority,
        )

    def in_role(self, sts: Client, role: str) -> Caller:
        """Whoever may assume a role, in that role for an hour."""
        found = sts.assume_role(RoleArn=role, RoleSessionName="caller")["Credentials"]
        credentials = Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
        return replace(self, credentials=credentials)

    def send(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request and return the answer, whatever its status.

        Args:
            method: such as GET.
            url: as the stack's output names it, with a path that is sent as it is: encoded, dots and all.
            body: sent as it is; its type is one of the headers, such as `JSON`.
            headers: besides those of the signature.
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
        """What the endpoint is called where it is asked.

        The emulator knows function URLs by AWS's names, and APIs by their id before its own.
        """
        if not self.endpoint or ".execute-api." not in url.netloc:
            return url.netloc
        return f"{url.netloc.partition('.')[0]}.execute-api.{urlsplit(self.endpoint).netloc}"

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)
