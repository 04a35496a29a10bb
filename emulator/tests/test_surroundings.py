"""A deployment by another user, from another home and with hostile variables, in separate processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from emulator.tests.support import ended, eventually, printed_until
from emulator.tests.test_commands import APP
from lambda_constructs_emulator.paths import PACKAGE, ROOT

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

WHOLE = """
import os, pathlib, shlex, sys
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.process import Emulator
with Emulator() as emulator:
    print("started", flush=True)
    app = f"{shlex.quote(sys.executable)} app.py"
    deployed = Aws(emulator, project=pathlib.Path.cwd()).deploy(app, "Shop")
    deployed.queue("Orders").send("one")
    deployed.until_settled()
    print("deployed", os.getuid(), flush=True)
"""
FULL = """
import os, pathlib, sys, tempfile
from lambda_constructs_emulator.cdk import Cdk, CdkError
from lambda_constructs_emulator.process import Emulator, EmulatorError
def fill(left):
    with open(os.path.join(tempfile.gettempdir(), "filling"), "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(file.tell() - left, 0))
fill(0)
try:
    with Emulator():
        pass
except EmulatorError as error:
    print(error)
os.remove(os.path.join(tempfile.gettempdir(), "filling"))
with Emulator() as emulator:
    fill(0)
    try:
        Cdk(emulator, project=pathlib.Path.cwd()).deploy("Shop", app=f"{sys.executable} app.py")
    except (CdkError, OSError) as error:
        print(error)
print(sorted(os.listdir(tempfile.gettempdir())))
"""
NOBODY = 65534
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ELSEWHERE = ("127.0.0.1", "::1", "localhost")
CONNECT = re.compile(
    r'connect\(\d+, \{sa_family=(AF_INET6?), .*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"'
)


class Place:
    """A folder that every user can use, with a project and a directory of temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project, self.temporary = folder / "my project", folder / "my tmp"
        for each in (self.project, self.temporary):
            each.mkdir()
        for name in ("node_modules", ".venv-emulator"):
            (self.project / name).symlink_to((ROOT / name).resolve())
        (self.project / "app.py").write_text(APP)
        self.python = folder / "my venv" / "bin" / "python"
        self.install(sys.executable)
        for each in (folder, *folder.rglob("*")):
            if not each.is_symlink():
                each.chmod(0o777)

    def install(self, python: str) -> None:
        """Make an environment of an interpreter, with the packages of the tests."""
        environment = self.python.parents[1]
        subprocess.run([python, "-m", "venv", "--clear", "--without-pip", str(environment)], check=True)
        (packages,) = environment.glob("lib/*/site-packages")
        (packages / "tests.pth").write_text("\n".join([str(PACKAGE.parent), *site.getsitepackages()]))

    def start(self, program: str, *prefix: str, **variables: str | None) -> subprocess.Popen[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "HOME": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.temporary),
            "LAMBDA_EMULATOR_CACHE": str(self.folder / "my cache"),
            **variables,
        }
        return subprocess.Popen(
            [*prefix, str(self.python), "-c", program],
            cwd=self.project,
            env={name: value for name, value in environment.items() if value is not None},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, program: str, *prefix: str, **variables: str | None) -> str:
        with ended(self.start(program, *prefix, **variables)) as process:
            output, _ = process.communicate(timeout=280)
        assert process.returncode == 0, output
        return output

    def left(self) -> list[str]:
        """Processes that know the directory of temporary files, and the emulator's files in it."""
        command = ["ps", "axeww", "-o", "args="]  # and their variables
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        files = [each.name for each in self.temporary.glob("lambda-constructs-*")]
        return [*files, *(line for line in listed.splitlines() if str(self.temporary) in line)]


@pytest.fixture
def place() -> Iterator[Place]:
    # Not pytest's directory, which other users cannot read.
    folder = Path(tempfile.mkdtemp(prefix="lambda surroundings "))
    yield Place(folder)
    shutil.rmtree(folder, ignore_errors=True)


def works(command: Sequence[str]) -> bool:
    """Whether this machine has a program and lets the user run it."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def python_of(prefix: Sequence[str]) -> str | None:
    """An interpreter of this version that a user can run; that of the tests can be in another's home."""
    name = f"python3.{sys.version_info[1]}"
    found = (sys.executable, shutil.which(name, path=os.defpath))
    return next((each for each in found if each and works([*prefix, "readlink", "-e", each])), None)


