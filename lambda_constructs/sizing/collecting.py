"""Collecting a profile: the query over the log group of a function, and its answer as a file.

The clients are those of boto3, which the caller makes; this module does not import it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any, Final, TypeAlias

from .advice import refuse
from .insights import JSON_QUERY, TEXT_QUERY, parse_insights, query_rows
from .rules.measurement import measurement_failed

QUERIES: Final[Mapping[str, str]] = {"JSON": JSON_QUERY, "Text": TEXT_QUERY}
DAYS: Final = 14
_DAY_SECONDS: Final = 86_400
_PATTERNS: Final[Mapping[str, str]] = {"JSON": '{ $.type = "platform.report" }', "Text": "REPORT"}
_ENDED: Final = frozenset({"Complete", "Failed", "Cancelled", "Timeout", "Unknown"})
# A query runs for an hour at most, and is asked for once a second.
_ATTEMPTS: Final = 3_600


Client: TypeAlias = Any  # a boto3 client, which has no static types


@dataclass(frozen=True, kw_only=True)
class Query:
    """The query over the log group of a function."""

    log_group: str  # the log group
    log_format: str  # `JSON` or `Text`
    days: int  # how many days until now it covers

    @property
    def text(self) -> str:
        """The query on one line."""
        return " ".join(QUERIES[self.log_format].split())

    def commands(self, output: str, region: str | None) -> str:
        """Commands that run the query with the AWS CLI, in any POSIX shell."""
        seconds = self.days * _DAY_SECONDS
        aws = "aws logs" if region is None else f"aws logs --region {quote(region)}"
        return (
            f"QUERY=$({aws} start-query --log-group-name {quote(self.log_group)} \\\n"
            f"  --start-time $(($(date +%s) - {seconds})) --end-time $(date +%s) \\\n"
            f"  --query-string {quote(self.text)} --query queryId --output text)\n"
            f'while {aws} get-query-results --query-id "$QUERY" --query status --output text \\\n'
            '  | grep -qE "Scheduled|Running"; do sleep 1; done\n'
            f'{aws} get-query-results --query-id "$QUERY" > {quote(output)}'
        )


def query_of(client: Client, function: str, days: int) -> Query:
    """The query for a function, whose configuration says where and how it logs; `client` is one of Lambda."""
    found = client.get_function_configuration(FunctionName=function)
    logging = found.get("LoggingConfig")
    config = logging if isinstance(logging, dict) else {}
    name = str(found.get("FunctionName", function))
    log_format = str(config.get("LogFormat", "Text"))
    return Query(
        log_group=str(config.get("LogGroup") or f"/aws/lambda/{name}"),
        log_format=log_format if log_format in QUERIES else "Text",
        days=days,
    )


def collect(client: Client, query: Query, *, now: int, wait: Callable[[], object], name: str) -> str:
    """Run a query, and return the file that `MemorySize.measured` and `Timeout.from_profile` read.

    `now` is in seconds since 1970, `wait` waits for one.
    """
    started = client.start_query(
        logGroupName=query.log_group,
        startTime=now - query.days * _DAY_SECONDS,
        endTime=now,
        queryString=query.text,
    )
    for _ in range(_ATTEMPTS):
        answer = client.get_query_results(queryId=started.get("queryId"))
        if answer.get("status") in _ENDED:
            break
        wait()
    else:
        refuse(name, measurement_failed, "the query still runs after an hour")
    kept = {key: answer.get(key) for key in ("results", "statistics", "status")}
    text = json.dumps(kept, indent=2) + "\n"
    parse_insights(query_rows(text, name=name) or [], name=name)
    return text


def log_lines(client: Client, query: Query, *, now: int) -> Iterator[str]:
    """The events with reports as JSON, one on each line, from a client of CloudWatch Logs.

    They are slower than the query, but exact, and with the version of each.
    """
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=query.log_group,
        startTime=(now - query.days * _DAY_SECONDS) * 1_000,
        endTime=now * 1_000,
        filterPattern=_PATTERNS[query.log_format],
    )
    for page in pages:
        yield from (json.dumps(event) + "\n" for event in page["events"])
