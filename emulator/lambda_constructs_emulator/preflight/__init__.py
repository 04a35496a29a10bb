"""Says before a deployment what of a CDK app the emulator cannot honor, and what it honors."""

from .assemblies import Stack, stacks
from .findings import Finding, PreflightError
from .preflight import notes, preflight, require

__all__ = ["Finding", "PreflightError", "Stack", "notes", "preflight", "require", "stacks"]
