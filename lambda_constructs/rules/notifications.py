"""Rules for the notifications of S3 buckets: which of them overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..template.template import Resource, Template, value_at
from ..template.values import Unknown, Value, flat
from .names import first_of
from .patterns import overlap
from .rule import Place, Words, at, rule
from .urls import BUCKET_EVENTS_URL

# CDK sets the notifications of a bucket with its own function; the words of both differ.
_LISTS: Final = {
    "Custom::S3BucketNotifications": (
        "LambdaFunctionConfigurations",
        "QueueConfigurations",
        "TopicConfigurations",
    ),
    "AWS::S3::Bucket": ("LambdaConfigurations", "QueueConfigurations", "TopicConfigurations"),
}


# The types of events in CDK that include all types whose names begin with theirs.
_FAMILIES: Final = frozenset(
    (
        *("LIFECYCLE_EXPIRATION", "OBJECT_CREATED", "OBJECT_REMOVED", "OBJECT_RESTORE", "OBJECT_TAGGING"),
        "REPLICATION",
    )
)


@dataclass(frozen=True)
class Notification:
    """The events of a bucket that a notification is for."""

    events: tuple[str, ...]  # their types, by AWS's names or by those of CDK
    prefix: str  # of the object keys
    suffix: str  # of the object keys

    def overlaps(self, other: Notification) -> bool:
        """Whether an event could match both; S3 does not compare a prefix with a suffix."""
        return (
            any(events_overlap(one, another) for one in self.events for another in other.events)
            and (self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix))
            and (self.suffix.endswith(other.suffix) or other.suffix.endswith(self.suffix))
        )

    def __str__(self) -> str:
        """The events and keys, as messages write them."""
        return f"{', '.join(self.events)} of {self.prefix!r}...{self.suffix!r}"


@dataclass(frozen=True)
class _InTemplate(Notification):
    """A notification in a template."""

    resource: Resource
    location: str


def events_overlap(one: str, other: str) -> bool:
    """Whether two types of events have an event in common."""
    one, other = (f"{each}_*" if each in _FAMILIES else each for each in (one, other))
    return overlap(one, other)


@rule(why="S3 refuses the notifications of the bucket.", source=BUCKET_EVENTS_URL)
def notification_overlap(_: Words, overlapping: Sequence[str]) -> str | None:
    """An event of a bucket matches one notification."""
    if not overlapping:
        return None
    return (
        f"notifications of one bucket overlap: {first_of(overlapping)}; give them other prefixes, or "
        "send the events to EventBridge, whose rules may overlap"
    )


@notification_overlap.in_template
def _(template: Template) -> Iterator[Place]:
    for notifications in _by_bucket(template).values():
        for number, each in enumerate(notifications):
            earlier = [other for other in notifications[:number] if other.overlaps(each)]
            texts = [str(other) for other in (each, *earlier)] if earlier else []
            about = {other.resource: None for other in earlier if other.resource is not each.resource}
            yield at(each.resource, each.location, texts, about=about)


@rule(
    why="S3 has one list of notifications for a bucket: each change in the stack of the bucket would delete "
    "those of the stack of the workload.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html",
)
def notifications_of_two_stacks(_: Words, bucket: str, *, here: bool) -> str | None:
    """The stack of a bucket sets no notifications if the stack of a workload sets some."""
    if not here:
        return None
    return (
        f"the stack of {bucket} sets its notifications, and would delete those of this stack; create the "
        "workload in the stack of the bucket, or enable EventBridge notifications of the bucket and pass "
        "EventRule(...) as the source"
    )


def _by_bucket(template: Template) -> dict[str, list[_InTemplate]]:
    found: defaultdict[str, list[_InTemplate]] = defaultdict(list)
    for kind, lists in _LISTS.items():
        for resource in template.of_type(kind):
            own = kind == "AWS::S3::Bucket"
            bucket = f"<{resource.id}>" if own else flat(resource.get("BucketName"))
            for name in lists:
                for number, each in enumerate(resource.items("NotificationConfiguration", name)):
                    location = f"NotificationConfiguration/{name}/{number}"
                    if (notification := _read(resource, location, each)) is not None:
                        found[bucket].append(notification)
    return found


def _read(resource: Resource, location: str, value: Value) -> _InTemplate | None:
    """A notification, if its events and its filter are known."""
    events = value_at(value, "Event") or value_at(value, "Events")
    names = events if isinstance(events, list) else [events]
    rules = value_at(value, "Filter", "Key", "FilterRules") or value_at(value, "Filter", "S3Key", "Rules")
    texts = {"prefix": "", "suffix": ""}
    for each in rules if isinstance(rules, list) else ():
        name, text = value_at(each, "Name"), value_at(each, "Value")
        if not (isinstance(name, str) and isinstance(text, str)):
            return None
        texts[name.lower()] = text
    if isinstance(rules, Unknown) or not all(isinstance(each, str) for each in names):
        return None
    return _InTemplate(tuple(map(str, names)), texts["prefix"], texts["suffix"], resource, location)
