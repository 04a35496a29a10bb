"""Finds emulators that run in another shell: each one leaves a file that only its user can read."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from .connection import Connection, EmulatorError
from .paths import CACHE
from .process import Emulator

_FOLDER: Final = CACHE / "running"


@contextmanager
def announced(emulator: Emulator) -> Iterator[None]:
    """Let other shells find an emulator inside the block."""
    facts = {
        "access_key": emulator.client_environment["AWS_ACCESS_KEY_ID"],
        "secret_key": emulator.client_environment["AWS_SECRET_ACCESS_KEY"],
        "account": emulator.account,
        "region": emulator.region,
        "time_scale": emulator.time_scale,
        "endpoint": emulator.endpoint,
        "directory": str(emulator.directory),
        "pid": emulator.pid,
        "owner": os.getpid(),
    }
    _FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = _FOLDER / f"{os.getpid()}.json"
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(facts, opened)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find(endpoint: str = "") -> tuple[Connection, int]:
    """The emulator that runs, and the process that owns it.

    Args:
        endpoint: its address, or the end of it; needed when several run.

    Raises:
        EmulatorError: none runs, or several do.
    """
    found = [each for each in _running() if each["endpoint"].endswith(endpoint)]
    if not found:
        raise EmulatorError("no emulator is running; start one in another shell with `lambda-emulator start`")
    if len(found) > 1:
        endpoints = ", ".join(each["endpoint"] for each in found)
        raise EmulatorError(f"several emulators are running: {endpoints}; name one with --endpoint")
    (facts,) = found
    owner = facts.pop("owner")
    return Connection(**{**facts, "directory": Path(facts["directory"])}), int(owner)


def _running() -> Iterator[dict[str, Any]]:
    for file in sorted(_FOLDER.glob("*.json")):
        facts: dict[str, Any] = json.loads(file.read_text())
        try:
            os.kill(facts["pid"], 0)
        except OSError:
            file.unlink(missing_ok=True)  # its owner was killed
        else:
            yield facts
