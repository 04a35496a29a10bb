"""llms.txt: the pages in a form that coding assistants read (https://llmstxt.org)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def write_llms(folder: Path, sections: list[dict[str, Any]]) -> None:
    """Write llms.txt, a list of the pages, and llms-full.txt, their text without the long list of rules."""
    front = (folder / "index.md").read_text()
    summary = front.split("\n\n")[1].replace("\n", " ")
    lines = ["# lambda_constructs", "", f"> {summary}"]
    texts = [front]
    for section in sections:
        for name, entries in section.items():
            lines += ["", f"## {name}", ""]
            for title, page in _pages(entries):
                lines.append(f"- [{title}]({page})")
                if page != "reference/rules.md":
                    texts.append((folder / page).read_text())
    (folder / "llms.txt").write_text("\n".join(lines) + "\n")
    (folder / "llms-full.txt").write_text("\n\n".join(texts))


def _pages(entries: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        for title, value in entry.items():
            if isinstance(value, str):
                yield title, value
            else:
                yield from _pages(value)
