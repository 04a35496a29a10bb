"""Add the built site to the sites of earlier versions: python -m docs.site.versions HTML FOLDER."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from packaging.version import Version

from lambda_constructs.version import __version__


def add_version(html: Path, folder: Path, version: str) -> None:
    """Copy a site into a folder of its version, list all versions, and redirect index.html to the newest.

    A release candidate is listed; readers are redirected to it only if there is no release yet.
    """
    shutil.rmtree(folder / version, ignore_errors=True)
    shutil.copytree(html, folder / version)
    found = sorted((each.parent.name for each in folder.glob("[0-9]*/index.html")), key=Version, reverse=True)
    newest = next((name for name in found if not Version(name).is_prerelease), found[0])
    versions = [{"version": name, "title": name, "aliases": []} for name in found]
    (folder / "versions.json").write_text(json.dumps(versions))
    refresh = f'<meta http-equiv="refresh" content="0; url={newest}/index.html">'
    (folder / "index.html").write_text(f"<!doctype html>{refresh}")


if __name__ == "__main__":
    add_version(Path(sys.argv[1]), Path(sys.argv[2]), __version__)
