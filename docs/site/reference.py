"""The pages of the API: every public name, with its signature and its docstring."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from .sources import ROOT

PACKAGE: Final = "lambda_constructs"
# By the folder that defines a name: the title of its page.
TITLES: Final = {
    "function": "Functions",
    "event_sources": "Event sources",
    "events": "Events and schedules",
    "requests": "Requests",
    "sizing": "Sizing",
    "packaging": "Packaging",
    "core": "Alarms and destinations",
    "": "Checks and errors",
}


def public_names() -> dict[str, list[str]]:
    """The public names of the package, by the folder that defines them."""
    found: dict[str, list[str]] = {folder: [] for folder in TITLES}
    for node in ast.parse((ROOT / PACKAGE / "__init__.pyi").read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module != "version":
            folder, _, _ = (node.module or "").rpartition(".")
            found[folder] += [alias.asname or alias.name for alias in node.names]
    return found


def write_reference(folder: Path) -> list[dict[str, str]]:
    """Write one page a folder of the package; the entries of the navigation."""
    entries = []
    (folder / "api").mkdir(parents=True, exist_ok=True)
    for name, title in TITLES.items():
        page = f"api/{title.lower().replace(' ', '-')}.md"
        blocks = "\n\n".join(f"::: {PACKAGE}.{each}" for each in public_names()[name])
        (folder / page).write_text(f"# {title}\n\n{blocks}\n")
        entries.append({title: page})
    return entries
