"""Production-grade AWS Lambda workloads for the Python CDK, one statement each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import ConfigurationError
    from .function import ProductionFunction
    from .options import FunctionOptions
    from .parts.alarms import Alarms
    from .parts.concurrency import ProvisionedConcurrency, ScheduledConcurrency
    from .parts.hooks import SmokeTest
    from .parts.mapping import ProvisionedPollers
    from .parts.rollout import AllAtOnce, Canary, Linear
    from .workloads.sqs_worker import SqsWorker

__all__ = [
    "Alarms",
    "AllAtOnce",
    "Canary",
    "ConfigurationError",
    "FunctionOptions",
    "Linear",
    "ProductionFunction",
    "ProvisionedConcurrency",
    "ProvisionedPollers",
    "ScheduledConcurrency",
    "SmokeTest",
    "SqsWorker",
]
__version__ = "0.1.0"

_MODULES = {
    "Alarms": ".parts.alarms",
    "AllAtOnce": ".parts.rollout",
    "Canary": ".parts.rollout",
    "ConfigurationError": ".errors",
    "FunctionOptions": ".options",
    "Linear": ".parts.rollout",
    "ProductionFunction": ".function",
    "ProvisionedConcurrency": ".parts.concurrency",
    "ProvisionedPollers": ".parts.mapping",
    "ScheduledConcurrency": ".parts.concurrency",
    "SmokeTest": ".parts.hooks",
    "SqsWorker": ".workloads.sqs_worker",
}


if not TYPE_CHECKING:  # a type checker would take any misspelt name for an object

    def __getattr__(name: str) -> object:
        """Resolve a public name when it is first used: the pure modules import without aws_cdk."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
