"""The report of a preflight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .supported import described


@dataclass(frozen=True, order=True)
class Finding:
    """Something in a stack that the emulator cannot honor.

    Attributes:
        resource: The resource by its construct path, or else by its logical id.
        what: The resource type, trigger, layer, runtime or architecture, by name.
        why: What the emulator does not do, and what you can do.
    """

    resource: str
    what: str
    why: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.resource}: {self.what}: {self.why}"


class PreflightError(RuntimeError):
    """A stack has what the emulator cannot honor; nothing was created.

    Attributes:
        stack: Name of the stack.
        findings: What cannot be honored.
    """

    def __init__(self, stack: str, findings: Sequence[Finding]) -> None:
        self.stack, self.findings = stack, tuple(findings)
        lines = "\n".join(f"  {each}" for each in self.findings)
        super().__init__(
            f"the emulator cannot honor {len(self.findings)} of {stack}; nothing was created:\n"
            f"{lines}\n\n{described()}"
        )
