"""All rules by their codes: importing this module declares them."""

from . import (  # noqa: F401 - declares them
    access,
    alarm,
    alias,
    asynchronous,
    broker,
    cognito,
    concurrency,
    dead_letters,
    event,
    failures,
    function,
    http,
    kafka,
    log,
    mapping,
    network,
    permission,
    queue,
    ranges,
    role,
    rollout,
    schedule,
    stack,
    stream,
    visibility_timeout,
)
from .rule import CATALOGUE

__all__ = ["CATALOGUE"]
