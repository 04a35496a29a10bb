"""AWS clients; the extra `ops` brings boto3."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from .workloads import Clients

FAILURES = (BotoCoreError, ClientError)
"""The exceptions of AWS and of its SDK."""

_ANSWER_MAXIMUM: Final = 910  # seconds; a function that is invoked and awaited takes up to 900


def clients(profile: str | None, region: str | None) -> Clients:
    """The clients of a profile and a region, by service; by default those of the environment."""
    session = boto3.Session(profile_name=profile, region_name=region)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 5},
        read_timeout=_ANSWER_MAXIMUM,
        tcp_keepalive=True,
    )
    return cache(lambda service: session.client(service, config=config))
