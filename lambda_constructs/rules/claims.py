"""Rules for what only one owner can have, such as a name, a domain or the priority of a listener."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..template.policies import listed
from ..template.sources import consumers
from ..template.targets import FUNCTION, QUEUE, STREAM, TABLE, TOPIC, resource_of
from ..template.template import Resource, Template
from ..template.values import Unknown, Value, flat
from ..template.views import together
from .names import first_of
from .rule import Place, Words, at, rule, warning
from .urls import LISTENER_RULE_URL

_NAMES_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html"
)
_FILTERS_URL: Final = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"
_TABLE_URL: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"
SUBSCRIPTION_FILTERS_MAXIMUM: Final = 2  # of a log group: _FILTERS_URL
TABLE_READERS_MAXIMUM: Final = 2  # processes that read a shard: _TABLE_URL
# The property with the name that one resource of a type has at a time.
NAMED: Final = {
    FUNCTION: "FunctionName",
    QUEUE: "QueueName",
    TOPIC: "TopicName",
    TABLE: "TableName",
    STREAM: "Name",
    "AWS::ApiGateway::DomainName": "DomainName",
    "AWS::ApiGatewayV2::DomainName": "DomainName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CodeDeploy::Application": "ApplicationName",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::IoT::TopicRule": "RuleName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::Scheduler::Schedule": "Name",
}
# The properties that a name is unique in.
WITHIN: Final = {"AWS::Events::Rule": "EventBusName", "AWS::Scheduler::Schedule": "GroupName"}


@rule(why="CloudFormation fails to create the second one.", source=_NAMES_URL)
def name_taken(_: Words, name: str, owners: Sequence[str]) -> str | None:
    """A name, such as a domain name, has one owner."""
    if len(owners) < 2:
        return None
    return f"{name!r} is the name of {first_of(owners)}; give each a different name"


@name_taken.in_template
def _(template: Template) -> Iterator[Place]:
    for kind, name in NAMED.items():
        within = WITHIN.get(kind)
        named = [
            ((text, flat(each.get(within)) if within else ""), each)
            for each in template.of_type(kind)
            if isinstance(text := each.get(name), str) and text
        ]
        for owners in _same(named):
            yield _claim(owners, name, owners[-1].get(name))


@rule(why="The load balancer refuses the second rule.", source=LISTENER_RULE_URL)
def listener_priority_taken(words: Words, priority: int, owners: Sequence[str]) -> str | None:
    """The rules of a listener have different priorities."""
    if len(owners) < 2:
        return None
    name = words("endpoint.priority", "Priority")
    return f"{name} {priority} of one listener is that of {first_of(owners)}; give each a different priority"


@listener_priority_taken.in_template
def _(template: Template) -> Iterator[Place]:
    rules = [
        ((flat(each.get("ListenerArn")), flat(each.get("Priority"))), each)
        for each in template.of_type("AWS::ElasticLoadBalancingV2::ListenerRule")
        if _is_certain(each.get("ListenerArn")) and _is_certain(each.get("Priority"))
    ]
    for owners in _same(rules):
        yield _claim(owners, "Priority", owners[-1].number("Priority"))


@rule(why="CloudWatch Logs refuses the third subscription filter of a log group.", source=_FILTERS_URL)
def subscription_filters_maximum(_: Words, owners: Sequence[str]) -> str | None:
    """At most two subscription filters of a log group."""
    if len(owners) <= SUBSCRIPTION_FILTERS_MAXIMUM:
        return None
    return (
        f"{first_of(owners)} subscribe to one log group, CloudWatch Logs allows "
        f"{SUBSCRIPTION_FILTERS_MAXIMUM} subscription filters; subscribe a stream, and let the others read it"
    )


@subscription_filters_maximum.in_template
def _(template: Template) -> Iterator[Place]:
    filters = [
        (flat(name), each)
        for each in template.of_type("AWS::Logs::SubscriptionFilter")
        if _is_certain(name := each.get("LogGroupName"))
    ]
    for owners in _same(filters):
        yield _claim(owners, "LogGroupName")


@rule(
    why="The mappings share the partitions of the topic: each function gets only some of the records.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/kafka-consumer-group-id.html",
)
def consumer_group_shared(_: Words, group: str, owners: Sequence[str]) -> str | None:
    """Each mapping has its own consumer group of the cluster."""
    if len(owners) < 2:
        return None
    return f"{first_of(owners)} join the consumer group {group!r} of one cluster; give each a different one"


@warning(why="DynamoDB throttles more than two readers of a shard, and records wait.", source=_TABLE_URL)
def table_readers(_: Words, owners: Sequence[str]) -> str | None:
    """At most two mappings read the stream of a table."""
    if len(owners) <= TABLE_READERS_MAXIMUM:
        return None
    return (
        f"{first_of(owners)} read the stream of one table, DynamoDB supports {TABLE_READERS_MAXIMUM} "
        "readers; let one of them send the records to an event bus or a topic, or use a Kinesis stream of "
        "the table"
    )


@table_readers.in_template
def _(template: Template) -> Iterator[Place]:
    readers = [
        (flat(arn), each.mapping)
        for each in consumers(template)
        if each.kind == "table" and not each.idle and _is_certain(arn := each.mapping.get("EventSourceArn"))
    ]
    for owners in _same(readers):
        yield _claim(owners, "EventSourceArn")


@rule(
    why="SQS refuses the redrive policy, or does not move dead letters.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "sqs-configure-dead-letter-queue.html",
)
def dead_letters_not_allowed(_: Words, *, allowed: bool) -> str | None:
    """The redrive allow policy of a dead-letter queue names the queues that use it."""
    if allowed:
        return None
    return (
        "the redrive allow policy of the dead-letter queue does not allow this queue; add the queue to the "
        "policy, or use another dead-letter queue"
    )


@dead_letters_not_allowed.in_template
def _(template: Template) -> Iterator[Place]:
    for queue in template.of_type(QUEUE):
        target = resource_of(template, queue.get("RedrivePolicy", "deadLetterTargetArn"), QUEUE)
        if target is None or target is queue:
            continue
        permission = target.get("RedriveAllowPolicy", "redrivePermission")
        sources = target.items("RedriveAllowPolicy", "sourceQueueArns")
        allowed: bool | Unknown = permission != "denyAll"
        if isinstance(unknown := target.get("RedriveAllowPolicy", "sourceQueueArns"), Unknown):
            allowed = unknown
        elif permission == "byQueue":
            allowed = any(resource_of(template, each, QUEUE) is queue for each in sources)
            allowed = allowed or (
                not all(resource_of(template, each, QUEUE) for each in sources)
                and Unknown("the queues of the redrive allow policy")
            )
        yield at(queue, "RedrivePolicy", allowed=allowed, about=[target])


@rule(
    why="CloudFormation keeps one policy of a queue: the statements of the other one are lost.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html",
)
def queue_policies(_: Words, owners: Sequence[str]) -> str | None:
    """A queue has one queue policy, or policies that say the same."""
    if len(owners) < 2:
        return None
    return f"{first_of(owners)} are policies of one queue; put all statements into one policy"


@queue_policies.in_template
def _(template: Template) -> Iterator[Place]:
    policies = [
        (flat(queue), each)
        for each in template.of_type("AWS::SQS::QueuePolicy")
        for queue in each.items("Queues")
        if _is_certain(queue)
    ]
    for owners in _same(policies):
        different: list[Resource] = []
        for owner in reversed(owners):
            if not any(_may_say_the_same(owner, other) for other in different):
                different.insert(0, owner)
        yield _claim(different, "Queues")


def _may_say_the_same(policy: Resource, other: Resource) -> bool:
    """Whether the statements of two policies of a queue are equal, or may be."""
    said, others = _said(policy), _said(other)
    different = said.keys() ^ others.keys()
    both = different & said.keys() and different & others.keys()
    return not different or bool(both and any({**said, **others}[each] for each in different))


def _said(policy: Resource) -> dict[str, bool]:
    """The statements of a policy of a queue, each with whether something in it is unknown.

    What a statement denies to anybody, it denies for this queue.
    """
    found = {}
    for each in listed(policy.get("PolicyDocument", "Statement")):
        said: Value = each
        if isinstance(each, dict) and each.get("Effect") == "Deny":
            said = [each.get(name) for name in ("Effect", "Action", "Condition")]
        found[repr(said)] = _has_unknown(said)
    return found


def _has_unknown(value: Value) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return isinstance(value, Unknown)


def _same(claims: Iterable[tuple[object, Resource]]) -> Iterable[list[Resource]]:
    """The resources that claim the same and are deployed together."""
    found: defaultdict[object, list[Resource]] = defaultdict(list)
    for key, resource in claims:
        if all(together(resource, other) for other in found[key]):
            found[key].append(resource)
    return found.values()


def _claim(owners: Sequence[Resource], location: str, *values: object) -> Place:
    """The last claim: a rule of these values, and of the paths of all owners."""
    *others, last = owners
    return at(last, location, *values, [each.path for each in owners], about=others)


def _is_certain(value: Value) -> bool:
    """Whether a value is the same wherever it is written so."""
    return value is not None and not isinstance(value, Unknown)
