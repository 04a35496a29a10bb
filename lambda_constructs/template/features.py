"""The triggers of a function in a template, and the features of Lambda that it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .asynchronous import configs
from .provisioned_concurrency import provisioned_of
from .template import Resource, Template
from .trigger_kinds import INTEGRATION, MAPPING, TASK, URL, USER_POOL
from .triggers import Trigger, triggers_by_function
from .values import flat

# Triggers
EVENT_SOURCE_MAPPING: Final = "an event source mapping"
ASYNCHRONOUS: Final = "an asynchronous trigger"
FUNCTION_URL: Final = "a function URL"
HTTP_API: Final = "an HTTP API"
REST_API: Final = "a REST API"
LOAD_BALANCER: Final = "a load balancer"
COGNITO: Final = "a user pool"
OTHERS: Final = "triggers of other services"
SYNCHRONOUS: Final = (FUNCTION_URL, HTTP_API, REST_API, LOAD_BALANCER, COGNITO)
"""Triggers that wait for a response, apart from event source mappings."""
# Features
CONTAINER_IMAGE: Final = "a container image"
DESTINATIONS: Final = "destinations"
FILE_SYSTEM: Final = "a file system"
PROVISIONED: Final = "provisioned concurrency"
SMOKE_TEST: Final = "a smoke test"
SNAP_START: Final = "SnapStart"

_OF_TRIGGERS: Final = {MAPPING: EVENT_SOURCE_MAPPING, URL: FUNCTION_URL, USER_POOL: COGNITO}
_OF_APIS: Final = {
    "AWS::ApiGateway::Method": REST_API,
    "AWS::ApiGatewayV2::Integration": HTTP_API,
    "AWS::ElasticLoadBalancingV2::TargetGroup": LOAD_BALANCER,
}
_OUTCOMES: Final = ("OnFailure", "OnSuccess")
_TENANT: Final = "integration.request.header.x-amz-tenant-id"


def features_of(template: Template, function: Resource) -> Mapping[str, Sequence[Resource]]:
    """The features and triggers that a function certainly has, each with its resources."""
    found: dict[str, list[Resource]] = {}
    for feature, resource in _features(template, function):
        found.setdefault(feature, []).append(resource)
    return found


def feature_of(trigger: Trigger) -> str | None:
    """The kind of a trigger; None for an API or a task whose requests the template does not tell."""
    if trigger.kind.asynchronous:
        return ASYNCHRONOUS
    named = _OF_TRIGGERS.get(trigger.name) or _OF_APIS.get(trigger.resource.type)
    return named or (None if trigger.name in (INTEGRATION, TASK) else OTHERS)


def passes_tenant(trigger: Trigger) -> bool:
    """Whether a method of a REST API may map the tenant id of the request for Lambda."""
    parameters = trigger.resource.get("Integration", "RequestParameters")
    if trigger.name != INTEGRATION or parameters is None:
        return False
    return not isinstance(parameters, dict) or _TENANT in map(str.lower, map(flat, parameters))


def _features(template: Template, function: Resource) -> Iterator[tuple[str, Resource]]:
    if function.get("SnapStart", "ApplyOn") == "PublishedVersions":
        yield SNAP_START, function
    for provisioned in provisioned_of(template, function):
        for resource in provisioned.resources:
            yield PROVISIONED, resource
    for config, target in configs(template):
        places = (config.get("DestinationConfig", each, "Destination") for each in _OUTCOMES)
        if target.function is function and any(each is not None for each in places):
            yield DESTINATIONS, config
    for trigger in triggers_by_function(template).get(function.id, ()):
        feature = feature_of(trigger)
        if feature is not None and not (feature == REST_API and passes_tenant(trigger)):
            yield feature, trigger.resource
