"""Keeps the execution environments of Python functions, reuses them, and bounds how many there are.

An invocation takes a warm environment of its function's version. If there is none, one starts, and the
invocation that waits longest takes whichever is ready first: the new one, or one that has finished its work.
Only as many start at once as the machine has processors. At the bound, the environment that was idle longest
is replaced.

AWS has no bound of this kind. An invocation that has waited for a second starts an environment above the
bound instead of failing, because it may be what another invocation waits for.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import asyncio
import contextvars
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Final, NamedTuple

from .environments import Configuration, Environment
from .output import LogEvent

BOUND: Final = 8 * (os.cpu_count() or 2)
"""The most environments of all functions, if invocations do not wait for each other."""

_STARTING: Final = os.cpu_count() or 2
_PATIENCE: Final = 1.0  # seconds, for one of the environments that there may be
_LONG_PATIENCE: Final = 30.0  # seconds, for one that starts
_CHECK: Final = 0.05  # seconds


class Key(NamedTuple):
    """A version of a function."""

    account: str
    region: str
    name: str
    version: str

    @classmethod
    def of(cls, configuration: Configuration) -> "Key":
        """The key of a configuration."""
        parts = configuration["FunctionArn"].split(":")
        return cls(parts[4], parts[3], parts[6], configuration.get("Version") or "$LATEST")


class _Waiting(NamedTuple):
    """An invocation that waits for an environment."""

    key: Key
    configuration: Configuration
    package: bytes
    since: float
    taken: "Future[Environment]"


class Pool:
    """All execution environments."""

    def __init__(self) -> None:
        self._idle: dict[Key, list[Environment]] = {}
        self._busy: dict[Environment, Key] = {}
        self._starting: dict[Environment, Key] = {}
        self._waiting: dict[Key, deque[_Waiting]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, configuration: Configuration, package: bytes) -> Environment:
        """Take an environment of a function's version, for one invocation; `give_back` follows."""
        taken = self._take(configuration, package)
        if isinstance(taken, Environment):
            return taken
        while not wait([taken.taken], _CHECK).done:
            self._start_for(taken)
        return taken.taken.result()

    async def take_on_loop(self, configuration: Configuration, package: bytes) -> Environment:
        """The same, while the event loop does other work."""
        taken = self._take(configuration, package)
        if isinstance(taken, Environment):
            return taken
        ready = asyncio.wrap_future(taken.taken)
        while not (await asyncio.wait([ready], timeout=_CHECK))[0]:
            self._start_for(taken)
        return taken.taken.result()

    def give_back(self, environment: Environment) -> None:
        """Let other invocations have an environment."""
        if not environment.stopped:
            self._make_idle(environment, self._busy)
            return
        with self._lock:
            key = self._busy.pop(environment, None)
            first = self._waiting[key][0] if key and self._waiting[key] else None
        if first is not None:
            self._start_for(first)

    def waits(self, function: str) -> bool:
        """Whether an invocation of a function waits for an environment."""
        with self._lock:
            return any(many and key.name == function for key, many in self._waiting.items())

    def late_output(self) -> list[tuple[Key, Environment, list[LogEvent]]]:
        """Output of idle environments since their last answer."""
        with self._lock:
            found = [(key, each, each.late_output()) for key, many in self._idle.items() for each in many]
        return [each for each in found if each[2]]

    def discard(self, doomed: Callable[[Key], bool]) -> None:
        """End environments that are idle, and others when they have started or finished."""
        with self._lock:
            for others in (self._busy, self._starting):
                for environment in [each for each, key in others.items() if doomed(key)]:
                    del others[environment]
            ended = [each for key in list(self._idle) if doomed(key) for each in self._idle.pop(key)]
        for environment in ended:
            environment.stop()

    def _take(self, configuration: Configuration, package: bytes) -> Environment | _Waiting:
        """Take an environment if one is idle; otherwise wait in line for one."""
        key = Key.of(configuration)
        with self._lock:
            if idle := self._idle.get(key):
                environment = idle.pop()
                self._busy[environment] = key
                return environment
            waiting = _Waiting(key, configuration, package, time.monotonic(), Future())
            self._waiting[key].append(waiting)
        self._start_for(waiting)
        return waiting

    def _start_for(self, waiting: _Waiting) -> None:
        """Start an environment, if fewer start than invocations wait, and if there may be one more."""
        with self._lock:
            waited = time.monotonic() - waiting.since
            wanted = list(self._starting.values()).count(waiting.key) < len(self._waiting[waiting.key])
            may_start = len(self._starting) < _STARTING or waited > _LONG_PATIENCE
            if wanted and may_start and (self._room() or waited > _PATIENCE):
                self._start(waiting.key, Environment(waiting.configuration, waiting.package))

    def _start(self, key: Key, environment: Environment) -> None:
        """Start an environment for the invocation that is first when it is ready."""
        self._starting[environment] = key

        def start() -> None:
            try:
                environment.prepare()
            finally:
                self._make_idle(environment, self._starting)

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(start,), daemon=True, name="lambda-init").start()

    def _make_idle(self, environment: Environment, others: dict[Environment, Key]) -> None:
        """Let the next invocation have an environment; end it if it was discarded or is one too many."""
        with self._lock:
            key = others.pop(environment, None)
            kept = key is not None and (bool(self._waiting[key]) or self._count() < BOUND)
            if key is not None and kept:
                environment.used = time.monotonic()
                if self._waiting[key]:
                    self._busy[environment] = key
                    self._waiting[key].popleft().taken.set_result(environment)
                else:
                    self._idle.setdefault(key, []).append(environment)
        if not kept:
            environment.stop()

    def _count(self) -> int:
        return len(self._busy) + len(self._starting) + sum(map(len, self._idle.values()))

    def _room(self) -> bool:
        """Whether there may be one more, perhaps in place of the environment that was idle longest."""
        if self._count() < BOUND:
            return True
        idle = [(each.used, key, each) for key, many in self._idle.items() for each in many]
        if not idle:
            return False
        _used, key, oldest = min(idle, key=lambda found: found[0])
        self._idle[key].remove(oldest)
        threading.Thread(target=oldest.stop, daemon=True, name="lambda-end").start()
        return True
