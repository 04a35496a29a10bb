"""The variables of the environments that commands, clients and the server run in."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .paths import CACHE, UNPACKED, node

_WINDOWS: Final = ("SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP", "TMP") if os.name == "nt" else ()
"""Variables without which Windows starts no process."""

_PASSED_ON: Final = ("DOCKER_", "PIP_", "UV_", "XDG_", "PYTHONPYCACHEPREFIX")
"""How the variables begin that apps need: indexes, caches, the Docker host, Python's compiled modules."""


def _leads_elsewhere(variable: str) -> bool:
    """Whether a variable of the environment can lead AWS's clients away from the emulator."""
    return variable.startswith("AWS_") or variable.upper().endswith("_PROXY")


def of_clients(
    *, endpoint: str, access_key: str, secret_key: str, region: str, authority: Path, configuration: Path
) -> dict[str, str]:
    """The variables that point any AWS client at the emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_CA_BUNDLE": str(authority),
        "NODE_EXTRA_CA_CERTS": str(authority),
        "AWS_CONFIG_FILE": str(configuration),
        "AWS_SHARED_CREDENTIALS_FILE": str(configuration),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def of_tools(directory: Path) -> dict[str, str]:
    """The variables of the CDK CLI and of the app that it runs, with those of the caller that apps need."""
    tools = [Path(sys.executable).parent, node().parent]
    return {
        "PATH": os.pathsep.join([*map(str, tools), os.environ.get("PATH") or os.defpath]),
        **of_system(directory),
        **{name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)},
        "LAMBDA_EMULATOR_CACHE": str(CACHE),
        "CDK_HOME": str(directory / "home" / "cdk"),
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # It takes as long as the rest of a synthesis.
        "CDK_VALIDATION": "false",
        "JSII_NODE": str(node()),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(UNPACKED),
    }


def of_system(directory: Path) -> dict[str, str]:
    """The variables of every process."""
    return {
        "HOME": str(directory / "home"),
        "TMPDIR": str(directory / "tmp"),
        "LANG": "C.UTF-8",
        **{name: os.environ[name] for name in _WINDOWS if name in os.environ},
    }


def of_the_caller(environ: Mapping[str, str]) -> dict[str, str]:
    """The caller's variables, without those that lead AWS's clients anywhere but to the emulator."""
    return {name: value for name, value in environ.items() if not _leads_elsewhere(name)}
