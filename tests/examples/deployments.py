"""Stands in for a deployed stack, whose services a test stands in for."""

from types import SimpleNamespace
from typing import Any, cast

from lambda_constructs_emulator.kit import Deployed, EventBus, Queue, Table, Topic


def deployed_on(client: Any) -> Deployed:
    """A stack that reaches all services by one client; its resources have their construct ids for names."""
    stack = SimpleNamespace(
        aws=SimpleNamespace(client=lambda _service: client),
        events=lambda name: EventBus(client, name),
        failures=lambda name: Queue(client, f"{name}Failures"),
        function=lambda name: SimpleNamespace(name=name),
        queue=lambda name: Queue(client, name),
        table=lambda name: Table(client, name),
        topic=lambda name: Topic(client, name),
    )
    return cast("Deployed", stack)
