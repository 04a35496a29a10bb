"""One emulator for all tests of a session, reset between modules, its log with every test that fails."""

from collections.abc import Generator, Iterator

import pytest

from emulator.cdk import Cdk
from emulator.process import Emulator
from tests.deploy.alarm_sets import Alarms
from tests.deploy.support import TIME_SCALE


@pytest.fixture(scope="session")
def server() -> Iterator[Emulator]:
    """The one emulator of the session; what AWS waits for takes a hundredth of the time."""
    with Emulator(time_scale=TIME_SCALE) as running:
        yield running


@pytest.fixture(scope="module")
def emulator(server: Emulator) -> Iterator[Emulator]:
    """The emulator, empty for each module; tests of one module share what they deploy."""
    yield server
    server.reset()


@pytest.fixture(scope="session")
def plain() -> Iterator[Emulator]:
    """The plain ministack: what it does itself needs no part of ours any more."""
    with Emulator(time_scale=TIME_SCALE, plain=True) as running:
        yield running


@pytest.fixture(scope="module")
def cdk(emulator: Emulator) -> Cdk:
    """The CDK CLI on the emulator, bootstrapped."""
    cli = Cdk(emulator)
    cli.bootstrap()
    return cli


@pytest.fixture
def alarms(emulator: Emulator) -> Iterator[Alarms]:
    """Alarms of one test on the emulator."""
    alarms = Alarms(emulator)
    yield alarms
    alarms.delete()


@pytest.fixture
def plain_alarms(plain: Emulator) -> Iterator[Alarms]:
    """Alarms of one test on plain ministack."""
    alarms = Alarms(plain)
    yield alarms
    alarms.delete()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the end of the emulator's log: what a handler did is only told there."""
    report = yield
    emulator = getattr(item, "funcargs", {}).get("emulator")
    if report.failed and isinstance(emulator, Emulator):
        report.sections.append(("emulator log", emulator.tail(80)))
    return report
