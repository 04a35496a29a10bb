"""Execution environments of functions: processes that run a handler under AWS's runtime client.

An environment imports the handler once and then handles one event at a time. It outlives an exception of its
handler, and ends when the process ends by itself or does not answer in time. What a handler prints after its
answer is logged soon after, if the next event does not come first.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

Not emulated: memory limits, extensions, `/tmp` for each environment, and that AWS freezes an environment
between invocations. Code and layers are at paths of this machine instead of `/var/task` and `/opt`. AWS ends
an initialization after 10 seconds and repeats it within the timeout of the first invocation; here it may take
a minute before that, because a busy machine is slower.
"""

import json
import subprocess
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from . import nodejs, processes
from .messages import Message, Pipes
from .output import LogEvent

Configuration = Mapping[str, Any]
Headers = Mapping[str, Any]

INIT_SECONDS: Final = 60.0
"""The longest initialization, before it is repeated within the timeout of the first invocation."""

AT_ONCE: Final = 16_384
"""Bytes of an event that a pipe takes without waiting for the process."""

_QUICK: Final = 20  # milliseconds: so quick an invocation has its memory measured once a second
_POLL: Final = 1.0  # seconds


class Call(NamedTuple):
    """An invocation.

    Attributes:
        request_id: The ID of the request.
        arn: The function, version or alias that was invoked.
        trace: The trace header.
        client_context: What the caller says about itself, in JSON; empty if it says nothing.
    """

    request_id: str
    arn: str
    trace: str
    client_context: str


@dataclass
class Outcome:
    """The outcome of an invocation.

    Attributes:
        status: As AWS reports it: success, error, failure (the process ended) or timeout.
        body: What the handler returned, or the error document.
        started: When the handler got the event, in milliseconds since 1970.
        milliseconds: How long the handler took.
        output: What the handler logged and printed.
        init: The initialization, if it belongs to this invocation.
        init_failed: Whether the handler never got the event.
        memory: The most memory that the process has had, in MB.
        size: Of what the handler returned, in bytes.
    """

    status: str
    body: Any
    started: int
    milliseconds: float
    output: list[LogEvent]
    init: "Initialization | None"
    init_failed: bool
    memory: int
    size: int


@dataclass(frozen=True)
class Initialization:
    """The duration of an initialization, and its output."""

    milliseconds: float
    output: list[LogEvent]


class InitError(RuntimeError):
    """The initialization failed."""

    def __init__(self, status: str, body: Mapping[str, Any]) -> None:
        super().__init__(body.get("errorMessage", ""))
        self.status, self.body = status, body


