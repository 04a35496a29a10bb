"""Refuses event source mappings on a stream that Lambda refuses.

Lambda reads the stream with the function's role, and checks it when a mapping is created; ministack does
not. With enhanced fan-out the role also needs `kinesis:SubscribeToShard` on the consumer. A mapping on a
stream without a batch size has batches of up to 100 records, not 10.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaKinesisExecutionRole.html
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks
from ..event_source_mappings import poller
from . import access, shards

Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_DEFAULT_BATCH: Final = 100
_RESOURCE_TYPE: Final = "AWS::Lambda::EventSourceMapping"
_ERROR: Final = 400

_lambda = hooks.module("services.lambda_svc")
_mappings: Any = hooks.attribute(_lambda, "_esms")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")
_function: Callable[[str], tuple[Any, Any, str]] = hooks.attribute(_lambda, "_get_func_record_for_ref")


def install() -> None:
    """Refuse what AWS refuses, from the API and from CloudFormation.

    Raises:
        hooks.HookError: ministack creates mappings in another way now.
    """
    hooks.wrap(_lambda, "_create_esm", _create)
    provisioning.wrap(_RESOURCE_TYPE, "create", _provision)


def _create(original: Callable[[Settings], Response], settings: Settings) -> Response:
    if not access.is_on_stream(settings):
        return original(settings)
    refusal = _refusal(settings)
    if refusal:
        return _invalid_parameter(refusal)
    response = original(_with_default(settings))
    if response[0] < _ERROR:
        _take_position(json.loads(response[2])["UUID"])
    return response


def _provision(
    original: Callable[[str, Settings, str], tuple[str, Any]],
    logical_id: str,
    properties: Settings,
    stack: str,
) -> tuple[str, Any]:
    if not access.is_on_stream(properties):
        return original(logical_id, properties, stack)
    refusal = _refusal(properties)
    if refusal:
        raise provisioning.refused(refusal)
    created = original(logical_id, _with_default(properties), stack)
    _take_position(created[0])
    return created


def _with_default(settings: Settings) -> Settings:
    return {"BatchSize": _DEFAULT_BATCH, **settings}


def _take_position(identifier: str) -> None:
    """Begin at the records that come from now on, or at the oldest, whatever the poller does meanwhile."""
    shards.shards(_mappings[identifier], "")
    poller.look_now()


def _refusal(settings: Settings) -> str | None:
    record, configuration, _name = _function(settings.get("FunctionName") or "")
    arn: str = settings["EventSourceArn"]
    if record is None or access.may_read(configuration["Role"], arn):
        return None
    *others, last = (action for action, _resource in access.needed(arn))
    return (
        f"Cannot access stream {arn}. Please ensure the role can perform the {', '.join(others)}, "
        f"and {last} Actions on your stream in IAM."
    )
