"""The words of all prose, each accepted once: a word that is not in tests/words.txt may be a mistake.

`pytest tests/test_spelling.py --snapshot-update` accepts the words of today; read the difference.
"""

from __future__ import annotations

import re

import pytest

from tests.support import ROOT
from tests.test_repository import pages, prose

WORDS = ROOT / "tests" / "words.txt"
# Code, addresses of links, comments and HTML are not prose.
NOT_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|<!---.*?-->|<[^>]+>|https?://\S+", re.DOTALL)
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:'[a-z]+)?")
# Their text comes from elsewhere: the catalogue, licenses.
GENERATED = ("docs/reference/rules.md", "ATTRIBUTION.md")


def words() -> dict[str, str]:
    """The words in small letters, with a page that has them."""
    found: dict[str, str] = {}
    for page in pages():
        name = page.relative_to(ROOT).as_posix()
        if not name.endswith(GENERATED):
            for word in WORD.findall(NOT_PROSE.sub(" ", prose(page))):
                found.setdefault(word.lower(), name)
    return found


def test_every_word_is_known(pytestconfig: pytest.Config) -> None:
    used = words()
    if pytestconfig.getoption("update_snapshots"):
        WORDS.write_text("".join(f"{word}\n" for word in sorted(used)))
    known = set(WORDS.read_text().split())

    assert {word: page for word, page in used.items() if word not in known} == {}
