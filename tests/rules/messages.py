"""Who checks a rule, and what the rule says, taken from the tables of cases."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lambda_constructs
from lambda_constructs.rules.rule import Rule
from tests.rules.cases import CASES
from tests.sizing import cases as sizing

REFUSED = [case for case in (*CASES, *sizing.CASES) if not case.accepted]
PACKAGE = Path(lambda_constructs.__file__).parent
CHECKED_BY = {
    "constructs": ("core", "packaging", "function", "event_sources", "events", "requests"),
    "audit": ("audit", "cdk_plugin.py"),
    "sizing": ("sizing",),
}


def users(rule: Rule[...]) -> Iterator[str]:
    """Who checks a rule: the audit if the rule finds places in templates, others by their source."""
    for user in CHECKED_BY:
        if (user == "audit" and rule.places is not None) or names()[id(rule)] & words_of(user):
            yield user


def of_options(rule: Rule[...]) -> bool:
    """Whether a rule speaks to somebody who writes options, not only to the reader of a template."""
    return rule.places is None or "constructs" in users(rule)


def messages(code: str) -> list[str]:
    """The violations of a rule in the tables, in the words of options or of templates, or of both.

    Of those that only differ in values it is the first.
    """
    cases = [case for case in REFUSED if case.rule.code == code]
    found = [str(case.verdict) for case in cases if of_options(case.rule)]
    found += [str(case.of_template) for case in cases if case.rule.places is not None]
    by_words: dict[str, str] = {}
    for message in found:
        by_words.setdefault(re.sub(r"'[^']*'|\d+(\.\d+)?|nan|Canary|Linear", "?", message), message)
    return list(by_words.values())


@cache
def names() -> dict[int, set[str]]:
    """The names of each rule in the modules of the rules."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for module in [
        each for name, each in sys.modules.items() if re.match(r"lambda_constructs\..*rules", name)
    ]:
        for name, value in vars(module).items():
            if isinstance(value, Rule):
                found[id(value)].add(name)
    return found


@cache
def words_of(user: str) -> frozenset[str]:
    """The words in all modules that a user of rules has, but imports and names before `.code`."""
    places = [PACKAGE / each for each in CHECKED_BY[user]]
    files = [file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place])]
    sources = (file.read_text() for file in files if "sizing/rules" not in file.as_posix())
    code = (re.sub(r"\bimport (\([^)]*\)|.*)", "", source) for source in sources)
    return frozenset(word for each in code for word in re.findall(r"\b\w+\b(?!\.(?:code|high|low)\b)", each))
