"""Writes the Python of README and docs as modules for type checkers: python -m tests.typing.pages FOLDER.

A page is a module, with its blocks in the lines that they have in the page: an error names the page's line.
"""

import sys
from pathlib import Path

from sybil import Document
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "emulator" / "README.md", *ROOT.glob("docs/*/*.md")])


def python_of(page: Path) -> str:
    """The blocks of a page, invisible ones too, between empty lines."""
    text = ""
    for example in Document.parse(str(page), PythonCodeBlockParser()).examples():
        first = example.line + example.parsed.line_offset
        text += "\n" * (first - text.count("\n")) + example.parsed
    return text


def write_pages(folder: Path) -> None:
    """Write a package `pages`."""
    package = folder / "pages"
    package.mkdir(parents=True, exist_ok=True)
    for old in package.glob("*.py"):
        old.unlink()
    (package / "__init__.py").touch()
    for page in PAGES:
        if text := python_of(page):
            name = "_".join(page.relative_to(ROOT).with_suffix("").parts).replace("-", "_")
            (package / f"{name}.py").write_text(text)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
