"""Refuses settings of an event source mapping that its source lacks, and a second mapping of a source.

ministack takes all settings, and two mappings of one source to one function.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks
from . import refusals, settings

Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_mappings: MutableMapping[str, dict[str, Any]] = hooks.attribute(_lambda, "_esms")
_error: Callable[[str, str, int], Response] = hooks.attribute(
    hooks.module("core.responses"), "error_response_json"
)

_SQS: Final = "sqs"
_KAFKA: Final = "kafka"
_STREAMS: Final = ("kinesis", "dynamodb")
_SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "BisectBatchOnFunctionError": (*_STREAMS, _KAFKA),
    "DestinationConfig": (*_STREAMS, _KAFKA),
    "MaximumRecordAgeInSeconds": (*_STREAMS, _KAFKA),
    "MaximumRetryAttempts": (*_STREAMS, _KAFKA),
    "ParallelizationFactor": _STREAMS,
    "ProvisionedPollerConfig": (_SQS, _KAFKA),
    "Queues": ("mq",),
    "ScalingConfig": (_SQS,),
    "StartingPosition": (*_STREAMS, _KAFKA),
    "StartingPositionTimestamp": ("kinesis", _KAFKA),
    "Topics": (_KAFKA,),
    "TumblingWindowInSeconds": _STREAMS,
}
"""The services whose mappings have a setting; all others have the rest."""
_OF_A_SOURCE: Final = ("EventSourceArn", "SelfManagedEventSource", "Topics", "Queues", "FunctionArn")
"""What no two mappings have in common."""
_LARGEST_FIFO_BATCH: Final = 10
_ERROR: Final = 400


def install() -> None:
    """Refuse them, from the API and from CloudFormation.

    Raises:
        hooks.HookError: ministack creates or updates mappings in another way now.
    """
    hooks.wrap(_lambda, "_create_esm", _create)
    provisioning.wrap(settings.RESOURCE_TYPE, "create", _provision)
    refusals.install(_objections)


def _objections(given: Settings) -> Iterator[str]:
    """Why Lambda does not accept settings for their source, in the words of its API."""
    arn = given.get("EventSourceArn") or ""
    source = arn.split(":")[2] if arn else _KAFKA
    for name, sources in _SOURCES.items():
        value = given.get(name)
        if source not in sources and value is not None and value is not False:
            if (source, name) == (_SQS, "StartingPosition"):
                yield "StartingPosition is not valid for SQS event sources."
            yield f"Unsupported {name} parameter for given event source mapping type."
    position = given.get("StartingPosition")
    if source in _STREAMS and not position:
        yield (
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    if position == "AT_TIMESTAMP" and source == "dynamodb":
        yield "Unsupported starting position for event source type."
    if position == "AT_TIMESTAMP" and not given.get("StartingPositionTimestamp"):
        yield "Need to specify a timestamp"
    if arn.endswith(".fifo") and int(given.get("BatchSize") or 1) > _LARGEST_FIFO_BATCH:
        yield f"BatchSize of FIFO queues must be less than or equal to {_LARGEST_FIFO_BATCH}"
    if given.get("ScalingConfig") and given.get("ProvisionedPollerConfig"):
        yield "ScalingConfig and ProvisionedPollerConfig can not be used together"


def _create(original: Callable[[Settings], Response], given: Settings) -> Response:
    with settings.being_written:
        response = original(given)
        taken = _taken(json.loads(response[2])["UUID"]) if response[0] < _ERROR else None
        return _error("ResourceConflictException", taken, 409) if taken else response


def _provision(original: Callable[..., tuple[str, Any]], *arguments: Any) -> tuple[str, Any]:  # noqa: ANN401
    with settings.being_written:
        created = original(*arguments)
        if taken := _taken(created[0]):
            raise provisioning.refused(taken)
        return created


def _taken(identifier: str) -> str | None:
    """Remove a new mapping if there is one of its source to its function, and say which."""
    new = _mappings[identifier]
    for other in list(_mappings):
        if other != identifier and all(_mappings[other].get(each) == new.get(each) for each in _OF_A_SOURCE):
            del _mappings[identifier]
            kind = (new.get("EventSourceArn") or "::kafka").split(":")[2].upper()
            return (
                f'An event source mapping with {kind} arn (" {new.get("EventSourceArn")} ") and function '
                f'(" {new["FunctionName"]} ") already exists. Please update or delete the existing mapping '
                f"with UUID {other}"
            )
    return None