class Environment:
    """One execution environment.

    Args:
        configuration: The function's version.
        package: The code, as a ZIP file.
    """

    def __init__(self, configuration: Configuration, package: bytes) -> None:
        self.configuration = configuration
        self.stream = _stream(configuration.get("Version") or "$LATEST")
        self.used = time.monotonic()
        self._package = package
        self._process: subprocess.Popen[bytes] | None = None
        self._pipes: Pipes | None = None
        self._memory, self._measured = 0, 0.0
        self._init: Initialization | None = None
        self._failure: InitError | None = None

    @property
    def stopped(self) -> bool:
        """Whether the process has ended, as far as was noticed."""
        return self._process is None

    @property
    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def prepare(self) -> None:
        """Initialize; the first invocation reports a failure, or repeats what took too long."""
        try:
            self.start()
        except InitError as failure:
            self._failure = None if failure.status == "timeout" else failure

    def start(self, seconds: float = INIT_SECONDS) -> None:
        """Initialize: start the process and import the handler.

        Raises:
            InitError: The handler cannot be imported, the process ended, or it took too long.
        """
        begun = time.monotonic()
        try:
            pipes = self._launch()
        except nodejs.NotInstalledError as error:
            document = {"errorType": "Emulator.NotInstalled", "errorMessage": str(error)}
            raise InitError("error", document) from error
        answer = pipes.receive(begun + seconds)
        self._init = Initialization((time.monotonic() - begun) * 1000, pipes.output.take())
        if answer is not None and answer.kind == "next":
            return
        process = self._process
        assert process is not None
        self.stop()
        if answer is None:
            raise InitError("timeout", {})
        if answer.kind == "init_error":
            raise InitError("error", json.loads(answer.body))
        raise InitError("failure", processes.exit_error(process))

    def invoke(self, event: bytes, call: Call) -> Outcome:
        """Let the handler process an event, within the function's timeout."""
        failure, self._failure = self._failure, None
        begun = time.monotonic()
        if failure is None and not self._running:
            try:
                self._initialize(self._timeout)
            except InitError as error:
                failure = error
        if failure is not None:
            return self._outcome(failure.status, dict(failure.body), begun, init_failed=True)
        begun = time.monotonic()
        pipes = self._send(event, call)
        while (answer := pipes.receive(begun + self._timeout)) is not None and answer.kind == "next":
            pass  # It comes late, from an error before.
        outcome = self._answered(answer, begun)
        if outcome.status == "error":
            self._continued(pipes.receive(time.monotonic() + _POLL))
        return outcome

    def answers_at_once(self, event: bytes) -> bool:
        """Whether an invocation only has to wait for the handler."""
        return len(event) <= AT_ONCE and self._failure is None and self._running

    async def invoke_on_loop(self, event: bytes, call: Call) -> Outcome:
        """The same while the event loop does other work, for an environment that answers at once."""
        begun = time.monotonic()
        pipes, end = self._send(event, call), begun + self._timeout
        while (answer := await pipes.receive_on_loop(end)) is not None and answer.kind == "next":
            pass
        outcome = self._answered(answer, begun)
        if outcome.status == "error":
            self._continued(await pipes.receive_on_loop(time.monotonic() + _POLL))
        return outcome

    def late_output(self) -> list[LogEvent]:
        """Output of the process since its last answer."""
        return self._pipes.printed() if self._pipes else []

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if self._pipes is not None:
            self._pipes.finish()

    @property
    def _timeout(self) -> float:
        return float(self.configuration.get("Timeout") or 3)

    def _initialize(self, timeout: float) -> None:
        """Initialize; once again, within the function's timeout, if it takes too long."""
        try:
            self.start()
        except InitError as error:
            if error.status != "timeout":
                raise
            self.start(timeout)

    def _continued(self, message: Message | None) -> None:
        """After an error: the process asks for the next event, or ends, as after an uncaught exception."""
        if message is not None and message.kind == "exit":
            self.stop()

    def _answered(self, answer: Message | None, begun: float) -> Outcome:
        if answer is None:
            return self._outcome("timeout", {}, begun)
        if answer.kind == "exit":
            assert self._process is not None
            return self._outcome("failure", processes.exit_error(self._process), begun)
        body = answer.body if answer.content_type != "application/json" else json.loads(answer.body)
        status = "success" if answer.kind == "response" else "error"
        return self._outcome(status, body, begun, size=len(answer.body))

    def _outcome(
        self, status: str, body: object, begun: float, *, init_failed: bool = False, size: int = 0
    ) -> Outcome:
        milliseconds = (time.monotonic() - begun) * 1000
        started = int(time.time() * 1000 - milliseconds)
        if milliseconds > _QUICK or begun - self._measured > 1:
            self._measured, self._memory = begun, processes.memory(self._process)
        if status in {"timeout", "failure"}:
            self.stop()
        init, self._init = self._init, None
        output = self._pipes.output.take() if self._pipes else []
        return Outcome(status, body, started, milliseconds, output, init, init_failed, self._memory, size)

    def _launch(self) -> Pipes:
        self._process = processes.started(self.configuration, self._package, self.stream)
        self._pipes = Pipes(self._process)
        return self._pipes

    def _send(self, event: bytes, call: Call) -> Pipes:
        headers: Headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": call.request_id,
            "Lambda-Runtime-Deadline-Ms": int((time.time() + self._timeout) * 1000),
            "Lambda-Runtime-Invoked-Function-Arn": call.arn,
            "Lambda-Runtime-Trace-Id": call.trace,
            **({"Lambda-Runtime-Client-Context": call.client_context} if call.client_context else {}),
        }
        assert self._pipes is not None
        self._pipes.send(headers, event)
        return self._pipes


def _stream(version: str) -> str:
    """A new name for the log stream of an environment."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{uuid.uuid4().hex}"
