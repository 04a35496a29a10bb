"""Write the sources and the configuration of the site: python -m docs.site FOLDER."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from .assistants import write_llms
from .configuration import configuration
from .diagrams import write_diagrams
from .navigation import navigation
from .reference import write_reference
from .sources import DOCS, write_pages

# On a phone a wide table scrolls, instead of breaking names and sentences into pieces.
TABLES = """\
.md-typeset td code { word-break: normal }
@media (max-width: 45em) { .md-typeset td { min-width: 6rem } }
"""
# The page of rules has hundreds: its contents list only their subjects.
SHORT_CONTENTS = "\n<style>.md-nav--secondary .md-nav { display: none }</style>\n"


def main(folder: Path) -> None:
    """Write the pages into a folder `pages`, and the configuration that Zensical reads into its parent."""
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    write_pages(pages)
    (pages / "tables.css").write_text(TABLES)
    with (pages / "reference" / "rules.md").open("a") as rules:
        rules.write(SHORT_CONTENTS)
    sections = navigation((DOCS / "README.md").read_text())
    write_llms(pages, sections)
    write_diagrams(pages / "reference" / "resources.md")
    sections.append({"API": write_reference(pages)})
    (folder / "mkdocs.yml").write_text(json.dumps(configuration(sections), indent=2))  # JSON is YAML


if __name__ == "__main__":
    main(Path(sys.argv[1]))
