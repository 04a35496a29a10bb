"""Event notifications of an S3 bucket as trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_s3 as interfaces
from constructs import Construct, IConstruct, IValidation

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.claims import claims
from ..core.context import Context
from ..core.failure_destination import FailureDestination
from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..core.stack_resources import StackResources
from ..rules import derive
from ..rules.event import (
    notification_events_empty,
    notification_events_overlap,
    notification_filter_length,
    notification_filter_literal,
)
from ..rules.notifications import Notification, notification_overlap, notifications_of_two_stacks
from ..template.values import Unknown
from .source import EventSource

_NOTIFICATIONS: Final = "Notifications"  # CDK's construct with the notifications of a bucket


@dataclass(frozen=True, kw_only=True)
class BucketNotification(EventSource):
    """Handle the event notifications of an S3 bucket.

    CDK sets the notifications of a bucket with its own function, one per stack.

    Args:
        bucket: The bucket. If another stack creates it, that stack must not set its notifications, and stacks
            that set some must not be deployed at the same time.
        events: Types of events. Default: EventType.OBJECT_CREATED, for any request
        prefix: Prefix of the object keys. Default: any
        suffix: Suffix of the object keys. Default: any
    """

    bucket: s3.Bucket | s3.IBucket
    events: Sequence[s3.EventType] | None = None
    prefix: str | None = None
    suffix: str | None = None

    def check(self, guard: Guard, failures: FailureDestination) -> None:  # noqa: ARG002
        """Check the types of events, and that object keys can match the filters."""
        guard.check(notification_events_empty, len(self._events()))
        guard.check(notification_events_overlap, [each.name for each in self._events()])
        for option, text in (("source.prefix", self.prefix), ("source.suffix", self.suffix)):
            if text is not None:
                guard.check(notification_filter_length, option, guard.text(text))
                guard.check(notification_filter_literal, option, guard.text(text))
        both = guard.text(f"{self.prefix or ''}{self.suffix or ''}")
        if not isinstance(both, Unknown):
            guard.check(notification_filter_length, "source.prefix with source.suffix", both)
        own = self._notification()
        earlier = claims(guard, own, "bucket", self.bucket.bucket_name)
        overlapping = [f"{each} for {path}" for path, each in earlier if own.overlaps(each)]
        guard.check(notification_overlap, [f"{own} for {guard.path()}", *overlapping] if overlapping else [])

    def connect(self, context: Context, failures: FailureDestination) -> IConstruct:  # noqa: ARG002
        """Let the bucket notify the alias; returns the construct that sets the notifications."""
        account = ask(self.bucket, "env").account  # the ARN of a bucket has none
        permission = let_invoke(context, "s3.amazonaws.com", self.bucket.bucket_arn, account=account)
        bucket = self._in_stack(context.stack)
        destination = _AliasDestination(context.alias_arn, permission)
        filters = []
        if self.prefix or self.suffix:
            filters = [s3.NotificationKeyFilter(prefix=self.prefix or None, suffix=self.suffix or None)]
        for event in self._events():
            bucket.add_event_notification(event, destination, *filters)
        _acknowledge_handler(cdk.Stack.of(bucket))
        notifications = bucket.node.find_child(_NOTIFICATIONS)
        acknowledgements.acknowledge(notifications, acknowledgements.NOTIFICATIONS_HANDLER)
        return notifications

    def _in_stack(self, stack: StackResources) -> s3.IBucket:
        """The bucket; one of another stack is imported, with all of its notifications for this stack.

        The stack of the bucket must not refer to this one, which has the grants on the bucket. A stack refers
        to those nested in it, and they must not set the notifications of one bucket at the same time.
        """
        bucket, inner = self.bucket, stack.stack
        outer = cdk.Stack.of(bucket)
        while inner is not outer and inner.nested_stack_parent is not None:
            inner = inner.nested_stack_parent
        if inner is outer:
            return bucket

        def create(stack: StackResources, construct_id: str) -> s3.IBucket:
            stack.node.add_validation(_NoOtherNotifications(bucket))
            return s3.Bucket.from_bucket_name(stack, construct_id, bucket.bucket_name)

        return stack.once(derive.replaced_with("Bucket", bucket.node.path), create)

    def repeats(self, other: EventSource) -> bool:
        """Whether both are about the same events of the same keys, which S3 refuses."""
        return (
            isinstance(other, BucketNotification)
            and bool(self.bucket.bucket_arn == other.bucket.bucket_arn)
            and self._notification().overlaps(other._notification())
        )

    def _notification(self) -> Notification:
        names = tuple(each.name for each in self._events())
        return Notification(names, self.prefix or "", self.suffix or "")

    def loop(self, _: Context) -> tuple[str, str] | None:
        """Putting objects for which the bucket sends notifications; None if it sends others."""
        if not any(each.name.startswith("OBJECT_CREATED") for each in self._events()):
            return None
        return "s3:PutObject", f"{self.bucket.bucket_arn}/{self._keys()}"

    def _keys(self) -> str:
        """The keys of its objects, as a pattern."""
        return f"{self.prefix or ''}*{self.suffix or ''}"

    def _events(self) -> Sequence[s3.EventType]:
        return [s3.EventType.OBJECT_CREATED] if self.events is None else self.events


def _acknowledge_handler(stack: cdk.Stack) -> None:
    """Acknowledge the settings and policies that CDK gives to its function for notifications."""
    handler = stack.node.try_find_child("BucketNotificationsHandler050a0587b7544547bf325f094a3db834")
    if handler is not None:
        known = acknowledgements.NOTIFICATIONS_HANDLER
        acknowledgements.acknowledge(handler, known, *acknowledgements.CDK_FUNCTION)


@jsii.implements(IValidation)
class _NoOtherNotifications:
    """Checks that the stack of a bucket does not set its notifications."""

    def __init__(self, bucket: s3.IBucket) -> None:
        self._bucket = bucket

    def validate(self) -> list[str]:
        node, rule = self._bucket.node, notifications_of_two_stacks
        found = node.try_find_child(_NOTIFICATIONS) is not None
        violation = rule(node.path, here=found)
        return [] if violation is None else [f"{violation} [{rule.code}] ({rule.source})"]


@jsii.implements(s3.IBucketNotificationDestination)
class _AliasDestination:
    """The alias as destination; CDK's own destination would add one more permission for each bucket."""

    def __init__(self, alias_arn: str, permission: lambda_.CfnPermission) -> None:
        self._alias_arn, self._permission = alias_arn, permission

    def bind(self, scope: Construct, bucket: interfaces.IBucketRef) -> s3.BucketNotificationDestinationConfig:  # noqa: ARG002
        return s3.BucketNotificationDestinationConfig(
            arn=self._alias_arn,
            type=s3.BucketNotificationDestinationType.LAMBDA,
            dependencies=[self._permission],
        )
