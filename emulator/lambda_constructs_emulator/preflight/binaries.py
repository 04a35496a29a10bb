"""Finds compiled code that this machine cannot run: a bundle for another processor or another Python."""

from __future__ import annotations

import os
import platform
import re
import shutil
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ELF: Final = b"\x7fELF"
_MACHINES: Final = {0x3E: "x86_64", 0xB7: "arm64"}  # e_machine of the ELF header
_HEADER: Final = 20  # bytes
_TAG: Final = re.compile(r"\.cpython-3(\d+)-")


def this_machine() -> str:
    """The architecture of this machine by Lambda's name for it."""
    machine = platform.machine().lower()
    return {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine)


def runs_on(runtime: str) -> str:
    """The Python that a function runs on: its runtime's if the server finds it, or else the server's."""
    own = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    installed = Path(sys.base_prefix).resolve().parent.glob(f"*/bin/{runtime}")
    return runtime if runtime == own or shutil.which(runtime, path=os.defpath) or any(installed) else own


def unusable(code: Path, runtime: str) -> tuple[str, str] | None:
    """The parts of the code of a function or a layer that this machine cannot run.

    Args:
        code: The file or the directory of the asset.
        runtime: The function's, or one that the layer is for; empty if it is not known.

    Returns:
        The architecture or the Python version of the first such file, and its name.
    """
    for name, architecture, minor in compiled(code) if code.exists() else ():
        if architecture != this_machine():
            return architecture, name
        if minor is not None and runtime.startswith("python") and runs_on(runtime) != f"python3.{minor}":
            return f"Python 3.{minor}", name
    return None


def compiled(code: Path) -> Iterator[tuple[str, str, int | None]]:
    """The compiled files of an asset: name, architecture, and the minor version of Python it is for."""
    for name, header in _files(code):
        if header[:4] == _ELF and len(header) == _HEADER:
            architecture = _MACHINES.get(struct.unpack_from("<H", header, 18)[0], "another processor")
            tag = _TAG.search(name)
            yield name, architecture, int(tag[1]) if tag else None


def _files(code: Path) -> Iterator[tuple[str, bytes]]:
    """The files that can be compiled code, with their first bytes."""
    if code.is_dir():
        for path in sorted(code.rglob("*")):
            if _can_be_compiled(path.name) and path.is_file():
                with path.open("rb") as file:
                    yield path.relative_to(code).as_posix(), file.read(_HEADER)
    elif zipfile.is_zipfile(code):
        with zipfile.ZipFile(code) as archive:
            for name in sorted(archive.namelist()):
                if _can_be_compiled(name.rpartition("/")[2]):
                    with archive.open(name) as member:
                        yield name, member.read(_HEADER)


def _can_be_compiled(name: str) -> bool:
    return ".so" in name or "." not in name  # `bootstrap` of a `provided` runtime has no suffix
