"""The sources of the site: the pages of docs, and the files of the repository that they link to."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
LINK: Final = re.compile(r"\]\(([^)#\s:]+)(#[^)\s]*)?\)")
LANGUAGES: Final = {".py": "python", ".yml": "yaml", ".yaml": "yaml", ".json": "json", ".toml": "toml"}


def write_pages(folder: Path) -> None:
    """Write all pages into a folder, with their links to files that the site has."""
    todo = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
    done = set[Path]()
    while todo:
        source = todo.pop()
        if source in done:
            continue
        done.add(source)
        page = folder / place(source)
        page.parent.mkdir(parents=True, exist_ok=True)
        text, linked = with_links(source)
        page.write_text(text)
        todo += linked


def place(source: Path) -> Path:
    """The page of a file, relative to the folder of all pages."""
    if source == DOCS / "README.md":
        return Path("contents.md")
    if source == ROOT / "README.md":
        return Path("index.md")
    if source.is_relative_to(DOCS):
        return source.relative_to(DOCS)
    return Path("repository") / source.relative_to(ROOT).with_suffix(".md")


def with_links(source: Path) -> tuple[str, list[Path]]:
    """The text of a page, and the files that it links to."""
    linked: list[Path] = []

    def link(match: re.Match[str]) -> str:
        path = (source.parent / match[1]).resolve()
        if path.is_dir():  # an example
            path /= "stack.py"
        if not path.exists():  # Python code, such as handlers[0](event)
            return match[0]
        linked.append(path)
        return f"]({os.path.relpath(place(path), place(source).parent)}{match[2] or ''})"

    if source.suffix == ".md":
        return LINK.sub(link, source.read_text()), linked
    if source.suffix == ".svg":
        return source.read_text(), linked
    language = LANGUAGES.get(source.suffix, "text")
    return f"# {source.relative_to(ROOT)}\n\n```{language}\n{source.read_text()}```\n", linked
