"""The cache of packages: processes that share it find complete folders only, on every file system."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from lambda_constructs.packaging import install
from lambda_constructs.packaging.cache import kept
from lambda_constructs.packaging.uv import run_uv
from tests.packaging.projects import Projects, bundled, contents


def test_two_processes_may_make_the_same_folder_at_once(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        other = kept(tmp_path, "packages", lambda first: (first / "a.py").touch())
        assert other == tmp_path / "packages"
        (folder / "b.py").touch()

    assert list(contents(kept(tmp_path, "packages", make))) == ["a.py"]
    assert [path.name for path in tmp_path.iterdir()] == ["packages"]


def test_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "a.py").touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        kept(tmp_path, "packages", make)
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_a_failed_attempt_left_is_not_taken_for_the_package(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.pinned("orders", projects.wheel("pricing", **{"pricing__prices.py": ""}))
    attempts = []

    def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        done = run_uv(*arguments, folder=folder)
        attempts.append(arguments)
        if len(attempts) == 1:  # as if the disk was full
            (Path(arguments[arguments.index("--target") + 1]) / "pricing" / "prices.py").unlink()
            done.returncode = 2
        return done

    monkeypatch.setattr(install, "run_uv", run)

    assert "pricing/prices.py" in contents(bundled(projects.code(project))[1])
    assert len(attempts) == 2


def test_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "a.py").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, "packages", make)
    assert list(tmp_path.iterdir()) == []


def test_copies_where_the_file_system_has_no_hard_links(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    project = projects.pinned("orders", projects.wheel("pricing"))
    linked = contents(bundled(projects.code(project))[1])
    monkeypatch.setattr(os, "link", refuse)

    assert contents(bundled(projects.code(project))[1]) == linked
