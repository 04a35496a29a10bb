"""The one release of ministack that the server supports."""

import importlib.metadata
import sys

MINISTACK_VERSION = "1.5.33"
"""Exact, because the hooks wrap private functions, which change between releases."""


class WrongVersionError(RuntimeError):
    """The installed release of ministack is not the supported one."""


def require_pinned_ministack() -> None:
    """Refuse every other release, before importing any of its modules.

    Raises:
        WrongVersionError: ministack is missing or has another version, or handlers cannot run.
    """
    installed = _installed("ministack")
    if installed != MINISTACK_VERSION:
        raise WrongVersionError(
            f"the emulator is written for ministack {MINISTACK_VERSION}, installed: {installed}; "
            "install that release, or port the server to the other one and run the tests in emulator/tests"
        )
    if _installed("awslambdaric") == "none":
        raise WrongVersionError(
            f"{sys.prefix} has no awslambdaric, which runs handlers; if you made this environment by hand, "
            "delete it: the emulator makes one with all that it needs"
        )


def _installed(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"