def test_a_user_without_home_or_rights_deploys_in_paths_with_spaces(place: Place) -> None:
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    python = python_of(as_nobody)
    prefix = as_nobody if python else []
    if python:
        place.install(python)

    (place.project / ".venv-emulator").unlink()  # perhaps of an interpreter that only its owner can run

    output = place.run(WHOLE, *prefix, python=python or sys.executable, HOME=None, LAMBDA_EMULATOR_CACHE=None)

    assert f"deployed {NOBODY if prefix else os.getuid()}" in output
    assert place.left() == []


def elsewhere(place: Place, port: int) -> Mapping[str, str]:
    """The variables and files of somebody who works with AWS through a proxy."""
    (place.folder / ".aws").mkdir()
    keys = f"aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
    (place.folder / ".aws" / "credentials").write_text(f"[default]\n{keys}[production]\n{keys}")
    config = f"region = eu-west-1\nendpoint_url = https://127.0.0.1:{port}\n"
    (place.folder / ".aws" / "config").write_text(f"[default]\n{config}[profile production]\n{config}")
    address = f"http://127.0.0.1:{port}"
    services = ("CLOUDFORMATION", "LAMBDA", "S3", "SQS", "SSM", "STS")
    return {
        **{f"AWS_ENDPOINT_URL_{service}": address for service in services},
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"), address),
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_DEFAULT_PROFILE": "production",
        "AWS_ENDPOINT_URL": address,
        "AWS_PROFILE": "production",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def test_nothing_is_connected_but_the_emulator(place: Place) -> None:
    connected = 0
    trace = place.folder / "trace"
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect", "-o", str(trace)]
    prefix = strace if works([*strace, "true"]) else []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def count() -> None:
            nonlocal connected
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return
                connected += 1

        threading.Thread(target=count, daemon=True).start()
        port = listener.getsockname()[1]
        output = place.run(WHOLE, *prefix, **elsewhere(place, port))
        listener.shutdown(socket.SHUT_RDWR)

    assert "deployed" in output
    assert connected == 0
    if prefix:
        addresses = [found[2] for found in CONNECT.finditer(trace.read_text())]
        assert len(addresses) > 10
        assert [each for each in addresses if each not in ELSEWHERE and not each.startswith("127.")] == []


def test_a_full_disk_is_named_and_leaves_nothing(place: Place) -> None:
    mount = f'mount -t tmpfs -o size=24M,mode=777 tmpfs "{place.temporary}" && exec "$@"'
    namespaces = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])
    shells = [[*each, "sh", "-c", mount, "sh"] for each in namespaces]
    prefix = next((each for each in shells if works([*each, "true"])), None)
    if prefix is None:  # only Linux lets a test mount a small disk
        return

    lines = place.run(FULL, *prefix).splitlines()

    assert "No space left on device" in lines[0]
    assert any(
        re.search(r"the disk of .* is full: \d+ bytes are free|No space left", line) for line in lines[1:]
    )
    assert lines[-1] == "['filling']"
    assert place.left() == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let programs that a test starts take an interrupt, which a shell's job in the background ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_end_of_a_program_at_any_moment_leaves_nothing(place: Place, number: signal.Signals) -> None:
    lost = []
    for seconds in (0.1, 0.4, 0.8, 1.5, 2.5, 4, 6, 9, 13):
        with ended(place.start(f"{WHOLE}    import time; time.sleep(600)")) as process:
            time.sleep(seconds)
            os.killpg(process.pid, number)
            try:
                output, _ = process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                lost.append(seconds)
                os.killpg(process.pid, number)
                output, _ = process.communicate(timeout=30)

        assert process.returncode != 0, (seconds, output)
        assert eventually(lambda: place.left() == []), (seconds, place.left(), output)
    # Python loses about one of 300 interrupts while it imports modules, before anything here could hold it.
    assert len(lost) <= (number == signal.SIGINT), lost


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_the_emulator_stops_leaves_nothing(place: Place) -> None:
    with ended(place.start(WHOLE)) as process:
        printed_until(process, "deployed")
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)

    assert eventually(lambda: place.left() == []), place.left()


def test_two_at_once_deploy_the_same_project(place: Place) -> None:
    both = [place.start(WHOLE), place.start(WHOLE)]
    outputs = [process.communicate(timeout=280)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], outputs
    assert all("deployed" in output for output in outputs)
    assert place.left() == []
