"""The oldest uv that the extra allows builds what the locked one builds."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import uv

from lambda_constructs.packaging.uv import run_uv
from tests.packaging.projects import Projects, bundled, contents
from tests.support import ROOT


@pytest.fixture
def oldest(tmp_path: Path) -> str:
    """The oldest uv that is allowed, from the package index."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (version,) = (found[1] for each in extras["python"] if (found := re.fullmatch(r"uv>=(.+)", each)))
    folder = tmp_path / "oldest"
    command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
    subprocess.run([*command, "--target", str(folder), f"uv=={version}"], check=True)
    return str(folder / "bin" / "uv")


@pytest.mark.slow
def test_two_versions_of_uv_build_the_same_bytes(
    oldest: str, projects: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UV_CONFIG_FILE", "UV_OFFLINE"):
        monkeypatch.delenv(name)
    (projects.folder / "uv.toml").unlink()
    locked = projects.locked("markupsafe>=3", "pygments>=2", name="locked")  # a native library, and a program
    pinned = projects.project("pinned")
    exported = run_uv("export", "--frozen", "--no-emit-project", "--quiet", folder=locked).stdout
    (pinned / "requirements.txt").write_text(exported)
    found = []
    for number, program in enumerate((uv.find_uv_bin(), oldest)):
        monkeypatch.setattr(uv, "find_uv_bin", lambda program=program: program)
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / f"uv-{number}"))
        cache = str(tmp_path / f"cache-{number}")
        built = [bundled(projects.code(each, cache_dir=cache)) for each in (locked, pinned)]
        version = run_uv("--version", folder=tmp_path).stdout
        found.append((version, [key for key, _ in built], [contents(folder) for _, folder in built]))

    (first, *newest), (second, *former) = found
    assert first != second
    assert newest == former
