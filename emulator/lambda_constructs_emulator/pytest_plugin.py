"""Fixtures for pytest: an emulator that is empty for each test, and its log with a test that fails.

    pytest_plugins = ["lambda_constructs_emulator.pytest_plugin"]

A test takes `aws` or `emulator`, or `plain` for ministack alone, or both. A module whose tests share one
deployment takes `shared_aws` or `shared_emulator` instead; they reset at the end of the module.
"""

from collections.abc import Generator, Iterator
from typing import Final, TypedDict

import pytest

from .kit import Aws
from .process import Emulator

TIME_SCALE: Final = 0.01
"""The factor on AWS's waits."""

_LOG_LINES: Final = 80


class EmulatorOptions(TypedDict, total=False):
    """Options of the emulator of a session, as of `Emulator`."""

    time_scale: float
    account: str
    region: str
    concurrency: int


@pytest.fixture(scope="session")
def emulator_options() -> EmulatorOptions:
    """The options of the session's emulator. Define this fixture in your `conftest.py` to choose others."""
    return {"time_scale": TIME_SCALE}


@pytest.fixture(scope="session")
def server(emulator_options: EmulatorOptions) -> Iterator[Emulator]:
    """The one emulator of the session; AWS's waits take a hundredth of the time unless you choose."""
    with Emulator(**emulator_options) as running:
        yield running


@pytest.fixture(scope="session")
def plain_server() -> Iterator[Emulator]:
    """The one plain ministack of the session."""
    with Emulator(time_scale=TIME_SCALE, plain=True) as running:
        yield running


@pytest.fixture
def emulator(server: Emulator) -> Iterator[Emulator]:
    """The emulator; it forgets what a test did."""
    yield server
    server.reset()


@pytest.fixture
def plain(plain_server: Emulator) -> Iterator[Emulator]:
    """Plain ministack, which also forgets: shows what ministack does without our changes."""
    yield plain_server
    plain_server.reset()


@pytest.fixture
def aws(emulator: Emulator) -> Aws:
    """An empty emulator for a test that deploys a CDK app; it is reset at the end of the test."""
    return Aws(emulator)


@pytest.fixture(scope="module")
def shared_emulator(server: Emulator) -> Iterator[Emulator]:
    """The emulator for a module whose tests share what they deploy; it forgets at the end of the module."""
    yield server
    server.reset()


@pytest.fixture(scope="module")
def shared_aws(shared_emulator: Emulator) -> Aws:
    """The same for a module whose tests share a deployment; it is reset at the end of the module."""
    return Aws(shared_emulator)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the end of the emulators' logs: only they show what a handler did."""
    report = yield
    if report.failed:
        fixtures = getattr(item, "funcargs", {})
        for name in ("server", "plain_server"):
            if name in fixtures:
                report.sections.append((f"log of {name}", fixtures[name].tail(_LOG_LINES)))
    return report
