"""What the tests of the emulator work with: a function to invoke, a function that reads streams, alarms."""

import pytest

from emulator.tests.alarm_sets import Alarms
from emulator.tests.consumers import Consumer
from emulator.tests.targets import Target
from lambda_constructs_emulator.process import Emulator


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
