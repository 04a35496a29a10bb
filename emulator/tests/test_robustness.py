"""What goes wrong around the emulator is noticed at once, and named."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator.tests.test_process import run_in_server_environment
from lambda_constructs_emulator import installation
from lambda_constructs_emulator.cdk import Cdk, CdkError
from lambda_constructs_emulator.installation import InstallationError
from lambda_constructs_emulator.paths import PACKAGE
from lambda_constructs_emulator.process import Emulator, EmulatorError

pytestmark = pytest.mark.deploy

WITHOUT_PROC = """
import os, pathlib, subprocess
os.environ.update(MINISTACK_ACCOUNT_ID="0" * 12, AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")
from lambda_constructs_emulator.server.lambda_ import processes
def missing(path, *_):
    raise FileNotFoundError(path)
pathlib.Path.read_bytes = missing
print(processes.memory(subprocess.Popen(["true"])))
"""
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

        with pytest.raises(EmulatorError) as refusal:
            Emulator(port=port).__enter__()
        how, why = str(refusal.value).splitlines()
        assert how == "the emulator ended with status 1 before it was ready (it has 60 s to start)"
        assert why.startswith(f"port {port} of 127.0.0.1: Address already in use")


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


def test_two_installations_at_once_give_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installation, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(installation, "NODE_PACKAGES", tmp_path / "cache" / "node")
    both = threading.Barrier(2, timeout=10)

    def make(folder: Path) -> None:
        (folder / "made").touch()
        both.wait()

    monkeypatch.setattr(installation, "_install_node_packages", make)
    with ThreadPoolExecutor(2) as callers:
        found = list(callers.map(lambda _: installation.node_packages(), range(2)))

    assert found == [tmp_path / "cache" / "node"] * 2
    assert [each.name for each in (tmp_path / "cache").rglob("*")] == ["node", "made"]


def test_another_user_reads_no_file_of_the_emulator(emulator: Emulator) -> None:
    assert emulator.directory.stat().st_mode & 0o777 == 0o700
    if os.getuid() == 0 and shutil.which("setpriv"):
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        for command in (["ls"], ["cat", "server.key"], ["cat", "aws.ini"]):
            words = [*nobody, *command[:1], str(emulator.directory.joinpath(*command[1:]))]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            assert (done.returncode != 0, done.stdout) == (True, ""), words


def test_the_server_needs_nothing_of_linux() -> None:
    """Its only file of Linux is that of the memory of a process, which is 0 elsewhere."""
    of_linux = re.compile(r"/proc/|/sys/|prctl|epoll|inotify|sched_")
    found = [file.name for file in PACKAGE.rglob("*.py") if of_linux.search(file.read_text())]
    assert found == ["processes.py"]

    result = run_in_server_environment("-c", WITHOUT_PROC)

    assert result.stdout.split() == ["0"], result.stderr
