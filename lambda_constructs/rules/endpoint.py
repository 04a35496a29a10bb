"""Rules for endpoints: how long they wait, how many requests they let through, streaming."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ..template.template import Resource, Template, number
from ..template.trigger_kinds import INTEGRATION, METHOD, REST_API, V2_API
from ..template.triggers import Trigger, triggers_by_function
from ..template.values import Unknown
from .function import TIMEOUT_DEFAULT
from .modes import STREAMING
from .rest_api import REST_API_TIMEOUT
from .rule import Place, Words, at, rule, warning
from .urls import HTTP_API_QUOTAS_URL

_ACCOUNT_QUOTAS_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
HTTP_API_TIMEOUT: Final = 30  # seconds; cannot be raised: HTTP_API_QUOTAS_URL
# Seconds; cannot be raised: https://docs.aws.amazon.com/apigateway/latest/developerguide
# /apigateway-execution-service-websocket-limits-table.html
WEBSOCKET_TIMEOUT: Final = 29
# What all APIs of an account and region share: _ACCOUNT_QUOTAS_URL. Some regions start with less.
ACCOUNT_RATE: Final = 10_000  # requests per second
ACCOUNT_BURST: Final = 5_000  # requests


@rule(
    accepted=True,
    why="The endpoint answers with an error while the function is still running, and the caller sends the "
    "request again.",
    source=HTTP_API_QUOTAS_URL,
    names={"timeout": ("timeout", "Timeout")},
)
def timeout_above_endpoint(words: Words, timeout: int, waits: float, *, endpoint: str) -> str | None:
    """The function's timeout is at most the time that its endpoint waits."""
    if timeout <= waits:
        return None
    return (
        f"{words.timeout} is {timeout} seconds, but {endpoint} waits {waits:g}; lower it and move longer "
        "work to a queue, or use an endpoint that waits longer"
    )


@timeout_above_endpoint.in_template
def _(template: Template) -> Iterator[Place]:
    for triggers in triggers_by_function(template).values():
        function = triggers[0].target.function
        timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
        for (endpoint, waits), about in _integrations(template, triggers).items():
            yield at(function, "Timeout", timeout, waits, endpoint=endpoint, about=about)


def _integrations(
    template: Template, triggers: Sequence[Trigger]
) -> Mapping[tuple[str, float | Unknown], Sequence[Resource]]:
    """The integrations that wait for the function, by their kind of API and the seconds that they wait."""
    found: dict[tuple[str, float | Unknown], list[Resource]] = {}
    for trigger in triggers:
        if trigger.name == INTEGRATION and not trigger.asynchronous:
            endpoint, longest = _api(template, trigger.resource)
            milliseconds = number(trigger.either("TimeoutInMillis"))
            if isinstance(unknown := trigger.either("RequestParameters"), Unknown):
                milliseconds = unknown  # they may ask not to wait
            if milliseconds is None and trigger.either("ResponseTransferMode") not in (None, "BUFFERED"):
                continue  # it streams without a timeout
            about = found.setdefault((endpoint, _seconds(milliseconds, longest)), [])
            if trigger.resource not in about:
                about.append(trigger.resource)
    return found


def _api(template: Template, resource: Resource) -> tuple[str, int]:
    """The kind of API of an integration, and the seconds that it waits by default."""
    if resource.type in (METHOD, REST_API):
        return "a REST API", REST_API_TIMEOUT
    if is_web_socket(template, resource):
        return "a WebSocket API", WEBSOCKET_TIMEOUT
    return "an HTTP API", HTTP_API_TIMEOUT


def is_web_socket(template: Template, resource: Resource) -> bool:
    """Whether a resource is, or belongs to, a WebSocket API."""
    api = resource if resource.type == V2_API else template.referred(resource.get("ApiId"))
    return api is not None and api.get("ProtocolType") == "WEBSOCKET"


def _seconds(milliseconds: float | Unknown | None, default: int) -> float | Unknown:
    if milliseconds is None:
        return default
    return milliseconds if isinstance(milliseconds, Unknown) else milliseconds / 1000


@warning(
    why="Handlers of managed runtimes other than Node.js return the whole response at once.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html",
)
def streaming_runtime(_: Words, runtime: str) -> str | None:
    """Node.js, or a custom runtime."""
    if runtime.startswith(tuple(STREAMING.runtimes)):
        return None
    return (
        f"response_streaming is set for {runtime or 'an unknown runtime'}, but only Node.js handlers can "
        "stream on their own; add the Lambda Web Adapter, then acknowledge this warning"
    )


@rule(
    why="API Gateway would refuse every request.",
    source=_ACCOUNT_QUOTAS_URL,
    names={
        "rate": ("throttling_rate_limit", "ThrottlingRateLimit"),
        "burst": ("throttling_burst_limit", "ThrottlingBurstLimit"),
    },
)
def throttling_range(_: Words, rate: float, burst: int, *, option: str = "endpoint") -> str | None:
    """A rate above 0, and a burst of at least 1."""
    if rate > 0 and burst >= 1:
        return None
    return (
        f"{option}.throttling_rate_limit is {rate:g} and {option}.throttling_burst_limit is {burst}, so API "
        "Gateway would refuse every request; raise them"
    )


@warning(
    why="All APIs of an account and region share its quota, so this API can take requests away from all "
    "others.",
    source=_ACCOUNT_QUOTAS_URL,
    names={
        "rate": ("throttling_rate_limit", "ThrottlingRateLimit"),
        "burst": ("throttling_burst_limit", "ThrottlingBurstLimit"),
    },
)
def throttling_above_account(_: Words, rate: float, burst: int, *, option: str = "endpoint") -> str | None:
    """Less than the quota of the account."""
    if rate < ACCOUNT_RATE and burst < ACCOUNT_BURST:
        return None
    return (
        f"{option} allows {rate:g} requests per second and bursts of {burst}, but all APIs of an account "
        f"share {ACCOUNT_RATE} and {ACCOUNT_BURST} unless the quota is raised; lower them"
    )


@warning(
    why="A request takes at most the function's timeout and its cold start, so the alarm hardly ever fires.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
    names={"threshold": ("alarms.latency_threshold", "Threshold"), "timeout": ("timeout", "Timeout")},
)
def latency_above_timeout(_: Words, threshold: int, timeout: int) -> str | None:
    """The threshold of the latency alarm is below the function's timeout."""
    if threshold < timeout:
        return None
    return (
        f"alarms.latency_threshold is {threshold} seconds, but the function's timeout is {timeout}; lower "
        "it, or leave it out to use half of the timeout"
    )
