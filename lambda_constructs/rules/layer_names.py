"""The runtimes and architectures that the names of layers of other accounts tell.

Sources: https://docs.aws.amazon.com/powertools/python/latest/getting-started/install,
https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html,
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions-versions.html,
https://aws-sdk-pandas.readthedocs.io/en/stable/layers.html and the list of Lambda Insights.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ..template.values import Value, flat

_LAYER: Final = re.compile(r":layer:([^:]+)(?::\d+)?$")
_PYTHON: Final = re.compile(r"(?:python|\bpy?)3(\d{1,2})(?!\d)", re.IGNORECASE)
_ARM64: Final = re.compile(r"arm64|aarch64", re.IGNORECASE)
# Also layers of AWS whose name has a variant that ends with -Arm64.
_X86_64: Final = re.compile(
    r"x86|amd64|^(AWSLambdaPowertoolsPython(V2)?|AWSSDKPandas-Python3\d+|LambdaInsightsExtension"
    r"|AWS-Parameters-and-Secrets-Lambda-Extension|AWS-AppConfig-Extension)$",
    re.IGNORECASE,
)


def named_support(layer: Value) -> tuple[str, Sequence[list[str]]]:
    """The name in the ARN of a layer, and the runtimes and architectures that the name says it supports."""
    found = _LAYER.search(flat(layer))
    name = found[1] if found else ""
    python = _PYTHON.search(name)
    architecture = "arm64" if _ARM64.search(name) else "x86_64" if _X86_64.search(name) else ""
    return name, ([f"python3.{python[1]}"] if python else [], [architecture] if architecture else [])
