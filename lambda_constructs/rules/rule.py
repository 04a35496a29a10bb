"""How a rule is declared: one pure function with its code, its reason and its source."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, ParamSpec

P = ParamSpec("P")
Severity = Literal["error", "warning"]
_NO_NAME: Final = re.compile(r"[^\w.-]")  # CDK refuses ids whose brackets do not match


@dataclass(frozen=True)
class Rule(Generic[P]):
    """A check of plain values; calling it gives the violation as a sentence, or None.

    Attributes:
        code: Stable name, in every message and in the acknowledgement of a warning.
        severity: `error` stops the synthesis, `warning` can be acknowledged.
        why: What happens in production when the rule is broken.
        source: Where AWS documents it.
        check: The decorated function.
        heuristic: It judges by names and looks, so it can be wrong: its error can be acknowledged, for one
            subject at a time. The subject is the first argument and the end of the property's location.
    """

    code: str
    severity: Severity
    why: str
    source: str
    check: Callable[P, str | None]
    heuristic: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> str | None:
        """What is wrong and what to do, or None."""
        return self.check(*args, **kwargs)

    def id(self, subject: str) -> str:
        """What an acknowledgement names: the code, of a heuristic rule with its subject in brackets."""
        return f"{self.code}[{_NO_NAME.sub('-', subject)}]" if self.heuristic else self.code


CATALOGUE: Final[dict[str, Rule[...]]] = {}


def rule(
    code: str, *, why: str, source: str, severity: Severity = "error", heuristic: bool = False
) -> Callable[[Callable[P, str | None]], Rule[P]]:
    """Declare the decorated function a rule and enter it in the catalogue."""

    def declare(check: Callable[P, str | None]) -> Rule[P]:
        if code in CATALOGUE:
            raise ValueError(f"two rules have the code {code!r}")
        CATALOGUE[code] = declared = Rule(code, severity, why, source, check, heuristic)
        return declared

    return declare
