"""The files of locks as editors and tools write them, and the command that makes a lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_constructs.packaging.lock import Choice, find_lock, read_lock
from lambda_constructs.packaging.refusal import RefusedError
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
