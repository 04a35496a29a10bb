"""Rules for the sources of an event handler: EventBridge rules, SNS topics, S3 buckets and mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Final

from ..template.targets import TOPIC, function_of, resource_of
from ..template.template import Template
from .event_pattern import pattern_fault
from .notifications import events_overlap
from .rule import Place, Words, at, rule, warning
from .urls import BUCKET_EVENTS_URL

_OBJECT_KEY_MAXIMUM: Final = 1_024  # bytes
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_POLICY_URL: Final = "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"
POLICY_KEYS_MAXIMUM: Final = 5  # _POLICY_URL
POLICY_COMBINATIONS_MAXIMUM: Final = 150  # _POLICY_URL
_RECIPIENTS_URL: Final = (
    "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-receipt-rules-console-walkthrough.html"
)
RECIPIENTS_MAXIMUM: Final = 100  # of one receipt rule: _RECIPIENTS_URL
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_RECIPIENT: Final = re.compile(rf"([!-?A-~]+@|\.)?{_LABEL}(\.{_LABEL})+")


@rule(
    why="EventBridge refuses a rule without a pattern.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html",
)
def event_pattern_empty(_: Words, fields: int) -> str | None:
    """A pattern names at least one field."""
    if fields:
        return None
    return "source.pattern is empty; name at least source or detail_type"


@rule(
    why="FIFO topics deliver only to queues, so CloudFormation cannot create the subscription.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html",
)
def topic_fifo(_: Words, *, fifo: bool) -> str | None:
    """A standard topic."""
    if not fifo:
        return None
    return (
        "source.topic is a FIFO topic, and FIFO topics deliver only to queues; subscribe a queue and use "
        "SqsWorker"
    )


@rule(
    why="A subscription filters by the attributes of a message or by its body.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html",
)
def topic_filters_two(_: Words, filters: int) -> str | None:
    """At most one kind of filter."""
    if filters < 2:
        return None
    return "source has both filter_policy and filter_policy_with_message_body; keep one of them"


@rule(
    why="SNS refuses a second subscription of a function, S3 refuses overlapping notifications, and other "
    "services send each event twice.",
    source=BUCKET_EVENTS_URL,
    names={"source": ("source", "TopicArn")},
)
def source_twice(words: Words, *, again: bool) -> str | None:
    """A function handles each event of a source once."""
    if not again:
        return None
    fix = words("pass another source", "keep one of the two subscriptions")
    return f"{words.source} has events that the function already handles; {fix}"


@source_twice.in_template
def _(template: Template) -> Iterator[Place]:
    seen: set[tuple[object, str, str]] = set()
    for subscription in template.of_type("AWS::SNS::Subscription"):
        topic = resource_of(template, subscription.get("TopicArn"), TOPIC)
        target = function_of(template, subscription.get("Endpoint"))
        if topic is not None and target is not None and subscription.certain:
            key = (topic.id, target.function.id, str(target.qualifier))
            yield at(subscription, "TopicArn", again=key in seen)
            seen.add(key)


@rule(why="A notification without an event type never invokes the function.", source=BUCKET_EVENTS_URL)
def notification_events_empty(_: Words, events: int) -> str | None:
    """At least one event type."""
    if events:
        return None
    return "source.events is empty; pass at least one s3.EventType"


@rule(why="S3 refuses notifications that have the same events for the same keys.", source=BUCKET_EVENTS_URL)
def notification_events_overlap(_: Words, events: Sequence[str]) -> str | None:
    """Event types that do not overlap: `OBJECT_CREATED` includes `OBJECT_CREATED_PUT`."""
    for event, other in combinations(sorted(events), 2):
        if event != other and events_overlap(event, other):
            return f"source.events has {event}, which includes {other}; leave one of them out"
    return None


@rule(
    why="Object keys have at most 1,024 bytes, and S3 refuses a longer filter.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html",
)
def notification_filter_length(_: Words, option: str, text: str) -> str | None:
    """At most 1,024 bytes, without control characters."""
    length = len(text.encode(errors="replace"))
    if length > _OBJECT_KEY_MAXIMUM:
        return f"{option} has {length} bytes, object keys have at most {_OBJECT_KEY_MAXIMUM}; shorten it"
    if _CONTROL.search(text) is None:
        return None
    return f"{option} is {text!r}, with a control character, which S3 does not accept in a filter; remove it"


@warning(
    why="S3 compares prefixes and suffixes with object keys as they are, so the notification probably "
    "matches nothing.",
    source=BUCKET_EVENTS_URL,
)
def notification_filter_literal(_: Words, option: str, text: str) -> str | None:
    """Prefixes and suffixes do not have wildcards, and object keys do not begin with a slash."""
    if "*" in text:
        return (
            f"{option} is {text!r}, but S3 has no wildcards in filters; leave the * out, or acknowledge this"
        )
    if option.endswith("prefix") and text.startswith("/"):
        return (
            f"{option} is {text!r}, but object keys do not begin with a slash; remove it, or acknowledge this"
        )
    return None


@rule(why="SNS refuses the subscription, or no message matches it.", source=_POLICY_URL)
def topic_filter(_: Words, option: str, policy: Mapping[str, object]) -> str | None:
    """1 to 5 keys, lists of conditions that are not empty, and at most 150 combinations of them."""
    if (fault := pattern_fault(policy) or ("a key is empty" if "" in policy else None)) is not None:
        return f"source.{option}: {fault}; pass conditions, such as string_filter(allowlist=['order'])"
    if len(policy) > POLICY_KEYS_MAXIMUM:
        return f"source.{option} has {len(policy)} keys, SNS allows {POLICY_KEYS_MAXIMUM}; use fewer"
    combinations = prod(_combinations(policy, 1))
    if combinations <= POLICY_COMBINATIONS_MAXIMUM:
        return None
    return (
        f"source.{option} has {combinations} combinations of values, SNS allows "
        f"{POLICY_COMBINATIONS_MAXIMUM}; use fewer values"
    )


def _combinations(policy: Mapping[str, object], depth: int) -> Iterator[int]:
    """The factors of the number of combinations: the values of each key, times its depth."""
    for value in policy.values():
        if isinstance(value, Mapping):
            yield from _combinations(value, depth + 1)
        elif isinstance(value, list):
            yield depth * len(value)


@rule(
    why="SES refuses the rule, or no mail matches it.",
    source=_RECIPIENTS_URL,
    names={"recipient": ("source.recipients", "Recipients")},
)
def mail_recipient(_: Words, recipient: str) -> str | None:
    """An address, a domain, or a domain with a leading dot for its subdomains."""
    if _RECIPIENT.fullmatch(recipient):
        return None
    return (
        f"source.recipients has {recipient!r}, which is neither an address nor a domain; write it like "
        "orders@shop.example, shop.example, or .shop.example for subdomains"
    )


@rule(why="SES refuses the rule.", source=_RECIPIENTS_URL)
def mail_recipients_maximum(_: Words, recipients: int) -> str | None:
    """At most 100 recipients, and at least one if there is a list."""
    if 1 <= recipients <= RECIPIENTS_MAXIMUM:
        return None
    return (
        f"source.recipients has {recipients} entries, SES allows 1 to {RECIPIENTS_MAXIMUM}; name domains "
        "instead, or leave recipients out for all mail"
    )


@rule(
    why="The mail is not stored, so the option would have no effect.",
    source="https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html",
)
def mail_prefix_without_bucket(_: Words, *, given: bool) -> str | None:
    """A prefix is for mail that a bucket stores."""
    if not given:
        return None
    return "source.prefix is set without source.bucket; pass the bucket, or leave prefix out"
