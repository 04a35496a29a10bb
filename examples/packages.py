"""The code of the examples: their handlers with the packages of their locks.

The packages are kept in the folder `build` of the repository, where the CDK CLI finds them after `install`.
"""

from pathlib import Path

from lambda_constructs import PythonCode
from lambda_constructs.packaging.bundle import Bundle
from lambda_constructs.packaging.lock import Choice
from lambda_constructs.packaging.target import Target

BUILD = Path(__file__).resolve().parent.parent / "build"

ARCHITECTURE = "arm64"
RUNTIME = "python3.13"
"""The default architecture and runtime of handlers."""

_CACHE = BUILD / "packages"


def code(handler: Path) -> PythonCode:
    """The directory of a handler, with its packages."""
    return PythonCode(str(handler), cache_dir=str(_CACHE))


def install(handler: Path, *, architecture: str = ARCHITECTURE, runtime: str = RUNTIME) -> Path | None:
    """Install the packages of a handler, and return their directory; None if it has no packages.

    Args:
        handler: The directory of the handler.
        architecture: arm64 or x86_64. Packages are installed for it, not for this machine.
        runtime: The runtime that the packages are installed for, such as python3.13.

    Raises:
        RefusedError: The packages cannot be installed.
    """
    target = Target(runtime, architecture)
    return Bundle(project=handler, choice=Choice(), cache=_CACHE, target=target).install_packages()
