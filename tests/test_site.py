"""The documentation site: navigation has every page, the API every public name, and links have targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import lambda_constructs
from docs.site.__main__ import main
from docs.site.navigation import navigation
from docs.site.reference import public_names
from docs.site.sources import DOCS, LINK

FENCE: Final = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


def pages_of(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            yield from [value] if isinstance(value, str) else pages_of(value)


def test_every_link_of_the_site_has_a_target(tmp_path: Path) -> None:
    main(tmp_path)
    pages = {page: FENCE.sub("", page.read_text()) for page in (tmp_path / "pages").rglob("*.md")}

    broken = [
        (page.relative_to(tmp_path), target)
        for page, text in pages.items()
        for target, _ in LINK.findall(text)
        if not (page.parent / target).exists()
    ]
    assert broken == []
    assert len(pages) > 50


def test_every_page_is_in_the_navigation_once() -> None:
    entries = navigation((DOCS / "README.md").read_text())

    written = {str(page.relative_to(DOCS)) for page in DOCS.glob("*/*.md")}
    assert sorted(pages_of(entries)) == sorted(written)


def test_every_public_name_is_in_the_api_once() -> None:
    found = [name for names in public_names().values() for name in names]

    assert sorted(found) == sorted(set(dir(lambda_constructs)) - {"__version__"})


def test_assistants_get_a_list_of_all_pages_and_their_text(tmp_path: Path) -> None:
    main(tmp_path)
    listed = (tmp_path / "pages" / "llms.txt").read_text()
    text = (tmp_path / "pages" / "llms-full.txt").read_text()

    assert all(str(page.relative_to(DOCS)) in listed for page in DOCS.glob("*/*.md"))
    assert "# SQS: process a queue with" in text
