"""A connection to an emulator that runs: its address, its keys, its log, its own pages."""

import json
import os
import shutil
import ssl
import urllib.request
from pathlib import Path
from typing import Any, Final

from . import variables
from .certificates import AUTHORITY
from .clients import REGION, Client, create_client

ACCOUNT: Final = "000000000000"
_LITTLE: Final = 20_000_000  # bytes: less than the code of one function


class EmulatorError(RuntimeError):
    """The emulator did not start, or ended unexpectedly."""


class Connection:
    """An emulator that another process may have started.

    Attributes:
        endpoint: Its address.
        account: The account's number.
        region: The region of clients, functions and ARNs.
        time_scale: Factor on AWS's waits.
        directory: Its files.
    """

    def __init__(
        self,
        *,
        access_key: str,
        secret_key: str,
        account: str = ACCOUNT,
        region: str = REGION,
        time_scale: float = 1.0,
        endpoint: str = "",
        directory: Path | None = None,
        pid: int = 0,
    ) -> None:
        self.time_scale, self.account, self.region = time_scale, account, region
        self.endpoint = endpoint
        self.directory = directory or Path()
        self._pid = pid
        self._access_key, self._secret_key = access_key, secret_key
        self._clients: dict[tuple[str, str, str, int], Client] = {}

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

    def check(self) -> None:
        """Look whether the server lives.

        Raises:
            EmulatorError: It has ended. The message says how, and shows the end of its log.
        """
        try:
            os.kill(self._pid, 0)
        except OSError as error:
            raise EmulatorError(f"the emulator's server, process {self._pid}, has ended") from error

    def client(
        self,
        service: str,
        *,
        access_key: str = "",
        secret_key: str = "",
        attempts: int = 3,
    ) -> Client:
        """Return a boto3 client that can only talk to the emulator; one per set of arguments.

        The client ignores the process's environment and the user's AWS files. Its requests raise
        `EmulatorError` at once when the server has ended.

        Args:
            service: such as `sqs`.
            access_key: by default the account's root.
            secret_key: its secret.
            attempts: for each request; 1 to see throttling instead of retrying.
        """
        wanted = (service, access_key or self._access_key, secret_key or self._secret_key, attempts)
        if wanted not in self._clients:  # making one takes up to half a second
            client = create_client(
                *wanted,
                region=self.region,
                endpoint=self.endpoint,
                authority=self.authority,
                configuration=self._empty_configuration,
            )
            client.meta.events.register("before-send", lambda **_: self.check())
            self._clients[wanted] = client
        return self._clients[wanted]

    def journal(self) -> list[dict[str, Any]]:
        """The actions of the emulator, without those of ministack, since the start or the last reset."""
        entries: list[dict[str, Any]] = json.loads(self._request("GET", "/_emulator/journal"))
        return entries

    def mails(self) -> list[dict[str, Any]]:
        """The mails that SES accepted, the oldest first; they are not delivered."""
        messages = json.loads(self._request("GET", "/_ministack/ses/messages"))["messages"]
        return list(messages.get(self.account, []))

    def reset(self) -> None:
        """Forget everything that was deployed, the CDK bootstrap included."""
        self._request("POST", "/_ministack/reset")

    def ask(self, page: str, body: object) -> Any:  # noqa: ANN401 - any JSON
        """Send a request to a page of the server: `failures` or `schedule`."""
        return json.loads(self._request("POST", f"/_emulator/{page}", json.dumps(body).encode()))

    def full_disk(self) -> str:
        """A line that names the disk of the emulator's files if it is full, for the message of a failure."""
        free = shutil.disk_usage(self.directory).free
        return f"\nthe disk of {self.directory} is full: {free} bytes are free" if free < _LITTLE else ""

    def tail(self, lines: int = 40) -> str:
        """The end of the server's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def _empty_configuration(self) -> Path:
        return self.directory / "aws.ini"

    def _request(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send a request to the server itself instead of an AWS API."""
        self.check()
        context = ssl.create_default_context(cafile=str(self.authority))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        request = urllib.request.Request(  # noqa: S310 - https, always
            f"{self.endpoint}{path}",
            body,
            method=method,
            headers={"Authorization": f"Bearer {self._secret_key}"},
        )
        with opener.open(request, timeout=30) as response:
            answer: bytes = response.read()
        return answer
