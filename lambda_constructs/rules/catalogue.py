"""All rules by their codes: importing this module imports all others, which declare them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from . import __path__
from .rule import CATALOGUE

__all__ = ["CATALOGUE"]

for module in iter_modules(__path__, f"{__package__}."):
    import_module(module.name)
