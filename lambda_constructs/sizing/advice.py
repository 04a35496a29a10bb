"""How sizing asks its rules: a warning becomes advice, an error is raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, ParamSpec

from ..errors import ConfigurationError
from ..rules.rule import Rule

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A warning from sizing. A construct attaches it to itself, where you can acknowledge it by its code."""

    code: str  # stable name of the rule
    message: str  # what is wrong and what to do, as one line
    source: str  # where AWS documents it


def advise(rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> tuple[Advice, ...]:
    """The advice of a rule if it is broken."""
    message = rule(*args, **kwargs)
    return () if message is None else (Advice(code=rule.code, message=message, source=rule.source),)


def check(where: str, rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> None:
    """Raise an error if a rule is broken; `where` is a file or a call, instead of a construct's path."""
    if rule(*args, **kwargs) is not None:
        refuse(where, rule, *args, **kwargs)


def refuse(where: str, rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> NoReturn:
    """Raise the error of a rule that never accepts; `where` is a file or a call."""
    violation = str(rule(*args, **kwargs))
    raise ConfigurationError(violation, code=rule.code, construct_path=where, url=rule.source)
