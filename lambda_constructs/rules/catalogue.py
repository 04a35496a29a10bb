"""All rules by their codes: importing this module declares them."""

from . import (  # noqa: F401 - declares them
    alarm,
    alias,
    asynchronous,
    authorizers,
    broker,
    cognito,
    concurrency,
    cors,
    custom_domain,
    dead_letters,
    endpoint,
    event,
    failures,
    function,
    kafka,
    load_balancer,
    log,
    mapping,
    network,
    permission,
    queue,
    ranges,
    ranges_requests,
    rest_api,
    role,
    rollout,
    routes,
    schedule,
    stack,
    stream,
    visibility_timeout,
)
from .rule import CATALOGUE

__all__ = ["CATALOGUE"]
