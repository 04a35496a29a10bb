"""Production-grade AWS Lambda workloads for the Python CDK, one statement each.

The stub next to this file lists the public names and their modules. A module is imported when its name is
first used: the pure modules work without aws_cdk, and CDK's modules load when they are needed.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Final

from .version import __version__ as __version__

_STUB: Final = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
_MODULES: Final = {
    name: module for module, name in re.findall(r"^from (\S+) import (\w+)", _STUB, re.MULTILINE)
}

__all__ = sorted(name for name in _MODULES if name != "__version__")  # noqa: PLE0605 - read from the stub


def __getattr__(name: str) -> object:
    """Resolve a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
