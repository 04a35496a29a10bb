"""How a rule is declared: one pure function with its code, its reason and its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, ParamSpec

P = ParamSpec("P")
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule(Generic[P]):
    """A check of plain values; calling it gives the violation as a sentence, or None.

    Attributes:
        code: Stable name, in every message and in the acknowledgement of a warning.
        severity: `error` stops the synthesis, `warning` can be acknowledged.
        why: What happens in production when the rule is broken.
        source: Where AWS documents it.
    """

    code: str
    severity: Severity
    why: str
    source: str
    check: Callable[P, str | None]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> str | None:
        """What is wrong and what to do, or None."""
        return self.check(*args, **kwargs)


CATALOGUE: Final[dict[str, Rule[...]]] = {}


def rule(
    code: str, *, why: str, source: str, severity: Severity = "error"
) -> Callable[[Callable[P, str | None]], Rule[P]]:
    """Declare the decorated function a rule and enter it in the catalogue."""

    def declare(check: Callable[P, str | None]) -> Rule[P]:
        if code in CATALOGUE:
            raise ValueError(f"two rules have the code {code!r}")
        CATALOGUE[code] = declared = Rule(code, severity, why, source, check)
        return declared

    return declare
