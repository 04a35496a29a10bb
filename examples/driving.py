"""Helpers of the drivers of all examples: waiting, reading queues and tables, reporting differences."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from time import monotonic, sleep
from typing import Any, TypeAlias

Client: TypeAlias = Any
"""A boto3 client, which has no static types."""

Clients: TypeAlias = Callable[[str], Client]
"""Makes a client from the name of a service."""

BATCH = 10
"""The maximum number of messages or events in one request to SQS, SNS or EventBridge."""

_PAUSE = 0.25
_LOOKS = 3
_MANY = 10


class NotSettledError(TimeoutError):
    """Something is still missing after the timeout."""


def settle(missing: Callable[[], str], *, timeout: float) -> None:
    """Wait until nothing is missing, in several checks in a row because AWS counts approximately.

    Args:
        missing: Describes what is missing. Returns an empty string if nothing is.
        timeout: Seconds.

    Raises:
        NotSettledError: Something was missing until the timeout. The message describes it.
    """
    deadline = monotonic() + timeout
    quiet = 0
    while quiet < _LOOKS:
        found = missing()
        quiet = 0 if found else quiet + 1
        if monotonic() > deadline:
            raise NotSettledError(
                f"not settled after {timeout:g} s: {found or 'settled for too short a time'}"
            )
        sleep(_PAUSE)


def scan(dynamodb: Client, table: str) -> Iterator[dict[str, str]]:
    """The items of a table whose attributes are strings and numbers, both as strings."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            yield {name: next(iter(value.values())) for name, value in item.items()}


def log_lines(clients: Clients, function: str, about: str) -> Iterator[dict[str, Any]]:
    """The structured log lines with a field that only the handler writes, not the platform or libraries."""
    group = clients("lambda").get_function_configuration(FunctionName=function)["LoggingConfig"]["LogGroup"]
    pages = (
        clients("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, filterPattern=f'"{about}"')
    )
    for page in pages:
        for event in page["events"]:
            # A traceback can contain the word too.
            if event["message"].startswith("{") and about in (line := json.loads(event["message"])):
                yield line


def differences(pairs: Mapping[str, tuple[object, object]]) -> list[str]:
    """Describe each difference between what was expected and what was found."""
    return [_difference(what, *pair) for what, pair in pairs.items() if pair[0] != pair[1]]


def _difference(what: str, wanted: object, found: object) -> str:
    """Describe only what differs: a hundred correct orders would hide a wrong one."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = {key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)}
        wanted = {key: wanted[key] for key in sorted(keys & wanted.keys())}
        found = {key: found[key] for key in sorted(keys & found.keys())}
    elif isinstance(wanted, list) and isinstance(found, list):
        common = Counter(wanted) & Counter(found)
        if common.total() > _MANY:
            wanted = sorted((Counter(wanted) - common).elements())
            found = sorted((Counter(found) - common).elements())
            what = f"{what} (beyond {common.total()} in common)"
    return f"expected {what}: {wanted}, found: {found}"
