"""Builds in processes of their own: two at once, one that is interrupted, and one without a network."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.projects import Projects, bundled, contents


def start(projects: Projects, project: Path, output: Path, *, largest: int = -1) -> subprocess.Popen[str]:
    """Start a build; `largest` limits the bytes of the files that it can write."""
    program = [sys.executable, "-m", "lambda_constructs", "packaging", "build", str(project)]
    program += ["--cache-dir", str(projects.cache), "--output", str(output)]
    environment = {**os.environ, "TMPDIR": str(temporary(projects))}
    if largest >= 0:  # coverage cannot write its file, and cannot combine what it wrote of it
        environment.pop("COVERAGE_PROCESS_CONFIG", None)

    def before() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's job in the background ignores it
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.Popen(
        program,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509 - no other thread runs Python here
    )


def temporary(projects: Projects) -> Path:
    """Where builds have their temporary files."""
    folder = projects.folder / "temporary"
    folder.mkdir(exist_ok=True)
    return folder


def test_two_processes_build_one_key_at_once(projects: Projects) -> None:
    files = {f"pricing__part_{number}.py": f"NUMBER = {number}\n" for number in range(200)}
    project = projects.pinned("orders", projects.wheel("pricing", **files))
    outputs = [projects.folder / name for name in ("one", "two", "three")]

    builds = [start(projects, project, output) for output in outputs]

    for build in builds:
        assert (build.wait(timeout=60), "Traceback" in build.communicate()[1]) == (0, False)
    assert projects.kept() == ["packages"]
    assert contents(outputs[0]) == contents(outputs[1]) == contents(outputs[2])


def test_an_interrupted_build_leaves_nothing_behind(
    projects: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package index takes the request, and never answers."""
    project = projects.pinned("orders", projects.wheel("pricing"))
    with socket.create_server(("127.0.0.1", 0)) as index:
        address = f"http://127.0.0.1:{index.getsockname()[1]}/index"
        (projects.folder / "uv.toml").write_text(f'index-url = "{address}"\n')
        monkeypatch.delenv("UV_OFFLINE")
        build = start(projects, project, projects.folder / "output")
        index.settimeout(60)
        connection, _ = index.accept()
        assert any(projects.cache.glob(".making-*"))
        build.send_signal(signal.SIGINT)
        assert build.wait(timeout=60) != 0
        connection.close()
    build.communicate()

    assert projects.kept() == []
    assert not (projects.folder / "output").exists()
    assert list(temporary(projects).iterdir()) == []


def test_a_build_that_cannot_write_its_files_leaves_nothing_behind(projects: Projects) -> None:
    wheel = projects.wheel("pricing", **{"pricing__prices.py": "PRICES = 0\n" * 50_000})
    build = start(projects, projects.pinned("orders", wheel), projects.folder / "output", largest=100_000)

    _, said = build.communicate(timeout=60)
    assert build.returncode != 0
    assert "uv cannot install the packages" in said
    assert "it ended with -25" in said  # the system ends a process that writes too much
    assert projects.kept() == []
    assert not (projects.folder / "output").exists()
    assert list(temporary(projects).iterdir()) == []


def test_installs_what_it_has_without_an_index(projects: Projects) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"))
    first = bundled(projects.code(project))
    shutil.rmtree(projects.wheels)
    shutil.rmtree(projects.folder / "uv")

    assert contents(bundled(projects.code(project))[1]) == contents(first[1])
