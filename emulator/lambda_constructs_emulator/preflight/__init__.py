"""Says before a deployment what of a CDK app the emulator cannot honor, and what it honors."""

from .assemblies import Stack, stacks
from .checks import notes, preflight, require
from .findings import Finding, PreflightError

__all__ = ["Finding", "PreflightError", "Stack", "notes", "preflight", "require", "stacks"]
