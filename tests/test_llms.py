"""docs/llms.txt: the pages of the documentation for language models, from the list that people read.

`pytest tests/test_llms.py --snapshot-update` writes it anew. https://llmstxt.org
"""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.support import ROOT

FILE = ROOT / "docs" / "llms.txt"
ENTRY = re.compile(r"^- \[(.+?)\]\(([^)]+)\)[:,]? ?(.*(?:\n  .*)*)", re.MULTILINE)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def llms() -> str:
    """The summary of the README, then all pages by section."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    summary = (ROOT / "README.md").read_text().split("\n\n")[1].replace("\n", " ")
    pages = f"{project['urls']['Repository']}/blob/main/docs/"
    lines = [f"# {project['name']}", "", f"> {summary}"]
    parts = HEADING.split((ROOT / "docs" / "README.md").read_text())[1:]
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        lines += ["", f"## {title}", ""]
        for name, target, about in ENTRY.findall(text):
            description = f": {' '.join(about.split())}" if about else ""
            lines.append(f"- [{name}]({pages}{target}){description}")
    return "\n".join(lines) + "\n"


def test_llms_txt_is_current(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("update_snapshots"):
        FILE.write_text(llms())
    assert FILE.read_text() == llms()
