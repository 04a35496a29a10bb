"""The rules of sizing. Constructors and commands ask them; templates do not hold their values."""

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__, f"{__package__}."):
    import_module(module.name)
