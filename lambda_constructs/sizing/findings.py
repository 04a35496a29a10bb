"""What the rules of this package say: a warning as a value, an error raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, ParamSpec

from ..errors import ConfigurationError
from ..rules.rule import Rule

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A warning that a construct attaches, and that can be acknowledged there by its code.

    Attributes:
        code: Stable name of the rule.
        message: What is wrong and what to do, as one line.
        source: Where AWS documents it.
    """

    code: str
    message: str
    source: str


def find(rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> tuple[Finding, ...]:
    """The finding of a rule, or none."""
    message = rule(*args, **kwargs)
    return () if message is None else (Finding(code=rule.code, message=message, source=rule.source),)


def check(where: str, rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> None:
    """Raise what a rule objects to.

    Args:
        where: What the error is about, in the place of a construct's path: a file or a call.
        rule: The rule.
        *args: Its arguments.
        **kwargs: Its arguments by name.

    Raises:
        ConfigurationError: The rule objects.
    """
    violation = rule(*args, **kwargs)
    if violation is not None:
        raise ConfigurationError(violation, code=rule.code, construct_path=where, url=rule.source)


def refuse(where: str, rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> NoReturn:
    """Raise the violation of a rule that is only asked where the answer is already no.

    Raises:
        ConfigurationError: Always.
    """
    raise ConfigurationError(
        str(rule(*args, **kwargs)), code=rule.code, construct_path=where, url=rule.source
    )
