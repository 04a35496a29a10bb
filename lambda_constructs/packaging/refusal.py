"""How modules refuse something that do not know constructs."""

from __future__ import annotations

from ..rules.rule import Rule


class RefusedError(Exception):
    """A rule is broken by these values; `PythonCode` knows which construct to report."""

    def __init__(self, rule: Rule[...], *values: object) -> None:
        super().__init__(rule.code)
        self.rule, self.values = rule, values


def refuse_if(rule: Rule[...], *values: object) -> None:
    """Refuse values that break a rule."""
    if rule(*values) is not None:
        raise RefusedError(rule, *values)
