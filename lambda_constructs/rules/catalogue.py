"""All rules by their codes: importing this module declares them."""

from . import (  # noqa: F401 - declares them
    access,
    alarm,
    alias,
    asynchronous,
    cognito,
    concurrency,
    dead_letters,
    destinations,
    event,
    function,
    http,
    kafka,
    log,
    mq,
    network,
    permission,
    queue,
    queue_mapping,
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
