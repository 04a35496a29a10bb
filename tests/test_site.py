"""The documentation site: navigation has every page, the API every public name, and links have targets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import lambda_constructs
from docs.site.__main__ import main
from docs.site.diagrams import TEMPLATES, WORKLOADS
from docs.site.navigation import navigation
from docs.site.reference import public_names
from docs.site.sources import DOCS, LINK
from docs.site.versions import add_version
from lambda_constructs.starter.workloads import WORKLOADS as STARTERS

FENCE: Final = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


def pages_of(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            yield from [value] if isinstance(value, str) else pages_of(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    main(folder)
    return folder / "pages"


def test_every_link_of_the_site_has_a_target(site: Path) -> None:
    pages = {page: FENCE.sub("", page.read_text()) for page in site.rglob("*.md")}

    broken = [
        (page.relative_to(site), target)
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


def test_every_workload_has_a_diagram_with_all_resources_of_its_template(site: Path) -> None:
    page = (site / "reference" / "resources.md").read_text()
    diagrams = dict(re.findall(r"^### `(\w+)`\n\n(.*)$", page, re.MULTILINE))

    assert diagrams.keys() == {name.title().replace("-", "") for name in STARTERS}
    for workload, snapshot in WORKLOADS.items():
        template = json.loads((TEMPLATES / f"test_template[{snapshot}].json").read_text())
        assert diagrams[workload].count("<b>") == len(template["Resources"])
    names = re.findall("<b>(.*?)</b>", diagrams["SqsWorker"])
    assert names.index("Mapping") < names.index("Live") < names.index("Function") < names.index("Queue")


def test_each_version_has_a_folder_and_the_newest_one_is_shown(tmp_path: Path) -> None:
    html = tmp_path / "html"
    html.mkdir()
    (html / "index.html").write_text("pages")

    for version in ("0.1.0rc1", "0.9.0", "0.10.0", "0.2.0", "0.10.0", "0.11.0rc2", "0.11.0rc10"):
        add_version(html, tmp_path / "all", version)
        shown = (tmp_path / "all" / "index.html").read_text()
        assert version != "0.1.0rc1" or 'url=0.1.0rc1/index.html"' in shown

    versions = json.loads((tmp_path / "all" / "versions.json").read_text())
    listed = ["0.11.0rc10", "0.11.0rc2", "0.10.0", "0.9.0", "0.2.0", "0.1.0rc1"]
    assert [each["version"] for each in versions] == listed
    assert 'url=0.10.0/index.html"' in shown
    assert (tmp_path / "all" / "0.9.0" / "index.html").read_text() == "pages"


def test_assistants_get_a_list_of_all_pages_and_their_text(site: Path) -> None:
    listed = (site / "llms.txt").read_text()
    text = (site / "llms-full.txt").read_text()

    assert all(str(page.relative_to(DOCS)) in listed for page in DOCS.glob("*/*.md"))
    assert "# SQS: process a queue with" in text
