"""Starts the emulator as a separate process, and removes everything at the end."""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from . import variables
from .certificates import CERTIFICATE, KEY, write_certificates
from .clients import REGION
from .connection import ACCOUNT, Connection, EmulatorError
from .installation import NODE_PACKAGES, InstallationError, server_python
from .interrupts import interrupts_held
from .paths import PACKAGE, node

__all__ = ["ACCOUNT", "Emulator", "EmulatorError"]

_SERVER: Final = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
import lambda_constructs_emulator
del sys.path[0]
runpy.run_module("lambda_constructs_emulator.server", run_name="__main__", alter_sys=True)
"""
"""Runs the server, which sees this package but not the packages that are installed with it."""

CONCURRENCY: Final = 1000
"""AWS's default quota: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
_UNRESERVED: Final = 100  # executions, which Lambda does not let functions reserve
_START_TIMEOUT: Final = 60.0
_LOG_LINES: Final = 15


class Emulator(Connection):
    """An AWS endpoint on the loopback interface, which runs inside a `with` block.

    State is in memory: everything that was deployed is gone at the end.

    Args:
        time_scale: factor on AWS's waits; 1 keeps them.
        account: the account's number.
        region: the region of clients, functions and ARNs.
        concurrency: the account's quota of concurrent executions, which functions reserve and provision.
        port: of the server; by default the system chooses.
        keep_log: where to copy the server's log at the end; by default it is removed.
        plain: run ministack alone, without the behavior that `server` adds: for tests that compare the two.
    """

    def __init__(
        self,
        *,
        time_scale: float = 1.0,
        account: str = ACCOUNT,
        region: str = REGION,
        concurrency: int = CONCURRENCY,
        port: int = 0,
        keep_log: Path | None = None,
        plain: bool = False,
    ) -> None:
        if not 0 < time_scale <= 1:
            raise ValueError(f"time_scale must be above 0 and at most 1, not {time_scale}")
        if re.fullmatch(r"\d{12}", account) is None:
            raise ValueError(f"account must have twelve digits, not {account!r}")
        if re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region) is None:
            raise ValueError(f"region must be a name such as {REGION}, not {region!r}")
        if concurrency < _UNRESERVED:
            raise ValueError(f"concurrency must be at least {_UNRESERVED}, not {concurrency}")
        # Another user of this machine can reach the port, so each run has a random key.
        super().__init__(
            access_key=f"AKIA{secrets.token_hex(8).upper()}",
            secret_key=secrets.token_urlsafe(30),
            account=account,
            region=region,
            time_scale=time_scale,
        )
        self._port_wanted, self._concurrency = port, concurrency
        self._keep_log = keep_log
        self._plain = plain
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            EmulatorError: it did not start; the message ends with the tail of its log.
        """
        try:
            python = server_python()
            self.directory = Path(tempfile.mkdtemp(prefix="lambda-constructs-"))
        except InstallationError as error:
            raise EmulatorError(str(error)) from error
        except OSError as error:
            raise EmulatorError(f"cannot make a temporary directory: {error}") from error
        try:
            self._write_files()
            with interrupts_held():
                self._server = self._start(python)
            self.endpoint = f"https://localhost:{self._port(self._server)}"
        except OSError as error:
            self.__exit__(None, None, None)
            raise EmulatorError(f"cannot start the emulator in {self.directory}: {error}") from error
        except BaseException:
            self.__exit__(None, None, None)
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

    def check(self) -> None:
        """Look whether the server lives.

        Raises:
            EmulatorError: It has ended. The message says how, and shows the end of its log.
        """
        status = None if self._server is None else self._server.poll()
        if status is not None:
            killed = f"was killed by {signal.Signals(-status).name}" if status < 0 else ""
            how = killed or f"ended with status {status}"
            raise EmulatorError(
                f"the emulator's server, process {self.pid}, {how}; the end of its log:\n"
                f"{self.tail(_LOG_LINES)}"
            )

    def _write_files(self) -> None:
        """Certificates for this run, an empty AWS configuration, and the directories."""
        for name in ("home", "tmp"):
            (self.directory / name).mkdir()
        self._empty_configuration.write_text("[default]\n")
        write_certificates(self.directory)

    def _start(self, python: Path) -> subprocess.Popen[bytes]:
        command = [str(python), "-P", "-c", _SERVER, str(PACKAGE.parent)]
        command += ["--directory", str(self.directory), "--authority", str(self.authority)]
        command += ["--certificate", str(self.directory / CERTIFICATE), "--key", str(self.directory / KEY)]
        command += ["--time-scale", str(self.time_scale), *(["--plain"] if self._plain else [])]
        command += ["--port", str(self._port_wanted)]
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
                    "LAMBDA_EMULATOR_CONCURRENCY": str(self._concurrency),
                    "LAMBDA_EMULATOR_NODE": str(node()),
                    "LAMBDA_EMULATOR_NODE_PACKAGES": str(NODE_PACKAGES),
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
                f"(it has {_START_TIMEOUT:g} s to start)\n{self.tail()}"
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
