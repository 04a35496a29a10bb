"""Queues that other services write to: whether these can use the key that encrypts them."""

from __future__ import annotations

from collections.abc import Iterator

from ...rules import queue as rules
from ...template.targets import QUEUE, TOPIC, resource_of
from ...template.template import Resource, Template, at
from ...template.values import Unknown, Value, flat
from ..findings import Findings

_KEY = "KmsMasterKeyId"


def check(findings: Findings) -> None:
    """Check every queue that a service of the template writes to."""
    template = findings.template
    for service, sender, arn in (*_from_rules(template), *_from_buckets(template), *_from_topics(template)):
        queue = resource_of(template, arn, QUEUE)
        if queue is not None and (key := queue.get(_KEY)) is not None:
            known = key if isinstance(key, Unknown) else flat(key)
            findings.check(rules.queue_managed_key, queue, _KEY, service, known, about=[sender])


def _from_rules(template: Template) -> Iterator[tuple[str, Resource, Value]]:
    for rule in template.of_type("AWS::Events::Rule"):
        for target in rule.items("Targets"):
            yield "EventBridge", rule, at(target, "Arn")
            yield "EventBridge", rule, at(target, "DeadLetterConfig", "Arn")


def _from_buckets(template: Template) -> Iterator[tuple[str, Resource, Value]]:
    # The second is CDK's own way to add notifications to a bucket.
    for kind, name in (("AWS::S3::Bucket", "Queue"), ("Custom::S3BucketNotifications", "QueueArn")):
        for bucket in template.of_type(kind):
            for notification in bucket.items("NotificationConfiguration", "QueueConfigurations"):
                yield "S3", bucket, at(notification, name)


def _from_topics(template: Template) -> Iterator[tuple[str, Resource, Value]]:
    for subscription in template.of_type("AWS::SNS::Subscription"):
        yield "SNS", subscription, subscription.get("Endpoint")
        yield "SNS", subscription, subscription.get("RedrivePolicy", "deadLetterTargetArn")
    for topic in template.of_type(TOPIC):
        for entry in topic.items("Subscription"):
            yield "SNS", topic, at(entry, "Endpoint")
