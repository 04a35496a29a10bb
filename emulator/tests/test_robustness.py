"""What goes wrong around the emulator is noticed at once, and named."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from lambda_constructs_emulator import installation
from lambda_constructs_emulator.cdk import Cdk, CdkError
from lambda_constructs_emulator.installation import InstallationError
from lambda_constructs_emulator.process import Emulator, EmulatorError

pytestmark = pytest.mark.deploy

AT_ONCE = 3.0  # seconds; boto3 alone tries for a minute
SLEEPS = "import time; time.sleep(60)"


def test_a_killed_server_is_noticed_at_once_and_named() -> None:
    with Emulator() as emulator:
        client = emulator.client("sqs")
        os.kill(emulator.pid, signal.SIGKILL)
        # A handshake with a server that is still ending would leave its socket to the garbage collector.
        os.waitid(os.P_PID, emulator.pid, os.WEXITED | os.WNOWAIT)
        start = time.monotonic()

        with pytest.raises(EmulatorError, match=rf"process {emulator.pid}, was killed by SIGKILL"):
            client.list_queues()
        with pytest.raises(EmulatorError, match="was killed by SIGKILL"):
            emulator.journal()
        assert time.monotonic() - start < AT_ONCE


@pytest.mark.slow
def test_a_server_that_is_killed_during_a_command_ends_the_command(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SLEEPS)
    with Emulator() as emulator:
        kill = threading.Timer(2, os.kill, (emulator.pid, signal.SIGKILL))
        start = time.monotonic()
        kill.start()

        with pytest.raises(EmulatorError, match="was killed by SIGKILL"):
            Cdk(emulator, project=tmp_path).deploy("Shop", app="python app.py")
        assert time.monotonic() - start < 2 + AT_ONCE


@pytest.mark.slow
def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(EmulatorError, match=f"port {port} of 127.0.0.1: Address already in use"):
            Emulator(port=port).__enter__()


class Usage(NamedTuple):
    total: int = 0
    used: int = 0
    free: int = 0


@pytest.mark.slow
def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Emulator() as emulator:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage())

        with pytest.raises(CdkError, match=r"the disk of .* is full: 0 bytes are free"):
            Cdk(emulator, project=tmp_path).deploy("Shop", app="false")


def test_an_installation_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cache = tmp_path / "my cache"
    monkeypatch.setattr(installation, "CACHE", cache)
    monkeypatch.setattr(installation, "SERVER_PYTHON", tmp_path / "none")
    monkeypatch.setattr(installation, "_LOCK", tmp_path / "requirements.txt")
    (tmp_path / "requirements.txt").write_text("not a requirement!")

    with pytest.raises(InstallationError, match="ended with status 2"):
        installation.server_python()

    assert list(cache.iterdir()) == []
    (tmp_path / "file").touch()
    monkeypatch.setattr(installation, "CACHE", tmp_path / "file")
    with pytest.raises(InstallationError, match="name another directory with LAMBDA_EMULATOR_CACHE"):
        installation.server_python()
