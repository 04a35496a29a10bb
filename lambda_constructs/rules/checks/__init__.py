"""The rules, by what they are about; importing this package fills the catalogue."""

from . import (
    access,
    asynchronous,
    broker,
    cognito,
    concurrency,
    event,
    failures,
    function,
    http,
    kafka,
    mapping,
    queue,
    rollout,
    schedule,
    stream,
)

__all__ = [
    "access",
    "asynchronous",
    "broker",
    "cognito",
    "concurrency",
    "event",
    "failures",
    "function",
    "http",
    "kafka",
    "mapping",
    "queue",
    "rollout",
    "schedule",
    "stream",
]
