"""Every test of packaging has its own folder, wheels and caches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.projects import Projects, offline


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Projects:
    found = Projects(tmp_path)
    for name, value in offline(found).items():
        monkeypatch.setenv(name, value)
    return found
