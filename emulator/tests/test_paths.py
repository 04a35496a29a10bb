"""Programs and keys are only where no other user of the machine can put theirs."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from lambda_constructs_emulator import paths


@pytest.mark.parametrize("taken", ["", "link", "open to all"])
def test_the_directory_of_a_user_without_a_home_belongs_to_this_user(
    taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LAMBDA_EMULATOR_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    usual = tmp_path / f"lambda-emulator-{os.getuid()}"
    (tmp_path / "theirs").mkdir()
    if taken == "link":
        usual.symlink_to(tmp_path / "theirs")
    elif taken:
        usual.mkdir()
        usual.chmod(0o777)

    found = paths._cache()

    assert (found == usual) == (taken == "")
    assert stat.S_IMODE(found.lstat().st_mode) == 0o700
