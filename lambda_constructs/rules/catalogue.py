"""All rules by their codes: importing this module declares them."""

from . import (  # noqa: F401 - declares them
    access,
    alarm,
    alias,
    asynchronous,
    broker,
    cognito,
    dead_letters,
    environment,
    event,
    failures,
    function,
    http,
    kafka,
    log,
    mapping,
    network,
    options,
    permission,
    provisioned_concurrency,
    queue,
    ranges,
    reserved_concurrency,
    role,
    rollout,
    schedule,
    snap_start,
    stack,
    stream,
    visibility_timeout,
)
from .rule import CATALOGUE

__all__ = ["CATALOGUE"]
