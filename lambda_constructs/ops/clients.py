"""AWS clients; the extra `ops` brings boto3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

FAILURES = (BotoCoreError, ClientError)
"""The exceptions of AWS and of its SDK."""


@dataclass(frozen=True)
class Clients:
    """The clients of one account and region.

    Attributes:
        cloudformation: CloudFormation's client.
        functions: Lambda's client.
    """

    cloudformation: Any
    functions: Any


def clients(profile: str | None, region: str | None) -> Clients:
    """The clients of a profile and a region; by default those of the environment."""
    session = boto3.Session(profile_name=profile, region_name=region)
    return Clients(session.client("cloudformation"), session.client("lambda"))
