"""Keeps the execution environments of Python functions, reuses them, and bounds how many there are.

An invocation takes a warm environment of its function's version, or starts one. A burst of short invocations
finds one that has become free before another one has started, so only as many start at once as the machine
has processors. Beyond the bound, environments that wait for work end first, those that were idle longest.

AWS has no bound of this kind. An invocation that finds nothing within a second starts an environment above
the bound instead of failing, because it may be what another invocation waits for.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from .environments import Configuration, Environment

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


class Pool:
    """All execution environments."""

    def __init__(self) -> None:
        self._idle: dict[Key, list[Environment]] = {}
        self._busy: dict[Environment, Key] = {}
        self._changed = threading.Condition()

    @contextmanager
    def environment(self, configuration: Configuration, package: bytes) -> Iterator[Environment]:
        """An environment of a function's version, for one invocation at a time."""
        key = Key.of(configuration)
        environment = self._take(key, configuration, package)
        try:
            yield environment
        finally:
            self._give_back(environment)

    def discard(self, doomed: Callable[[Key], bool]) -> None:
        """End environments that are idle, and those at work when they have finished."""
        with self._changed:
            self._busy = {each: key for each, key in self._busy.items() if not doomed(key)}
            ended = [each for key in list(self._idle) if doomed(key) for each in self._idle.pop(key)]
        for environment in ended:
            environment.stop()

    def _take(self, key: Key, configuration: Configuration, package: bytes) -> Environment:
        begun = time.monotonic()
        replaced: list[Environment] = []
        with self._changed:
            while True:
                idle = self._idle.get(key)
                if idle:
                    environment = idle.pop()
                    break
                waited = time.monotonic() - begun
                may_start = self._starting() < _STARTING or waited > _LONG_PATIENCE
                if may_start and (self._room(replaced) or waited > _PATIENCE):
                    environment = Environment(configuration, package)
                    break
                self._changed.wait(_CHECK)
            self._busy[environment] = key
        for each in replaced:
            each.stop()
        return environment

    def _give_back(self, environment: Environment) -> None:
        with self._changed:
            key = self._busy.pop(environment, None)
            kept = key is not None and environment.running and self._count() < BOUND
            if key is not None and kept:
                environment.used = time.monotonic()
                self._idle.setdefault(key, []).append(environment)
            self._changed.notify_all()
        if not kept:
            environment.stop()

    def _count(self) -> int:
        return len(self._busy) + sum(map(len, self._idle.values()))

    def _starting(self) -> int:
        return sum(not environment.running for environment in self._busy)

    def _room(self, replaced: list[Environment]) -> bool:
        """Whether there may be one more, perhaps in place of the environment that was idle longest."""
        if self._count() < BOUND:
            return True
        idle = [(each.used, key, each) for key, many in self._idle.items() for each in many]
        if not idle:
            return False
        _used, key, oldest = min(idle, key=lambda found: found[0])
        self._idle[key].remove(oldest)
        replaced.append(oldest)
        return True
