"""What the rules say, taken from the tables of cases."""

from __future__ import annotations

import re

from tests.rules.cases import CASES
from tests.sizing import cases as sizing

REFUSED = [case for case in (*CASES, *sizing.CASES) if not case.accepted]


def messages(code: str) -> list[str]:
    """The violations of a rule in the tables, in the words of options or of templates, or of both.

    Of those that only differ in values it is the first.
    """
    cases = [case for case in REFUSED if case.rule.code == code]
    found = [str(case.verdict) for case in cases if case.rule.construction]
    found += [str(case.of_template) for case in cases if case.rule.places is not None]
    by_words: dict[str, str] = {}
    for message in found:
        by_words.setdefault(re.sub(r"'[^']*'|\d+(\.\d+)?|nan|Canary|Linear", "?", message), message)
    return list(by_words.values())
