"""Consumers of Kinesis with enhanced fan-out, as a resource of a template.

ministack has their API and no resource type. A mapping on a consumer reads the stream like one on the
stream itself, here; that it has throughput of its own is not modelled. What its role must be allowed is
`mapping_checks`'s.

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
