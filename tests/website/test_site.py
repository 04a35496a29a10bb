"""The documentation site: all pages in its navigation, all public names in its reference, links that work."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from lambda_constructs import testing
from tests.support import ROOT
from tests.test_public_api import PACKAGE
from website.pages import DOCS, REPOSITORY, navigation, write_site

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def targets(entries: list[dict[str, Any]]) -> list[str]:
    """The pages of a navigation."""
    found: list[str] = []
    for entry in entries:
        for value in entry.values():
            found += targets(value) if isinstance(value, list) else [value]
    return found


def test_every_page_is_in_the_navigation_once() -> None:
    pages = {
        path.relative_to(DOCS).as_posix().replace("README.md", "index.md") for path in DOCS.rglob("*.md")
    }

    assert sorted(targets(navigation())) == sorted({*pages, "reference/api.md"})
    assert [next(iter(section)) for section in navigation()] == [
        "Overview",
        "Tutorial",
        "How-to guides",
        "Reference",
        "Explanation",
    ]


def test_the_reference_has_every_public_name_and_no_link_leads_nowhere(tmp_path: Path) -> None:
    write_site(tmp_path)

    found = re.findall(
        r"^::: lambda_constructs\S*\.(\w+)$", (tmp_path / "docs/reference/api.md").read_text(), re.MULTILINE
    )
    assert sorted(found) == sorted([*PACKAGE.__all__, *testing.__all__])
    for page in (tmp_path / "docs").rglob("*.md"):
        text = page.read_text()
        assert "invisible-code-block" not in text
        for target in LINK.findall(text):
            assert (page.parent / target).resolve().exists(), f"{page}: {target}"
        for target in re.findall(rf"\]\({REPOSITORY}/blob/main/([^)#]+)", text):
            assert (ROOT / target).exists(), f"{page}: {target}"


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """As `make docs` does, in an environment from the lock."""
    program, python = uv.find_uv_bin(), tmp_path / "environment" / "bin" / "python"
    subprocess.run([program, "venv", "-q", "--python", sys.executable, str(python.parents[1])], check=True)
    lock = ["--require-hashes", "-r", str(ROOT / "requirements" / "docs.txt")]
    subprocess.run([program, "pip", "install", "-q", "--python", str(python), *lock], check=True)
    write_site(tmp_path / "website")

    done = subprocess.run(
        [str(python.with_name("zensical")), "build", "--strict", "--config-file", "mkdocs.yml"],
        cwd=tmp_path / "website",
        capture_output=True,
        text=True,
        check=False,
    )

    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert "No issues found" in output
    assert not re.search("warning|griffe", output, re.IGNORECASE), output
    page = (tmp_path / "website" / "site" / "reference" / "api.html").read_text()
    assert [name for name in PACKAGE.__all__ if f'.{name}"' not in page] == []
