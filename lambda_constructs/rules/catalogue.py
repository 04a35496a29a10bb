"""All rules by their codes: importing this module declares them."""

from . import (  # noqa: F401 - declares them
    alarm,
    alias,
    asynchronous,
    authorizers,
    broker,
    cognito,
    concurrency,
    dead_letters,
    endpoint,
    event,
    failures,
    function,
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
