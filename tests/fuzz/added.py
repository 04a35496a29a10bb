"""Workloads with more than one trigger."""

from __future__ import annotations

from hypothesis import strategies as st

from lambda_constructs import EventHandler, HttpFunction, ScheduledJob, SqsWorker, StreamConsumer
from tests.fuzz import given
from tests.fuzz.functions import FUNCTION
from tests.fuzz.recipes import BASICS, Adding, Make, calls, mostly, triggers
from tests.fuzz.sources import SCHEDULES, SOURCES
from tests.fuzz.values import JUNK, booleans, several
from tests.fuzz.workloads import (
    ANSWERS,
    ASYNCHRONOUS,
    AUTHORIZERS,
    HTTP,
    HTTP_API,
    JOB,
    QUEUE,
    REST_API,
    ROUTE,
    SCHEDULE,
    STREAM,
)

_NEEDED = {name: FUNCTION[name] for name in BASICS}
_FUNCTIONS = triggers(
    {"routes": several(ROUTE, 2, minimum=1), **_NEEDED},
    {"authorizer": AUTHORIZERS, **{name: value for name, value in ANSWERS.items() if name not in BASICS}},
)
_STREAMS = st.one_of(given.TABLES, given.STREAMS)

ADDED: dict[str, st.SearchStrategy[Make]] = {
    "SqsWorker.add_queue": calls(
        Adding(SqsWorker, "add_queue"),
        allow_recursion=booleans(),
        added=triggers({}, QUEUE),
        **QUEUE,
        **FUNCTION,
    ),
    "StreamConsumer.add_stream": calls(
        Adding(StreamConsumer, "add_stream"),
        source=_STREAMS,
        added=triggers({"source": _STREAMS}, STREAM),
        **STREAM,
        **FUNCTION,
    ),
    "EventHandler.add_source": calls(
        Adding(EventHandler, "add_source"),
        source=SOURCES,
        allow_recursion=booleans(),
        added=triggers({"source": SOURCES}, {}),
        **ASYNCHRONOUS,
        **FUNCTION,
    ),
    "ScheduledJob.add_schedule": calls(
        Adding(ScheduledJob, "add_schedule"),
        added=triggers({"schedule": SCHEDULES}, SCHEDULE),
        **JOB,
    ),
    **{
        f"HttpFunction.add_function of {name}": calls(
            Adding(HttpFunction, "add_function"),
            "endpoint",
            endpoint=mostly(endpoint, JUNK),
            added=_FUNCTIONS,
            **HTTP,
        )
        for name, endpoint in (("an HTTP API", HTTP_API), ("a REST API", REST_API))
    },
}
