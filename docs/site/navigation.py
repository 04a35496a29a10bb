"""The navigation of the site: the sections, groups and pages of docs/README.md."""

from __future__ import annotations

import re
from typing import Any, Final

LINK: Final = re.compile(r"- \[([^\]]+)\]\(([^)]+)\)")
GROUP: Final = re.compile(r"([A-Z][\w ]+):")

Entry = dict[str, Any]


def navigation(contents: str) -> list[Entry]:
    """The sections, each with its pages or with groups of pages."""
    sections: list[Entry] = []
    pages: list[Entry] = []
    for line in contents.splitlines():
        if line.startswith("## "):
            pages = []
            sections.append({line.removeprefix("## "): pages})
            section = pages
        elif group := GROUP.fullmatch(line):
            pages = []
            section.append({group[1]: pages})
        elif link := LINK.match(line):
            pages.append({link[1]: link[2]})
    return sections
