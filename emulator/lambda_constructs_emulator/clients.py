"""Creates boto3 clients that ignore the process's environment and the user's AWS files."""

from pathlib import Path
from typing import Any, Final, TypeAlias

import boto3
import botocore.config
import botocore.loaders
import botocore.session

REGION: Final = "us-east-1"
"""The region that an emulator has unless another one is chosen."""

Client: TypeAlias = Any
"""A boto3 client; they have no static types."""

_MODELS: Final = botocore.loaders.create_loader()
"""The models of AWS's services, read once: a session reads them for each client, which takes 0.1 s."""


def create_client(
    service: str,
    access_key: str,
    secret_key: str,
    attempts: int,
    *,
    region: str,
    endpoint: str,
    authority: Path,
    configuration: Path,
) -> Client:
    """Create a client for one endpoint, which the authority vouches for.

    Args:
        service: such as `sqs`.
        access_key: of the caller.
        secret_key: of the caller.
        attempts: for each request.
        region: the emulator's.
        endpoint: the address of the emulator.
        authority: the certificate of the authority that signed the emulator's.
        configuration: a file that takes the place of the user's AWS files.
    """
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(configuration))
    session.set_config_variable("credentials_file", str(configuration))
    session.set_config_variable("profile", "default")
    session.register_component("data_loader", _MODELS)
    return boto3.Session(botocore_session=session).client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        verify=str(authority),
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=botocore.config.Config(proxies={}, retries={"total_max_attempts": attempts}),
    )
