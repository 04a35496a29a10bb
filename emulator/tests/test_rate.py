"""A request to an HTTP API takes little processor time, and leaves no process over.

How long clients wait depends on what else the machine does: `python -m benchmarks.http_api` measures it.
"""

from __future__ import annotations

import pytest
from botocore.credentials import Credentials

from emulator.tests.load import Load, deploy, used
from lambda_constructs_emulator.process import Emulator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

CLIENTS = 10
MILLISECONDS = 2.0
"""Of processor time for a request. It takes 0.6 on an idle machine, and 1.2 if others use its caches."""


def test_the_cost_of_a_request(emulator: Emulator) -> None:
    others = used(emulator.pid).processes  # with those of functions of other tests
    environment = emulator.client_environment
    credentials = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    load = Load(emulator.endpoint, emulator.authority, deploy(emulator.client), credentials, emulator.region)
    load.run(CLIENTS, seconds=3)

    before = used(emulator.pid)
    times = load.run(CLIENTS, seconds=5)
    after = used(emulator.pid)

    cost = (after.server + after.handlers - before.server - before.handlers) / len(times) * 1000
    assert cost < MILLISECONDS
    assert after.processes <= others + CLIENTS
