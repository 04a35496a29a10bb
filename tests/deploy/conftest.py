"""One emulator and one plain ministack for a session, empty for each test; the log with a test that fails.

A test takes `emulator`, `plain`, or both. A module whose tests share one deployment takes
`shared_emulator` and `cdk` instead, which stay for the module.
"""

from collections.abc import Generator, Iterator

import pytest

from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.process import Emulator
from tests.deploy.alarm_sets import Alarms
from tests.deploy.consumers import Consumer
from tests.deploy.support import TIME_SCALE
from tests.deploy.targets import Target

LOG_LINES = 80


@pytest.fixture(scope="session")
def server() -> Iterator[Emulator]:
    """The one emulator of the session; what AWS waits for takes a hundredth of the time."""
    with Emulator(time_scale=TIME_SCALE) as running:
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
    """Plain ministack, which forgets, too: what it does itself needs no part of ours any more."""
    yield plain_server
    plain_server.reset()


@pytest.fixture(scope="module")
def shared_emulator(server: Emulator) -> Iterator[Emulator]:
    """The emulator for a module whose tests share what they deploy; it forgets at the end of the module."""
    yield server
    server.reset()


@pytest.fixture(scope="module")
def cdk(shared_emulator: Emulator) -> Cdk:
    """The CDK CLI on the emulator, bootstrapped once for the module."""
    cli = Cdk(shared_emulator)
    cli.bootstrap()
    return cli


@pytest.fixture
def alarms(emulator: Emulator) -> Alarms:
    """Alarms of one test on the emulator."""
    return Alarms(emulator)


@pytest.fixture
def plain_alarms(plain: Emulator) -> Alarms:
    """Alarms of one test on plain ministack."""
    return Alarms(plain)


@pytest.fixture
def target(emulator: Emulator) -> Target:
    """A function to invoke on the emulator."""
    return Target(emulator)


@pytest.fixture
def plain_target(plain: Emulator) -> Target:
    """A function to invoke on plain ministack."""
    return Target(plain)


@pytest.fixture
def consumer(emulator: Emulator) -> Consumer:
    """A function that reads streams on the emulator."""
    return Consumer(emulator)


@pytest.fixture
def plain_consumer(plain: Emulator) -> Consumer:
    """A function that reads streams on plain ministack."""
    return Consumer(plain)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the end of the emulators' logs: what a handler did is only told there."""
    report = yield
    if report.failed:
        fixtures = getattr(item, "funcargs", {})
        for name in ("server", "plain_server"):
            if name in fixtures:
                report.sections.append((f"log of {name}", fixtures[name].tail(LOG_LINES)))
    return report
