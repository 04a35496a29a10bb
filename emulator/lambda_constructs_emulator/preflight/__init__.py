"""Says before a deployment what of a CDK app the emulator cannot honor, and what it honors."""

from . import rebuild
from .assemblies import Stack, stacks
from .checks import notes, preflight, require
from .findings import Finding, PreflightError
from .node import install_node_packages

__all__ = [
    "Finding",
    "PreflightError",
    "Stack",
    "install_node_packages",
    "notes",
    "preflight",
    "rebuild",
    "require",
    "stacks",
]
