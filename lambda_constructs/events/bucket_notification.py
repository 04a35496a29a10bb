"""Event notifications of an S3 bucket as trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_s3 as interfaces
from constructs import Construct, IConstruct

from ..core import acknowledgements
from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..rules.event import notification_events_empty


@dataclass(frozen=True, kw_only=True)
class BucketNotification:
    """Handle what happens to the objects of a bucket.

    CDK sets the notifications of a bucket by a small function of its own, one per stack.

    Args:
        bucket: The bucket.
        events: What happens. Default: EventType.OBJECT_CREATED, whichever way an object came
        prefix: How the keys of the objects begin. Default: any
        suffix: How they end. Default: any
    """

    bucket: s3.Bucket | s3.IBucket
    events: Sequence[s3.EventType] | None = None
    prefix: str | None = None
    suffix: str | None = None


def check_bucket_notification(guard: Guard, source: BucketNotification) -> None:
    """Check the bucket and the kinds of events."""
    if not hasattr(source.bucket, "bucket_arn"):
        guard.refuse_type("source.bucket", source.bucket, "a bucket")
    events = _events(source)
    guard.check(notification_events_empty, len(events))
    for event in events:
        guard.instance("source.events", event, s3.EventType, "EventTypes, such as EventType.OBJECT_CREATED")


def create_bucket_notification(
    scope: Construct, source: BucketNotification, alias: lambda_.Alias
) -> IConstruct:
    """Let the bucket notify the alias; returns what sets its notifications."""
    permission = let_invoke(scope, alias, service="s3.amazonaws.com", source_arn=source.bucket.bucket_arn)
    destination = _AliasDestination(alias, permission)
    filters = []
    if source.prefix or source.suffix:
        filters = [s3.NotificationKeyFilter(prefix=source.prefix or None, suffix=source.suffix or None)]
    for event in _events(source):
        source.bucket.add_event_notification(event, destination, *filters)
    _acknowledge_handler(scope)
    return source.bucket.node.find_child("Notifications")


def notified_objects(source: BucketNotification) -> str:
    """The objects that trigger the function, as a pattern of ARNs."""
    return f"{source.bucket.bucket_arn}/{source.prefix or ''}*{source.suffix or ''}"


def _events(source: BucketNotification) -> Sequence[s3.EventType]:
    return [s3.EventType.OBJECT_CREATED] if source.events is None else source.events


def _acknowledge_handler(scope: Construct) -> None:
    """CDK's function that sets notifications has the policies that CDK gave it."""
    handler = cdk.Stack.of(scope).node.try_find_child(
        "BucketNotificationsHandler050a0587b7544547bf325f094a3db834"
    )
    if handler is not None:
        acknowledgements.acknowledge(
            handler, acknowledgements.NOTIFICATIONS_HANDLER, *acknowledgements.CDK_FUNCTION
        )


@jsii.implements(s3.IBucketNotificationDestination)
class _AliasDestination:
    """The alias as destination; CDK's own would add one more permission for each bucket."""

    def __init__(self, alias: lambda_.Alias, permission: lambda_.CfnPermission) -> None:
        self._alias, self._permission = alias, permission

    def bind(self, scope: Construct, bucket: interfaces.IBucketRef) -> s3.BucketNotificationDestinationConfig:  # noqa: ARG002
        return s3.BucketNotificationDestinationConfig(
            arn=self._alias.function_arn,
            type=s3.BucketNotificationDestinationType.LAMBDA,
            dependencies=[self._permission],
        )
