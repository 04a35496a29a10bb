"""Unpacks the code and the layers of functions, once for all execution environments.

On AWS the code is at `/var/task` and the layers at `/opt`, and neither can be written. Here each package
has a directory that its environments share; `bootstrap.py` refuses to write there.

    https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
    https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

import hashlib
import io
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ..core import hooks

_layer_package: Callable[[Any], bytes | None] = hooks.attribute(
    hooks.module("services.lambda_svc"), "_resolve_layer_zip"
)
_DIRECTORY: Final = Path(tempfile.gettempdir()) / "function-code"
_lock = threading.Lock()


def unpacked(*packages: bytes) -> Path:
    """The directory with the files of some packages; a later package replaces files of an earlier one."""
    digest = hashlib.sha256()
    for package in packages:
        digest.update(hashlib.sha256(package).digest())
    directory = _DIRECTORY / digest.hexdigest()
    with _lock:
        if not directory.exists():
            fresh = directory.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            for package in packages:
                _unpack(package, fresh)
            fresh.rename(directory)
    return directory


def layers(configuration: Mapping[str, Any]) -> Path:
    """The directory with the layers of a function, merged in the order in which it names them."""
    attached: Sequence[Any] = configuration.get("Layers") or []
    return unpacked(*(package for layer in attached if (package := _layer_package(layer))))


def _unpack(package: bytes, directory: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(directory)
        for member in archive.infolist():
            mode = member.external_attr >> 16 & 0o777
            if mode:
                (directory / member.filename).chmod(mode | 0o600)
