"""The one release of ministack that the hooks of this package are written for."""

import importlib.metadata

MINISTACK_VERSION = "1.5.33"
"""Exact, because the hooks reach into private functions, which move from release to release."""


class WrongVersionError(RuntimeError):
    """The installed ministack is not the one the hooks were written and tested for."""


def require_pinned_ministack() -> None:
    """Refuse every other release, before anything of it is imported.

    Raises:
        WrongVersionError: ministack is missing or has another version.
    """
    try:
        installed = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        installed = "none"
    if installed != MINISTACK_VERSION:
        raise WrongVersionError(
            f"the emulator is written for ministack {MINISTACK_VERSION}, installed: {installed}; "
            "install requirements/emulator.txt, or port emulator/server/ to the new release "
            "and run the tests in tests/deploy/"
        )
