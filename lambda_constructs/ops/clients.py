"""AWS clients; the extra `ops` brings boto3."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSOError,
)
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from .workloads import Client, Clients

FAILURES = (BotoCoreError, ClientError, ResponseParserError)
"""The exceptions of AWS and of its SDK; a proxy may answer with what cannot be parsed."""

_CONNECT_MAXIMUM: Final = 5  # seconds, five times: without a network a command ends soon
_ANSWER_MAXIMUM: Final = {"lambda": 910}  # seconds; a function that is invoked and awaited takes up to 900
_DEFAULT_ANSWER_MAXIMUM: Final = 60  # seconds, botocore's default
_DENIED: Final = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
)
_EXPIRED: Final = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "RequestExpired",
    "UnrecognizedClientException",
)


def clients(profile: str | None, region: str | None) -> Clients:
    """The clients of a profile and a region, by service; by default those of the environment."""
    session = boto3.Session(profile_name=profile, region_name=region)
    creation = Lock()  # a session is not made for threads

    @cache
    def create(service: str) -> Client:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 5},
            connect_timeout=_CONNECT_MAXIMUM,
            read_timeout=_ANSWER_MAXIMUM.get(service, _DEFAULT_ANSWER_MAXIMUM),
            tcp_keepalive=True,
        )
        return session.client(service, config=config)

    def client(service: str) -> Client:
        with creation:
            return create(service)

    return client


def advice(error: Exception, command: str) -> str:
    """The advice about an error of a command; empty if the error says it itself."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in _DENIED:
        return f"`lambda-constructs ops policy {command}` prints the permissions that it needs"
    if code in _EXPIRED or isinstance(error, (NoCredentialsError, PartialCredentialsError, SSOError)):
        return "sign in, for example with `aws sso login`, or pass --profile"
    if code == "ValidationError" and "does not exist" in str(error):
        return "check the name of the stack, --region and --profile"
    if isinstance(error, NoRegionError):
        return "pass --region"
    if isinstance(error, (ConnectionError, HTTPClientError, ResponseParserError)):
        return "check the network and --region"
    return ""
