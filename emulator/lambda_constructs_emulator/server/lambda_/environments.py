"""Execution environments of functions: processes that run a handler under AWS's runtime client.

An environment imports the handler once and then handles one event at a time. It outlives an exception of its
handler, and ends when the process ends by itself or does not answer in time. What a handler prints after its
answer is logged when it is printed, until the next event comes.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

Not emulated: memory limits, extensions, `/tmp` for each environment, and that AWS freezes an environment
between invocations. Code and layers are at paths of this
machine instead of `/var/task` and `/opt`. AWS ends an initialization after 10 seconds and repeats it within
the timeout of the first invocation; here it may take a minute before that, because a busy machine is slower.
"""

import contextvars
import json
import queue
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from . import logs, nodejs, processes
from .messages import Message, packed, read_all
from .output import LogEvent, Output

Configuration = Mapping[str, Any]
Headers = Mapping[str, Any]

INIT_SECONDS: Final = 60.0
"""The longest initialization, before it is repeated within the timeout of the first invocation."""

_POLL: Final = 1.0  # seconds


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
    """

    status: str
    body: Any
    started: int
    milliseconds: float
    output: list[LogEvent]
    init: "Initialization | None"
    init_failed: bool
    memory: int


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
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._output = Output()
        self._init: Initialization | None = None
        self._failure: InitError | None = None
        self._resting = False
        self._taking = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether there is a process."""
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
            self._launch()
        except nodejs.NotInstalledError as error:
            document = {"errorType": "Emulator.NotInstalled", "errorMessage": str(error)}
            raise InitError("error", document) from error
        answer = self._receive(begun + seconds)
        self._init = Initialization((time.monotonic() - begun) * 1000, self._output.take())
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

    def invoke(self, event: object, *, request_id: str, arn: str, trace: str) -> Outcome:
        """Let the handler process an event, within the function's timeout.

        Args:
            event: The event.
            request_id: The ID of the request.
            arn: The function, version or alias that was invoked.
            trace: The trace header.
        """
        self._log_late(resting=False)
        timeout = float(self.configuration.get("Timeout") or 3)
        failure, self._failure = self._failure, None
        begun = time.monotonic()
        if failure is None and not self.running:
            try:
                self._initialize(timeout)
            except InitError as error:
                failure = error
        if failure is not None:
            return self._outcome(failure.status, dict(failure.body), begun, init_failed=True)
        begun = time.monotonic()
        self._send(event, timeout, request_id, arn, trace)
        while (answer := self._receive(begun + timeout)) is not None and answer.kind == "next":
            pass  # The process asked for this event when it was done with the one before.
        if answer is None:
            return self._outcome("timeout", {}, begun)
        if answer.kind == "exit":
            assert self._process is not None
            return self._outcome("failure", processes.exit_error(self._process), begun)
        if answer.kind == "error":
            # The process asks for the next event, or ends: AWS's client does so after an uncaught exception.
            self._receive(time.monotonic() + _POLL)
        body = answer.body if answer.content_type != "application/json" else json.loads(answer.body)
        return self._outcome("success" if answer.kind == "response" else "error", body, begun)

    def rest(self) -> None:
        """Log from now on what the process prints; called after the invocation has been logged."""
        self._log_late(resting=True)

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _initialize(self, timeout: float) -> None:
        """Initialize; once again, within the function's timeout, if it takes too long."""
        try:
            self.start()
        except InitError as error:
            if error.status != "timeout":
                raise
            self.start(timeout)

    def _outcome(self, status: str, body: object, begun: float, *, init_failed: bool = False) -> Outcome:
        milliseconds = (time.monotonic() - begun) * 1000
        started = int(time.time() * 1000 - milliseconds)
        memory = processes.memory(self._process)
        if status in {"timeout", "failure"}:
            self.stop()
            self._output.finish()
        init, self._init = self._init, None
        return Outcome(status, body, started, milliseconds, self._output.take(), init, init_failed, memory)

    def _launch(self) -> None:
        self._messages, self._output = queue.SimpleQueue(), Output()
        self._process = process = processes.started(self.configuration, self._package, self.stream)
        read = contextvars.copy_context().run
        what = (read_all, process, self._output, self._messages, self._printed)
        threading.Thread(target=read, args=what, daemon=True, name="lambda-output").start()

    def _printed(self, output: Output) -> None:
        if self._resting and output is self._output:
            self._log_late(resting=True)

    def _log_late(self, *, resting: bool) -> None:
        """Log what was printed between two invocations."""
        with self._taking:
            late = self._output.take() if self._resting or resting else []
            self._resting = resting
            if late:
                logs.write(self.configuration, self.stream, late)

    def _send(self, event: object, timeout: float, request_id: str, arn: str, trace: str) -> None:
        headers: Headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": int((time.time() + timeout) * 1000),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Lambda-Runtime-Trace-Id": trace,
        }
        assert self._process is not None
        assert self._process.stdin is not None
        rest = memoryview(packed(headers, json.dumps(event).encode()))
        try:
            while rest:
                rest = rest[self._process.stdin.write(rest) or 0 :]
        except OSError:
            return  # The process has ended, which its output says.

    def _receive(self, deadline: float) -> Message | None:
        """The next message, or None at the deadline."""
        while (left := deadline - time.monotonic()) > 0:
            try:
                return self._messages.get(timeout=min(left, _POLL))
            except queue.Empty:
                # A process that the handler started can keep the output open.
                if not self.running and self._messages.empty():
                    return Message("exit")
        return None


def _stream(version: str) -> str:
    """A new name for the log stream of an environment."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{uuid.uuid4().hex}"
