"""A project without a lock is told the command that makes one."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_constructs.packaging.lock import find_lock
from lambda_constructs.packaging.refusal import RefusedError
from lambda_constructs.rules.python_code import lock_missing
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
            ({"requirements.in": ""}, "uv pip compile --generate-hashes requirements.in"),
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
