"""What answers people: how long it waits, and which pages may call it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...rules import limits
from ...rules.access import cors_credentials
from ...rules.cognito import timeout_above_trigger
from ...rules.function import TIMEOUT_DEFAULT
from ...rules.http import timeout_above_endpoint
from ...template.template import Resource
from ...template.triggers import INTEGRATION, USER_POOL, Trigger, triggers_by_function
from ...template.values import Unknown
from ..findings import Findings

_ASYNCHRONOUS: Final = "integration.request.header.X-Amz-Invocation-Type"
# Cognito does not wait for what its custom senders do.
_SENDERS: Final = ("CustomEmailSender", "CustomSMSSender")
# Where they say which pages may call: what they allow, and whether with cookies.
_CORS: Final = {"AWS::ApiGatewayV2::Api": "CorsConfiguration", "AWS::Lambda::Url": "Cors"}


def check(findings: Findings) -> None:
    """Check everything that waits for a function, and everything that answers other pages."""
    for invoked in triggers_by_function(findings.template).values():
        function = invoked[0].target.function
        timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
        _check_integrations(findings, function, timeout, invoked)
        pools = [trigger.resource for trigger in invoked if _waits_for_user(trigger)]
        if pools:
            findings.check(timeout_above_trigger, function, "Timeout", timeout, about=pools)
    for kind, option in _CORS.items():
        for resource in findings.template.of_type(kind):
            _check_cors(findings, resource, option)


def _check_integrations(
    findings: Findings, function: Resource, timeout: int | Unknown, invoked: Sequence[Trigger]
) -> None:
    """One finding for all routes that wait the same time."""
    endpoints: dict[tuple[str, float | Unknown], list[Resource]] = {}
    for trigger in invoked:
        if trigger.name == INTEGRATION and trigger.get("RequestParameters", _ASYNCHRONOUS) is None:
            rest = trigger.resource.type == "AWS::ApiGateway::Method"
            waits = _rest_api_waits(trigger) if rest else _http_api_waits(trigger)
            if waits is not None:
                endpoint = "a REST API" if rest else "an HTTP API"
                endpoints.setdefault((endpoint, waits), []).append(trigger.resource)
    for (endpoint, waits), about in endpoints.items():
        findings.check(
            timeout_above_endpoint, function, "Timeout", timeout, waits, endpoint=endpoint, about=about
        )


def _rest_api_waits(trigger: Trigger) -> float | Unknown | None:
    """Seconds that a method waits; None if it streams for as long as its function needs."""
    if trigger.get("TimeoutInMillis") is None and trigger.get("ResponseTransferMode") not in (
        None,
        "BUFFERED",
    ):
        return None
    return _seconds(trigger.resource.number("Integration", "TimeoutInMillis"), limits.REST_API_TIMEOUT)


def _http_api_waits(trigger: Trigger) -> float | Unknown:
    """Seconds that an integration of an HTTP API waits."""
    return _seconds(trigger.resource.number("TimeoutInMillis"), limits.HTTP_API_TIMEOUT)


def _seconds(milliseconds: float | Unknown | None, default: int) -> float | Unknown:
    if milliseconds is None or isinstance(milliseconds, Unknown):
        return default if milliseconds is None else milliseconds
    return milliseconds // 1000 if milliseconds % 1000 == 0 else milliseconds / 1000


def _waits_for_user(trigger: Trigger) -> bool:
    return trigger.name == USER_POOL and not set(_SENDERS) & set(trigger.location.split("/"))


def _check_cors(findings: Findings, resource: Resource, option: str) -> None:
    origins = resource.get(option, "AllowOrigins")
    if origins is None:
        return
    any_origin = origins if isinstance(origins, Unknown) else "*" in resource.items(option, "AllowOrigins")
    findings.check(
        cors_credentials,
        resource,
        f"{option}/AllowCredentials",
        any_origin=any_origin,
        credentials=resource.flag(option, "AllowCredentials"),
    )
