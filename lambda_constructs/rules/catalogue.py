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
    mapping,
    mq,
    network,
    permission,
    pollers,
    queue,
    queue_mapping,
    ranges,
    ranges_mapping,
    record_age,
    role,
    rollout,
    schedule,
    stack,
    starting_position,
    stream,
    visibility_timeout,
)
from .rule import CATALOGUE

__all__ = ["CATALOGUE"]
