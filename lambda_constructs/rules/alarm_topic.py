"""Rules for the actions of alarms: topics that CloudWatch can publish to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.alarms import ALARM, metrics
from ..template.policies import lets
from ..template.targets import TOPIC, is_fifo, resource_of
from ..template.template import Resource, Template
from ..template.values import Value, flat
from ..template.views import items_view, places
from .rule import Place, Words, at, rule
from .urls import ALARM_API_URL

_SNS_ALARMS_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
)
_ENCRYPTED_TOPIC_URL: Final = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
ACTIONS_MAXIMUM: Final = 5  # botocore, cloudwatch ResourceList
AWS_MANAGED_KEY: Final = "alias/aws/sns"
CLOUDWATCH: Final = "cloudwatch.amazonaws.com"
_STATES: Final = ("AlarmActions", "OKActions", "InsufficientDataActions")


@rule(why="CloudWatch cannot publish to the topic, so its notifications are lost.", source=_SNS_ALARMS_URL)
def alarm_topic_fifo(_: Words, topic: str, *, fifo: bool) -> str | None:
    """Alarms notify standard topics."""
    if not fifo:
        return None
    return f"{topic} is a FIFO topic, and alarms publish to standard topics only; choose a standard one"


@rule(
    why="The policy of this key does not let CloudWatch use it, so its notifications are lost.",
    source=_ENCRYPTED_TOPIC_URL,
)
def alarm_topic_key(words: Words, topic: str, key: str) -> str | None:
    """Topics that alarms notify are not encrypted with the AWS managed key of SNS."""
    if not key.endswith(AWS_MANAGED_KEY):
        return None
    fix = words(
        "create the topic with a customer managed key as master_key, or without one",
        "set KmsMasterKeyId to a customer managed key, or leave it out",
    )
    return f"{topic} is encrypted with {AWS_MANAGED_KEY}, which CloudWatch cannot use; {fix}"


@rule(
    why="SNS encrypts a message with the permission of its sender. Without it, the notifications are lost.",
    source=_ENCRYPTED_TOPIC_URL,
)
def alarm_topic_key_policy(_: Words, key: str, topic: str, *, allowed: bool) -> str | None:
    """The policy of the key of a topic that alarms notify lets CloudWatch use it."""
    if allowed:
        return None
    return (
        f"the policy of {key}, which encrypts {topic}, does not let {CLOUDWATCH} use it; allow kms:Decrypt "
        "and kms:GenerateDataKey* to it"
    )


@rule(
    why="A policy replaces the default policy, which lets alarms of the account publish. Without it, the "
    "notifications are lost.",
    source=_SNS_ALARMS_URL,
)
def alarm_topic_policy(_: Words, topic: str, *, allowed: bool) -> str | None:
    """The policy of a topic that alarms notify lets CloudWatch publish."""
    if allowed:
        return None
    return f"the policy of {topic} does not let {CLOUDWATCH} publish; allow sns:Publish to it"


@rule(why="CloudWatch refuses the alarm.", source=ALARM_API_URL)
def alarm_actions_maximum(_: Words, option: str, actions: int) -> str | None:
    """At most five actions for each state of an alarm."""
    if actions <= ACTIONS_MAXIMUM:
        return None
    return f"{option} has {actions} actions, CloudWatch allows {ACTIONS_MAXIMUM}; let one topic notify others"


@alarm_actions_maximum.in_template
def _(template: Template) -> Iterator[Place]:
    for alarm in _alarms(template):
        for state in _STATES:
            yield at(alarm, state, state, alarm.count(state))


@alarm_topic_fifo.in_template
def _(template: Template) -> Iterator[Place]:
    for alarm, location, action in _actions(template):
        if ":sns:" in flat(action) or resource_of(template, action, TOPIC) is not None:
            yield at(alarm, location, "the topic", fifo=is_fifo(template, action))


@alarm_topic_key.in_template
def _(template: Template) -> Iterator[Place]:
    for topic, alarm in _topics(template):
        key = flat(topic.get("KmsMasterKeyId"))
        yield at(topic, "KmsMasterKeyId", f"topic {topic.id}", key, about=[alarm])


@alarm_topic_key_policy.in_template
def _(template: Template) -> Iterator[Place]:
    for topic, alarm in _topics(template):
        key = resource_of(template, topic.get("KmsMasterKeyId"), "AWS::KMS::Key")
        if key is not None:
            allowed = lets([key.get("KeyPolicy")], "cloudwatch", "kms:decrypt")
            yield at(
                key, "KeyPolicy", f"key {key.id}", f"topic {topic.id}", allowed=allowed, about=[topic, alarm]
            )


@alarm_topic_policy.in_template
def _(template: Template) -> Iterator[Place]:
    policies = list(template.of_type("AWS::SNS::TopicPolicy"))
    for topic, alarm in _topics(template):
        own = [each for each in policies if topic in map(template.referred, each.items("Topics"))]
        if own:
            allowed = lets((each.get("PolicyDocument") for each in own), "cloudwatch", "sns:publish")
            yield at(own[0], "PolicyDocument", f"topic {topic.id}", allowed=allowed, about=[topic, alarm])


def _alarms(template: Template) -> Iterator[Resource]:
    """The alarms on metrics of Lambda."""
    for alarm in template.of_type(ALARM):
        if any(metric.get("Namespace") == "AWS/Lambda" for _, metric in metrics(alarm)):
            yield alarm


@items_view
def _actions(template: Template) -> Iterator[tuple[Resource, str, Value]]:
    """The actions of alarms, each once, with the first alarm and the location in it."""
    known = set()
    for alarm in _alarms(template):
        for state in _STATES:
            for location, action in places(alarm, state, "*"):
                if flat(action) not in known:
                    known.add(flat(action))
                    yield alarm, location, action


def _topics(template: Template) -> Iterator[tuple[Resource, Resource]]:
    """The topics of the template that alarms notify, each with the first alarm."""
    for alarm, _, action in _actions(template):
        if (topic := resource_of(template, action, TOPIC)) is not None:
            yield topic, alarm
