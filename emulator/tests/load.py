"""A no-op behind an HTTP API, and clients that send signed requests to it as fast as they are answered."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.tests.support import LAMBDA, archive, policy, statement, trusting

NO_OP = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'done'}\n"
PATH = "/orders"
NAME = "no-op"
VALID = 1.0
"""Seconds for which a client sends the same signature; AWS accepts it for minutes. Signing takes botocore
longer than the rest of a request takes the client, and is not the emulator's work."""

TICKS = os.sysconf("SC_CLK_TCK")


def deploy(client: Callable[[str], Any]) -> str:
    """Create the function, its alias and the API, which authorizes with IAM; returns the id of the API.

    Args:
        client: makes a boto3 client of a service.
    """
    iam, functions, apis = client("iam"), client("lambda"), client("apigatewayv2")
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(trusting(LAMBDA)))["Role"][
        "Arn"
    ]
    logs = json.dumps(policy(statement("logs:*")))
    iam.put_role_policy(RoleName=NAME, PolicyName="logs", PolicyDocument=logs)
    functions.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Timeout=30,
        Code={"ZipFile": archive(NO_OP)},
    )
    version = functions.publish_version(FunctionName=NAME)["Version"]
    alias = functions.create_alias(FunctionName=NAME, Name="live", FunctionVersion=version)["AliasArn"]
    api: str = apis.create_api(Name=NAME, ProtocolType="HTTP")["ApiId"]
    integration = apis.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=alias, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    target = f"integrations/{integration}"
    apis.create_route(ApiId=api, RouteKey=f"GET {PATH}", Target=target, AuthorizationType="AWS_IAM")
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    functions.add_permission(
        FunctionName=NAME,
        Qualifier="live",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{alias.split(':')[3]}:{alias.split(':')[4]}:{api}/*/*",
    )
    return api


@dataclass(frozen=True)
class Load:
    """Clients of the API, each with one connection that it keeps.

    Attributes:
        endpoint: Address of the emulator.
        authority: Certificate to trust.
        api: Id of the API.
        credentials: Sign the requests.
        region: Part of the signature.
        sign_each: Whether a client signs each request with botocore, instead of once in `VALID` seconds.
    """

    endpoint: str
    authority: Path
    api: str
    credentials: Credentials
    region: str
    sign_each: bool = False

    def run(self, clients: int, seconds: float) -> list[float]:
        """Send requests for so long, at least one of each client; returns how many milliseconds each took."""
        return asyncio.run(self._run(clients, seconds))

    async def _run(self, clients: int, seconds: float) -> list[float]:
        trust = ssl.create_default_context(cafile=self.authority)
        until, times = time.monotonic() + seconds, list[float]()
        await asyncio.gather(*(self._client(trust, until, times) for _ in range(clients)))
        return sorted(times)

    async def _client(self, trust: ssl.SSLContext, until: float, times: list[float]) -> None:
        address = urlsplit(self.endpoint)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, ssl=trust)
        request, signed = b"", 0.0
        try:
            while True:
                if self.sign_each or time.monotonic() > signed + VALID:
                    request, signed = self._request(address.netloc), time.monotonic()
                begun = time.perf_counter()
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(maxsplit=1)[0])
                body = await reader.readexactly(length)
                assert (head[:12], body) == (b"http/1.1 200", b"done"), head + body
                times.append((time.perf_counter() - begun) * 1000)
                if time.monotonic() > until:
                    break
        finally:
            writer.close()
            await writer.wait_closed()

    def _request(self, netloc: str) -> bytes:
        host = f"{self.api}.execute-api.{netloc}"
        wanted = AWSRequest("GET", f"https://{host}{PATH}", {"Host": host})
        SigV4Auth(self.credentials, "execute-api", self.region).add_auth(wanted)
        lines = [f"GET {PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()


class Used(NamedTuple):
    """The processes of a server, and the seconds of processor time that it and its handlers have had."""

    processes: int
    server: float
    handlers: float


def used(server: int) -> Used:
    """Look at a server, which leads the group of its handlers. Needs Linux."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has ended.
        if int(fields[2]) == server:
            found[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    own = found.pop(server)
    return Used(len(found) + 1, own, sum(found.values()))
