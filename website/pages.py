"""Writes the source of the documentation site: python -m website.pages FOLDER.

The pages of docs/, with links that lead out of docs/ to the repository, and without the code that only tests
run; an API reference of all public names; and the settings of the site, with the pages in the order of
docs/README.md.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY: Final = PROJECT["urls"]["Repository"]
API: Final = "reference/api.md"
_HIDDEN: Final = re.compile(r"<!--- invisible-code-block: python\n.*?\n\s*-->\n*", re.DOTALL)
_LINK: Final = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")
_NAME: Final = re.compile(r"^from (\.\S+) import (\w+) as \2$", re.MULTILINE)
_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)
_ENTRY: Final = re.compile(r"^- \[(.+?)\]\(([^)]+)\)", re.MULTILINE)
# Folders of the package by what they hold, in the order of the API reference.
_GROUPS: Final = {
    "function": "All workloads",
    "event_sources": "Polled event sources",
    "events": "Asynchronous events and schedules",
    "requests": "HTTP and Cognito",
    "packaging": "Packages",
    "sizing": "Sizes",
    "core": "Alarms and destinations",
    "errors": "Errors",
    "cdk_plugin": "Checks",
    "testing": "Tests",
}


def write_site(folder: Path) -> None:
    """Write the pages and the settings."""
    shutil.rmtree(folder, ignore_errors=True)
    for page in DOCS.rglob("*.md"):
        target = folder / "docs" / _target(page.relative_to(DOCS).as_posix())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text_of(page), encoding="utf-8")
    (folder / "docs" / API).write_text(api(), encoding="utf-8")
    shutil.copy(DOCS / "llms.txt", folder / "docs")
    # JSON is YAML.
    (folder / "mkdocs.yml").write_text(json.dumps(settings(), indent=2), encoding="utf-8")


def text_of(page: Path) -> str:
    """A page as the site shows it."""

    def link(match: re.Match[str]) -> str:
        target, anchor = (page.parent / match[1]).resolve(), match[2] or ""
        if not target.is_relative_to(DOCS):
            return f"]({REPOSITORY}/blob/main/{target.relative_to(ROOT).as_posix()}{anchor})"
        return f"]({match[1].replace('README.md', 'index.md')}{anchor})"

    return _LINK.sub(link, _HIDDEN.sub("", page.read_text(encoding="utf-8")))


def api() -> str:
    """The reference of all public names, from their docstrings."""
    lines = ["# API", "", "Every public name. `from lambda_constructs import SqsWorker` imports it."]
    for group, names in groupby(sorted(_names(), key=_position), key=lambda each: each[0].split(".")[1]):
        lines += ["", f"## {_GROUPS[group]}"]
        for module, name in names:
            lines += ["", f"::: lambda_constructs{module}.{name}", "    options:", "      heading_level: 3"]
    return "\n".join(lines) + "\n"


def _names() -> Iterator[tuple[str, str]]:
    package = ROOT / "lambda_constructs"
    for module, name in _NAME.findall((package / "__init__.pyi").read_text(encoding="utf-8")):
        if module != ".version":
            yield module, name
    for module, name in _NAME.findall((package / "testing" / "__init__.py").read_text(encoding="utf-8")):
        yield f".testing{module}", name


def _position(name: tuple[str, str]) -> tuple[int, str]:
    return list(_GROUPS).index(name[0].split(".")[1]), name[1]


def _target(path: str) -> str:
    return "index.md" if path == "README.md" else path


def navigation() -> list[dict[str, Any]]:
    """The pages by the sections of docs/README.md."""
    parts = _HEADING.split((DOCS / "README.md").read_text(encoding="utf-8"))[1:]
    sections = [
        {title: [{name: target} for name, target in _ENTRY.findall(text) if target.endswith(".md")]}
        for title, text in zip(parts[::2], parts[1::2], strict=True)
    ]
    reference = next(each["Reference"] for each in sections if "Reference" in each)
    reference.insert(0, {"API": API})
    return [{"Overview": "index.md"}, *sections]


def settings() -> dict[str, Any]:
    """The settings of the site."""
    dark = {"scheme": "slate", "toggle": {"icon": "lucide/sun", "name": "Light"}}
    light = {"scheme": "default", "toggle": {"icon": "lucide/moon", "name": "Dark"}}
    return {
        "site_name": PROJECT["name"],
        "site_description": PROJECT["description"],
        "repo_url": REPOSITORY,
        "docs_dir": "docs",
        "site_dir": "site",
        "use_directory_urls": False,  # pages work from a folder too
        "nav": navigation(),
        "theme": {
            "name": "material",
            "font": False,  # nothing is loaded from elsewhere
            "features": ["content.code.copy", "navigation.indexes", "navigation.top", "search.highlight"],
            "palette": [
                {"media": "(prefers-color-scheme: light)", **light},
                {"media": "(prefers-color-scheme: dark)", **dark},
            ],
        },
        "plugins": [
            "search",
            {
                "mkdocstrings": {
                    "handlers": {
                        "python": {
                            "paths": [str(ROOT)],
                            "options": {
                                "docstring_style": "google",
                                "docstring_options": {"warnings": False},  # tests check them
                                # FunctionOptions gives the options of a class their types.
                                "extensions": ["unpack_typeddict"],
                                "docstring_section_style": "list",
                                "show_root_heading": True,
                                "show_root_full_path": False,
                                "show_source": False,
                                "show_bases": True,
                                "members_order": "source",
                                "separate_signature": True,
                                "merge_init_into_class": True,
                                "filters": ["!^_"],
                            },
                        }
                    }
                }
            },
        ],
        "markdown_extensions": [
            "admonition",
            "attr_list",
            "tables",
            {"toc": {"permalink": True}},
            {"pymdownx.highlight": {"anchor_linenums": False}},
            "pymdownx.superfences",
        ],
        "strict": True,
    }


if __name__ == "__main__":
    write_site(Path(sys.argv[1]))
