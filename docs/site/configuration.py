"""The configuration of the site."""

from __future__ import annotations

import tomllib
from typing import Any

from lambda_constructs.version import __version__

from .sources import ROOT


def repository() -> str:
    """The address of the repository, which pyproject.toml states."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return str(project["urls"]["Repository"])


def configuration(sections: list[dict[str, Any]]) -> dict[str, Any]:
    """The configuration for pages in the folder `pages`, with this navigation."""
    return {
        "site_name": f"lambda_constructs {__version__}",
        "site_description": "Production-grade AWS Lambda workloads for the Python CDK, one statement each",
        "repo_url": repository(),
        "repo_name": "GitHub",
        "docs_dir": "pages",
        "site_dir": "html",
        "use_directory_urls": False,  # the pages also work as files, without a server
        "nav": [{"Home": "index.md"}, *sections, {"Changelog": "repository/CHANGELOG.md"}],
        "theme": {
            "name": "material",
            "language": "en",
            "features": [
                "content.code.copy",
                "navigation.footer",
                "navigation.indexes",
                "navigation.path",
                "navigation.sections",
                "navigation.tabs",
                "navigation.top",
                "search.highlight",
                "toc.follow",
            ],
            "palette": [
                {
                    "media": "(prefers-color-scheme: light)",
                    "scheme": "default",
                    "toggle": {"icon": "lucide/sun", "name": "Dark mode"},
                },
                {
                    "media": "(prefers-color-scheme: dark)",
                    "scheme": "slate",
                    "toggle": {"icon": "lucide/moon", "name": "Light mode"},
                },
            ],
        },
        "markdown_extensions": [
            "tables",
            {"toc": {"permalink": True}},
            "pymdownx.highlight",
            "pymdownx.magiclink",
            "pymdownx.superfences",
        ],
        "extra_css": ["tables.css"],
        "extra": {"version": {"provider": "mike"}},  # the header lists the versions of ../versions.json
        "plugins": [
            "search",
            "offline",
            {
                "mkdocstrings": {
                    "handlers": {
                        "python": {
                            "paths": [str(ROOT)],
                            "options": {
                                "docstring_style": "google",
                                "show_source": False,
                                "show_root_heading": True,
                                "show_root_full_path": False,
                                "show_signature": False,  # the table of parameters says more
                                "members_order": "source",
                                "merge_init_into_class": True,
                                "filters": ["!^_"],
                                "extensions": ["unpack_typeddict"],
                            },
                        }
                    }
                }
            },
        ],
    }
