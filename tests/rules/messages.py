"""What the rules say, taken from the tables of cases."""

from __future__ import annotations

import re

from tests.rules.cases import CASES
from tests.sizing import cases as sizing

REFUSED = [case for case in (*CASES, *sizing.CASES) if not case.accepted]


def messages(code: str) -> list[str]:
    """The violations of a rule in the tables; of those that only differ in values, the first."""
    found = (str(case.verdict) for case in REFUSED if case.rule.code == code)
    by_words: dict[str, str] = {}
    for message in found:
        by_words.setdefault(re.sub(r"'[^']*'|\d+(\.\d+)?|nan|Canary|Linear", "?", message), message)
    return list(by_words.values())
