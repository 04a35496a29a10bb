"""Stores settings of event source mappings that ministack drops, such as `MetricsConfig` and `Topics`.

The API and CloudFormation set them, and the API returns them. `metrics`, `streams`, `kafka` and `mq`
use all but `ProvisionedPollerConfig`. A mapping on self-managed Kafka has no ARN of a source.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

import json
import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..cloudformation.resource_types import boolean
from ..core import hooks

Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_DROPPED: Final = (
    "AmazonManagedKafkaEventSourceConfig",
    "MetricsConfig",
    "ProvisionedPollerConfig",
    "Queues",
    "SelfManagedEventSource",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "StartingPositionTimestamp",
    "Topics",
    "TumblingWindowInSeconds",
)
RESOURCE_TYPE: Final = "AWS::Lambda::EventSourceMapping"
_ERROR: Final = 400

_lambda = hooks.module("services.lambda_svc")
_mappings: MutableMapping[str, dict[str, Any]] = hooks.attribute(_lambda, "_esms")
_shown: Callable[[Settings], dict[str, Any]] = hooks.attribute(_lambda, "_esm_response")
_json_response: Callable[[object, int], Response] = hooks.attribute(
    hooks.module("core.responses"), "json_response"
)

being_written = threading.RLock()
"""Held while a mapping is written in steps: who holds it sees whole mappings only."""


def install() -> None:
    """Store them.

    Raises:
        hooks.HookError: ministack creates or updates mappings in another way now.
    """
    hooks.wrap(_lambda, "_esm_response", _without_empty_source)
    hooks.wrap(_lambda, "_create_esm", _create)
    hooks.wrap(_lambda, "_update_esm", _update)
    provisioning.wrap(RESOURCE_TYPE, "create", _provision)
    provisioning.wrap(RESOURCE_TYPE, "update", _provision_update)


def _create(original: Callable[[Settings], Response], settings: Settings) -> Response:
    with being_written:
        return _kept(original(settings), settings)


def _update(original: Callable[[str, Settings], Response], identifier: str, changes: Settings) -> Response:
    with being_written:
        return _kept(original(identifier, changes), changes)


def _kept(response: Response, settings: Settings) -> Response:
    """The response, with the settings in it and in the record of the mapping."""
    status, _headers, body = response
    given = {name: settings[name] for name in _DROPPED if name in settings}
    if status >= _ERROR or not given:
        return response
    mapping = _mappings[json.loads(body)["UUID"]]
    mapping.update(given)
    return _json_response(_shown(mapping), status)


def _provision(
    original: Callable[[str, Settings, str], tuple[str, Any]],
    logical_id: str,
    properties: Settings,
    stack: str,
) -> tuple[str, Any]:
    with being_written:
        created = original(logical_id, properties, stack)
        _set(created[0], properties)
        return created


def _provision_update(
    original: Callable[[str, Settings, Settings, str], tuple[str, Any]],
    identifier: str,
    old: Settings,
    new: Settings,
    stack: str,
) -> tuple[str, Any]:
    with being_written:
        updated = original(identifier, old, new, stack)
        _set(updated[0], new)
        return updated


def _set(identifier: str, properties: Settings) -> None:
    """Have the settings of the template, and no others."""
    mapping = _mappings[identifier]
    mapping["State"] = "Enabled" if boolean(properties.get("Enabled", True)) else "Disabled"
    if ":sqs:" in mapping["EventSourceArn"]:
        mapping.pop("StartingPosition", None)  # ministack's default for all sources
    for name in _DROPPED:
        mapping.pop(name, None)
        if properties.get(name):
            mapping[name] = properties[name]
    match properties.get("SelfManagedEventSource"):
        case {"Endpoints": {"KafkaBootstrapServers": servers}}:  # the API has another name for them
            mapping["SelfManagedEventSource"] = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}}


def _without_empty_source(
    original: Callable[[Settings], dict[str, Any]], mapping: Settings
) -> dict[str, Any]:
    shown = original(mapping)
    if not shown["EventSourceArn"]:
        del shown["EventSourceArn"]
    return shown
