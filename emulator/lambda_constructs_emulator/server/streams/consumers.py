"""Provisions Kinesis consumers with enhanced fan-out.

ministack has the API without the resource type. Here a mapping on a consumer reads the stream like a mapping
on the stream itself; its dedicated throughput is not emulated. `mapping_checks` checks its role.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-streamconsumer.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
"""

import json
from collections.abc import Callable
from typing import Any

from ..cloudformation import resource_types
from ..cloudformation.resource_types import Identity, Place, Properties, ResourceTypeError
from ..core import hooks

_kinesis = hooks.module("services.kinesis")
_consumers: Any = hooks.attribute(_kinesis, "_consumers")
_register: Callable[[Properties], Any] = hooks.attribute(_kinesis, "_register_consumer")
_deregister: Callable[[Properties], Any] = hooks.attribute(_kinesis, "_deregister_consumer")

_IDENTITY = ("ConsumerName", "StreamARN")
_ERROR = 400


def install() -> None:
    """Register the type.

    Raises:
        hooks.HookError: ministack provisions it itself now.
    """
    resource_types.register("AWS::Kinesis::StreamConsumer", _StreamConsumer())


class _StreamConsumer:
    def create(self, _place: Place, properties: Properties) -> Identity:
        status, _headers, body = _register({name: properties.get(name) for name in _IDENTITY})
        answer = json.loads(body)
        if status >= _ERROR:
            raise ResourceTypeError(answer["message"])
        return _identity(answer["Consumer"]["ConsumerARN"])

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        unchanged = all(old.get(name) == new.get(name) for name in _IDENTITY)
        return _identity(ref) if unchanged else self.create(place, new)

    def delete(self, ref: str, _properties: Properties) -> None:
        _deregister({"ConsumerARN": ref})


def _identity(arn: str) -> Identity:
    return arn, {name: str(value) for name, value in _consumers[arn].items()}
