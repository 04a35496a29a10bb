"""Starts the emulator as a separate process, and removes everything at the end."""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from . import variables
from .certificates import AUTHORITY, CERTIFICATE, KEY, write_certificates
from .clients import REGION, Client, create_client
from .interrupts import interrupts_held
from .paths import PACKAGE, SERVER_PYTHON

ACCOUNT: Final = "000000000000"

_SERVER = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
import lambda_constructs_emulator
del sys.path[0]
runpy.run_module("lambda_constructs_emulator.server", run_name="__main__", alter_sys=True)
"""
"""Runs the server, which sees this package but not the packages that are installed with it."""

_START_TIMEOUT = 60.0


class EmulatorError(RuntimeError):
    """The emulator did not start, or ended unexpectedly."""


class Emulator:
    """An AWS endpoint on the loopback interface, which runs inside a `with` block.

    State is in memory: everything that was deployed is gone at the end.

    Args:
        time_scale: factor on AWS's waits; 1 keeps them.
        account: the account's number.
        region: the region of clients, functions and ARNs.
        keep_log: where to copy the server's log at the end; by default it is removed.
        plain: run ministack alone, without the behavior that `server` adds: for tests that compare the two.
    """

    def __init__(
        self,
        *,
        time_scale: float = 1.0,
        account: str = ACCOUNT,
        region: str = REGION,
        keep_log: Path | None = None,
        plain: bool = False,
    ) -> None:
        if not 0 < time_scale <= 1:
            raise ValueError(f"time_scale must be above 0 and at most 1, not {time_scale}")
        if re.fullmatch(r"\d{12}", account) is None:
            raise ValueError(f"account must have twelve digits, not {account!r}")
        if re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region) is None:
            raise ValueError(f"region must be a name such as {REGION}, not {region!r}")
        self.time_scale, self.account, self.region = time_scale, account, region
        self.endpoint = ""
        self._keep_log = keep_log
        self._plain = plain
        self._server: subprocess.Popen[bytes] | None = None
        # Another user of this machine can reach the port, so each run has a random key.
        self._access_key = f"AKIA{secrets.token_hex(8).upper()}"
        self._secret_key = secrets.token_urlsafe(30)
        self._clients: dict[tuple[str, str, str, int], Client] = {}

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            EmulatorError: it did not start; the message ends with the tail of its log.
        """
        if not SERVER_PYTHON.exists():
            raise EmulatorError(
                f"{SERVER_PYTHON} is missing; install the server as the emulator's README says"
            )
        self.directory = Path(tempfile.mkdtemp(prefix="lambda-constructs-"))
        try:
            self._write_files()
            with interrupts_held():
                self._server = self._start()
            self.endpoint = f"https://localhost:{self._port(self._server)}"
        except BaseException:
            with interrupts_held():
                self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the server and its workers, and remove the directory."""
        with interrupts_held():
            self._stop()

    @property
    def pid(self) -> int:
        """The process id of the server, which leads the group of everything it starts."""
        if self._server is None:
            raise EmulatorError("the emulator is not running")
        return self._server.pid

    @property
    def log(self) -> Path:
        """The output of the server and the handlers."""
        return self.directory / "server.log"

    @property
    def authority(self) -> Path:
        """The certificate of the authority that signed the server's, made for this run only."""
        return self.directory / AUTHORITY

    @property
    def environment(self) -> dict[str, str]:
        """A complete process environment for clients, which reach the emulator and nothing else.

        It does not contain the caller's variables, so profiles, credentials, endpoints and proxies do not
        leak in.
        """
        return {**variables.of_tools(self.directory), **self.client_environment}

    @property
    def command_environment(self) -> dict[str, str]:
        """The caller's variables, without those that lead AWS's clients anywhere but to the emulator."""
        own = {**self.client_environment, "CDK_HOME": self.environment["CDK_HOME"]}
        return {**variables.of_the_caller(os.environ), **own}

    @property
    def client_environment(self) -> dict[str, str]:
        """The variables that point any AWS client at the emulator."""
        return variables.of_clients(
            endpoint=self.endpoint,
            access_key=self._access_key,
            secret_key=self._secret_key,
            region=self.region,
            authority=self.authority,
            configuration=self._empty_configuration,
        )

    def client(
        self,
        service: str,
        *,
        access_key: str = "",
        secret_key: str = "",
        attempts: int = 3,
    ) -> Client:
        """Return a boto3 client that can only talk to the emulator; one per set of arguments.

        The client ignores the process's environment and the user's AWS files.

        Args:
            service: such as `sqs`.
            access_key: by default the account's root.
            secret_key: its secret.
            attempts: for each request; 1 to see throttling instead of retrying.
        """
        wanted = (service, access_key or self._access_key, secret_key or self._secret_key, attempts)
        if wanted not in self._clients:  # making one takes up to half a second
            self._clients[wanted] = create_client(
                *wanted,
                region=self.region,
                endpoint=self.endpoint,
                authority=self.authority,
                configuration=self._empty_configuration,
            )
        return self._clients[wanted]

    def journal(self) -> list[dict[str, Any]]:
        """The actions of the emulator, without those of ministack, since the start or the last reset."""
        entries: list[dict[str, Any]] = json.loads(self._request("GET", "/_emulator/journal"))
        return entries

    def mails(self) -> list[dict[str, Any]]:
        """The mails that SES accepted, the oldest first; they are not delivered."""
        return list(
            json.loads(self._request("GET", "/_ministack/ses/messages"))["messages"].get(self.account, [])
        )

    def reset(self) -> None:
        """Forget everything that was deployed, the CDK bootstrap included."""
        self._request("POST", "/_ministack/reset")

    def _request(self, method: str, path: str) -> bytes:
        """Send a request to the server itself instead of an AWS API."""
        context = ssl.create_default_context(cafile=str(self.authority))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        request = urllib.request.Request(  # noqa: S310 - https, always
            f"{self.endpoint}{path}", method=method, headers={"Authorization": f"Bearer {self._secret_key}"}
        )
        with opener.open(request, timeout=30) as response:
            answer: bytes = response.read()
        return answer

    def tail(self, lines: int = 40) -> str:
        """The end of the server's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def _empty_configuration(self) -> Path:
        return self.directory / "aws.ini"

    def _write_files(self) -> None:
        """Certificates for this run, an empty AWS configuration, and the directories."""
        for name in ("home", "tmp"):
            (self.directory / name).mkdir()
        self._empty_configuration.write_text("[default]\n")
        write_certificates(self.directory)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [str(SERVER_PYTHON), "-P", "-c", _SERVER, str(PACKAGE.parent)]
        command += ["--directory", str(self.directory), "--authority", str(self.authority)]
        command += ["--certificate", str(self.directory / CERTIFICATE), "--key", str(self.directory / KEY)]
        command += ["--time-scale", str(self.time_scale), *(["--plain"] if self._plain else [])]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=self.directory / "tmp",
                # Clean, because handlers inherit it.
                env={
                    "PATH": os.defpath,
                    **variables.of_system(self.directory),
                    "MINISTACK_ACCOUNT_ID": self.account,
                    "MINISTACK_REGION": self.region,
                    # The execution role's credentials replace them in the environment of a handler.
                    "AWS_ACCESS_KEY_ID": self._access_key,
                    "AWS_SECRET_ACCESS_KEY": self._secret_key,
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def _port(self, server: subprocess.Popen[bytes]) -> int:
        """Wait until the server prints its port."""
        assert server.stdout is not None
        patience = threading.Timer(_START_TIMEOUT, server.kill)
        patience.start()
        try:
            line = server.stdout.readline()
        finally:
            patience.cancel()
        if not line:
            raise EmulatorError(
                f"the emulator ended with status {server.wait()} before it was ready "
                f"(it has {_START_TIMEOUT:g} s)\n{self.tail()}"
            )
        port: int = json.loads(line)["port"]
        return port

    def _stop(self) -> None:
        """Kill the whole process group; it has nothing to save."""
        if self._server is not None:
            if os.name == "posix":
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._server.pid, signal.SIGKILL)
            else:
                self._server.kill()
            self._server.wait()
            for stream in (self._server.stdin, self._server.stdout):
                if stream is not None:
                    stream.close()
            self._server = None
        if self._keep_log is not None and self.log.exists():
            self._keep_log.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.log, self._keep_log)
        shutil.rmtree(self.directory, ignore_errors=True)
