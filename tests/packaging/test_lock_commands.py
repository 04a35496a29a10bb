"""The files of locks as editors and tools write them, and the command that makes a lock."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.packaging import install
from lambda_constructs.packaging.lock import Choice, find_lock, read_lock
from lambda_constructs.packaging.refusal import RefusedError
from lambda_constructs.packaging.target import Target
from lambda_constructs.packaging.workspace import read_pyproject
from lambda_constructs.rules.python_code import lock_missing, lock_unreadable
from tests.packaging.projects import HANDLER


def test_the_command_for_a_lock_is_that_of_the_tool_of_the_project(tmp_path: Path) -> None:
    poetry = "[tool.poetry]\nname = 'orders'\n"
    for number, (files, command) in enumerate(
        (
            ({"poetry.lock": "", "pyproject.toml": poetry}, "poetry export --output requirements.txt"),
            ({"pyproject.toml": poetry}, "poetry export --output requirements.txt"),
            ({"pyproject.toml": f"{poetry}[project]\n"}, "uv lock"),
            ({"pdm.lock": "", "pyproject.toml": "[project]\n"}, "pdm export --output requirements.txt"),
            ({"Pipfile": "", "Pipfile.lock": ""}, "pipenv requirements --hash > requirements.txt"),
            ({"requirements.in": ""}, "uv pip compile --universal --generate-hashes"),
            ({"app.py": HANDLER}, "uv init --bare and uv add PACKAGE"),
        )
    ):
        project = tmp_path / str(number)
        project.mkdir()
        for name, text in files.items():
            (project / name).write_text(text)
        with pytest.raises(RefusedError) as refused:
            find_lock(project)
        assert refused.value.rule is lock_missing
        assert str(refused.value.values[1]).startswith(command)


def test_files_of_windows_are_read(tmp_path: Path) -> None:
    """Editors write a byte order mark and other ends of lines; PowerShell writes UTF-16, which uv refuses."""
    (tmp_path / "pyproject.toml").write_bytes(b'\xef\xbb\xbf[project]\r\nname = "orders"\r\n')
    assert read_pyproject(tmp_path) == {"project": {"name": "orders"}}

    lock = tmp_path / "requirements.txt"
    lock.write_bytes(b"\xef\xbb\xbfidna==3.20 \\\r\n    --hash=sha256:0a\r\n    # via orders\r\n")
    assert [each.requirement for each in read_lock(lock, Choice())] == ["idna==3.20 --hash=sha256:0a"]
    lock.write_text("idna==3.20\n", encoding="utf-16")
    with pytest.raises(RefusedError) as refused:
        read_lock(lock, Choice())
    assert refused.value.rule is lock_unreadable
    assert refused.value.values == (str(lock), "it is not UTF-8 text")


def test_packages_of_another_index_are_installed_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself uv does not ask an index that is explicit, or that only a requirements.txt names."""
    own = "https://own.example/packages"
    locks = {
        "pylock.toml": f'[[packages]]\nname = "own"\nversion = "1"\nindex = "{own}"\n',
        "requirements.txt": f"--extra-index-url {own}\nown==1 --hash=sha256:0a\n",
    }
    read: list[str] = []

    def run_uv(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:  # noqa: ARG001
        read.append(Path(command[command.index("-r") + 1]).read_text(encoding="utf-8"))
        found = own in read[-1]
        assert found == ("unsafe-best-match" in command)
        return subprocess.CompletedProcess(command, 0 if found else 1, "", "own was not found")

    monkeypatch.setattr(install, "run_uv", run_uv)
    for name, text in locks.items():
        lock = tmp_path / name
        lock.write_text(text)
        options: dict[str, Any] = {"strip": "safe", "from_source": ()}
        target = tmp_path / f"target-{name}"
        target.mkdir()
        install.install(read_lock(lock, Choice()), lock, Target("python3.13", "arm64"), target, **options)
        assert read[-1].startswith(f"--extra-index-url {own}\nown==1")
    assert len(read) == 6  # from the cache, from the index of this machine, and from the other
