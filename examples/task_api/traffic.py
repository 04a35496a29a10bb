"""Steady traffic of requests, with the expected and the actual responses."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeAlias

from examples.task_api.drive import STEPS
from lambda_constructs_emulator.kit.http import Response

Send: TypeAlias = Callable[[str, str, Mapping[str, Any] | None], Response]

AT_ONCE = 2
"""Concurrent requests: each is a process of this machine."""

_CHANGES = {"create": 1, "update": 2}
"""The version of a task after each change."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The response to one request, with its task, its step and the version of the function."""

    title: str
    step: str
    status: int
    version: str
    seconds: float

    @property
    def right(self) -> bool:
        """Whether it is the expected response."""
        return self.status == STEPS[self.step]


@dataclass(frozen=True)
class Figures:
    """Response times in milliseconds, and errors."""

    per_second: float
    wrong: int
    p50: float
    p99: float


def figures(answers: Sequence[Answer], seconds: float) -> Figures:
    """The figures of responses within this number of seconds."""
    times = sorted(1000 * answer.seconds for answer in answers)

    def percentile(share: float) -> float:
        return times[min(int(share * len(times)), len(times) - 1)]

    wrong = sum(not answer.right for answer in answers)
    return Figures(len(answers) / seconds, wrong, percentile(0.5), percentile(0.99))


def stored(answers: Sequence[Answer]) -> dict[str, int]:
    """The version of each task that the responses have confirmed, by title."""
    changes = [answer for answer in answers if answer.right and answer.step in _CHANGES]
    return {answer.title: _CHANGES[answer.step] for answer in changes}


def by_version(answers: Sequence[Answer]) -> dict[str, int]:
    """The number of responses of each version."""
    return dict(Counter(answer.version for answer in answers))


class Traffic:
    """Sends requests inside a `with` block, and at its end until the minimum number is reached.

    A task is created, read, changed, and changed again with a stale version. Each step has an expected
    response. After a wrong response the next task starts.

    Args:
        send: Sends a request by method, path and document.
        prefix: Prefix of the titles, different for each run.
        at_least: Minimum number of requests.
        per_second: Maximum number of requests per second. Default: no maximum
    """

    def __init__(self, send: Send, *, prefix: str, at_least: int, per_second: float = float("inf")) -> None:
        self.answers: list[Answer] = []
        self.seconds = 0.0
        self._request, self._prefix, self._at_least = send, prefix, at_least
        self._pause = AT_ONCE / per_second
        self._numbers = itertools.count()
        self._over = threading.Event()
        self._errors: list[Exception] = []
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(AT_ONCE)]

    def __enter__(self) -> Self:
        """Start sending."""
        self._start = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for the minimum number of requests, and fail the run if a request had no response.

        Raises:
            RuntimeError: A request had no response, and there is no other error.
        """
        self._over.set()
        if error is not None:
            self._at_least = 0
        for thread in self._threads:
            thread.join()
        self.seconds = time.monotonic() - self._start
        if self._errors and error is None:
            raise RuntimeError(f"no answer after {len(self.answers)} requests") from self._errors[0]

    def _send(self) -> None:
        """Send the requests for task after task, and keep an error for the main thread."""
        try:
            while not self._enough():
                for answer in self._life(f"{self._prefix}-{next(self._numbers):05}"):
                    self.answers.append(answer)
                    if not answer.right or self._enough():
                        break
                    time.sleep(max(0, self._pause - answer.seconds))
        except Exception as error:  # noqa: BLE001 - raised in the main thread
            self._errors.append(error)

    def _enough(self) -> bool:
        return self._over.is_set() and len(self.answers) >= self._at_least

    def _life(self, title: str) -> Iterator[Answer]:
        """The responses to the requests for one task."""
        task: dict[str, Any] = {}
        path = "tasks"
        for step, method, change in (
            ("create", "POST", {"title": title}),
            ("read", "GET", None),
            ("update", "PUT", {"done": True}),
            ("update, stale", "PUT", {"title": "another"}),
        ):
            start = time.monotonic()
            response = self._request(method, path, None if change is None else {**task, **change})
            yield _answer(title, step, response, time.monotonic() - start)
            if step == "create":
                task = response.json
                path = f"tasks/{task['id']}"


def _answer(title: str, step: str, response: Response, seconds: float) -> Answer:
    version = response.headers.get("x-version", "none")
    return Answer(title=title, step=step, status=response.status, version=version, seconds=seconds)
