"""One call of a rule, and what the rule makes of it: the rows of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ParamSpec

from lambda_constructs.rules.rule import Rule

P = ParamSpec("P")


@dataclass(frozen=True)
class Case:
    """One call of a rule; its arguments are type-checked against the rule by `accept` and `refuse`."""

    rule: Rule[...]
    accepted: bool
    args: tuple[object, ...]
    kwargs: dict[str, object]

    @property
    def verdict(self) -> str | None:
        """What the rule says of it."""
        return self.rule(*self.args, **self.kwargs)

    @property
    def of_template(self) -> str | None:
        """What the rule says of it in a template."""
        return self.rule.of_template(*self.args, **self.kwargs)

    @property
    def name(self) -> str:
        """The call, shortened, as the name of the test."""
        values = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        short = [f"{value[:50]}..." if len(value) > 60 else value for value in values]
        return f"{self.rule.code}({', '.join(short)})"


def accept(rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> Case:
    """A call that the rule has nothing to say about."""
    return Case(rule, True, args, kwargs)


def refuse(rule: Rule[P], *args: P.args, **kwargs: P.kwargs) -> Case:
    """A call that the rule objects to."""
    return Case(rule, False, args, kwargs)
