"""Files that are read, and files that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.files import File
from lambda_constructs.sizing.power_tuning import read_measurement, read_measurements
from tests.sizing.support import output, points, rows

TABLE = rows({128: 5000.0, 512: 1500.0, 1024: 1000.0})


def test_file_may_have_the_encoding_of_windows_powershell(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    for encoding in ("utf-16", "utf-8-sig"):
        path.write_text(json.dumps(output(TABLE, stats=True)), encoding=encoding)

        assert read_measurement(path).points == points(TABLE)
        assert read_measurements(path) == (read_measurement(path),)


def test_refuses_files_that_cannot_be_read(tmp_path: Path) -> None:
    binary, large = tmp_path / "binary", tmp_path / "large"
    binary.write_bytes(b"\x80\x81")
    large.write_bytes(b" " * 2_097_153)
    unreadable: dict[Any, str] = {
        tmp_path / "missing.json": "No such file or directory",
        str(tmp_path): "Is a directory",
        binary: "can't decode byte 0x80",
        large: "more than 2097152 bytes are more than any result has",
        "nul\0": "embedded null",
        5: "int",
    }
    for path, message in unreadable.items():
        with pytest.raises(ConfigurationError, match=message) as refused:
            read_measurement(path)

        assert (refused.value.code, refused.value.construct_path) == ("measurement-unreadable", str(path))


def test_refuses_a_file_that_disappears_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.log"
    path.write_text("")
    file = File(path)
    path.unlink()

    reads: list[Callable[[], object]] = [file.text, lambda: list(file.lines())]
    for read in reads:
        with pytest.raises(ConfigurationError, match="No such file or directory"):
            read()
