"""Does what some helper functions of CDK do, which are Node.js and need AWS's SDK for JavaScript.

- `Bucket(auto_delete_objects=True)`: its objects are deleted before the bucket.
- `log_retention=` of a function: its log group gets that retention.
- The feature flag `restrictDefaultSecurityGroup` of a VPC: nothing, because networks are records here.

ministack calls the functions and waits five minutes for an answer that never comes.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3-readme.html#bucket-deletion
    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_logs-readme.html#log-retention
"""

from collections.abc import Callable
from typing import Any, Final

from ..core import hooks
from .resource_types import Identity, Place, Properties, register

_s3 = hooks.module("services.s3")
_logs = hooks.module("services.cloudwatch_logs")
_buckets: dict[str, dict[str, Any]] = hooks.attribute(_s3, "_buckets")
_versions: dict[tuple[str, str], object] = hooks.attribute(_s3, "_object_versions")
_groups: dict[str, dict[str, Any]] = hooks.attribute(_logs, "_log_groups")
_create_group: Callable[[Properties], object] = hooks.attribute(_logs, "_create_log_group")

_BUCKET: Final = "BucketName"


def install() -> None:
    """Register the types.

    Raises:
        hooks.HookError: ministack keeps buckets or log groups in another way now.
    """
    register("Custom::S3AutoDeleteObjects", _AutoDeleteObjects())
    register("Custom::LogRetention", _LogRetention())
    register("Custom::VpcRestrictDefaultSG", _Nothing())


class _Nothing:
    """A helper whose work has no effect here."""

    def create(self, place: Place, _properties: Properties) -> Identity:
        return place.generated_name(), {}

    def update(self, _place: Place, ref: str, _old: Properties, _new: Properties) -> Identity:
        return ref, {}

    def delete(self, ref: str, properties: Properties) -> None:
        """Leave everything as it is."""


class _AutoDeleteObjects(_Nothing):
    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        if old[_BUCKET] != new[_BUCKET]:
            self.delete(ref, old)
        return super().update(place, ref, old, new)

    def delete(self, ref: str, properties: Properties) -> None:  # noqa: ARG002 - as declared
        name = properties[_BUCKET]
        if name in _buckets:
            _buckets[name]["objects"].clear()
        for key in [key for key in list(_versions) if key[0] == name]:
            del _versions[key]


class _LogRetention(_Nothing):
    def create(self, place: Place, properties: Properties) -> Identity:  # noqa: ARG002 - as declared
        name = properties["LogGroupName"]
        if name not in _groups:
            _create_group({"logGroupName": name})
        days = properties.get("RetentionInDays")
        _groups[name]["retentionInDays"] = None if days is None else int(days)
        return name, {"LogGroupName": name}

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:  # noqa: ARG002 - as declared
        return self.create(place, new)
