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
    missed_runs,
    network,
    permission,
    queue,
    ranges,
    ranges_events,
    recursion,
    role,
    rollout,
    rollout_alarms,
    schedule,
    stack,
    stream,
    visibility_timeout,
)
from .rule import CATALOGUE

__all__ = ["CATALOGUE"]
