"""What transitions do to deployed workloads, from both templates and the resource schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import cfnlint

from lambda_constructs.template.changes import Change, changes, references
from tests.support import Resource

Resources = dict[str, Resource]
SCHEMAS: Final = Path(cfnlint.__file__).parent / "data" / "schemas"
FUNCTION: Final = "AWS::Lambda::Function"
MAPPING: Final = "AWS::Lambda::EventSourceMapping"
VERSION: Final = "AWS::Lambda::Version"
DATA: Final = ("AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Logs::LogGroup")
# Another one takes over at once, and nothing outside of the stack depends on which one it is.
BEHIND: Final = (
    VERSION,
    "AWS::ApiGateway::Deployment",
    "AWS::EC2::SecurityGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Permission",
)
# What AWS has only once although its schema generates the identifier.
ONCE: Final = {
    MAPPING: ("FunctionName", "EventSourceArn", "SelfManagedEventSource", "Topics", "Queues"),
    "AWS::ApiGateway::Resource": ("RestApiId", "ParentId", "PathPart"),
    "AWS::ApiGatewayV2::ApiMapping": ("DomainName", "ApiMappingKey"),
    "AWS::ApiGatewayV2::Route": ("ApiId", "RouteKey"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ("ListenerArn", "Priority"),
    "AWS::Kinesis::StreamConsumer": ("StreamARN", "ConsumerName"),
    "AWS::Lambda::Url": ("TargetFunctionArn", "Qualifier"),
    "AWS::SNS::Subscription": ("TopicArn", "Protocol", "Endpoint"),
    "AWS::SQS::Queue": ("QueueName",),
}
NOUNS: Final = {
    MAPPING: "mapping",
    "AWS::ApiGateway::Method": "methods",
    "AWS::ApiGateway::RestApi": "REST API",
    "AWS::ApiGatewayV2::Api": "HTTP API",
    "AWS::ApiGatewayV2::ApiMapping": "API mapping",
    "AWS::ApiGatewayV2::Route": "routes",
    "AWS::Events::Rule": "rule",
    "AWS::SNS::Subscription": "subscription",
}
QUEUES: Final = {"DeadLetterQueue": "dead-letter queue", "FailureQueue": "failure queue"}


@dataclass
class Effect:
    """What setting, changing and removing an option does to a deployed workload.

    Attributes:
        updated: Whether resources or their policies are updated or added.
        version: Whether a version is published.
        replaced: The resources that are replaced.
        kept: What holds data and is replaced or removed, and kept.
        lost: What holds data and is replaced or removed, and deleted.
        replays: Whether a mapping of a stream or topic is replaced, so that it reads from its start.
        taken: The resources whose replacement has what AWS allows only once.
    """

    updated: bool = False
    version: bool = False
    replaced: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    replays: bool = False
    taken: set[str] = field(default_factory=set)

    def __or__(self, other: Effect) -> Effect:
        """Both."""
        return Effect(**{name: getattr(self, name) | getattr(other, name) for name in vars(self)})


def effect(before: Resources, after: Resources) -> Effect:
    """What an option does: when it is set or changed, and when it is changed back."""
    return one_way(before, after) | one_way(after, before)


def one_way(before: Resources, after: Resources) -> Effect:
    """What a deployment does to the resources of a workload."""
    found = [each for each in changes(before, after).values() if not each.id.startswith("My")]
    gone = [each for each in found if each.action in ("replace", "delete")]
    data = [each for each in gone if each.type in DATA]
    replaced = [*replacements(found)]
    return Effect(
        updated=before != after,
        version=any(each.type == VERSION and each.action == "create" for each in found),
        replaced={noun(each) for each in replaced if each.type not in BEHIND},
        kept={noun(each) for each in data if each.kept},
        lost={noun(each) for each in data if not each.kept},
        replays=any(
            "StartingPosition" in before[each.id]["Properties"] for each in gone if each.type == MAPPING
        ),
        taken={noun(each) for each in taken(gone, before, after)},
    )


def replacements(found: Iterable[Change]) -> Iterator[Change]:
    """The resources that are replaced, also by one of another logical id."""
    created = {each.type for each in found if each.action == "create"}
    for each in found:
        if each.action == "replace" or (each.action == "delete" and each.type in created):
            yield each


def taken(gone: Iterable[Change], before: Resources, after: Resources) -> Iterator[Change]:
    """The resources that AWS has only once, and that are created again before they are deleted."""
    replaced = {each.id for each in gone if each.action == "replace"}
    new = {
        identity(each)
        for name, each in after.items()
        if (name in replaced or name not in before) and replaced.isdisjoint(references(parent(each)))
    }
    for each in gone:
        if (name := identity(before[each.id])) and name in new:
            yield each


def parent(resource: Resource) -> list[Any]:
    """What a resource is known by."""
    kind, properties = resource["Type"], resource.get("Properties", {})
    return [properties.get(name) for name in ONCE.get(kind) or identifier(kind)]


def identity(resource: Resource) -> str:
    """What a resource is known by, if AWS does not generate it."""
    found = parent(resource)
    known = found and (resource["Type"] in ONCE or None not in found) and found != [None]
    return json.dumps([resource["Type"], *found]) if known else ""


@cache
def identifier(kind: str) -> tuple[str, ...]:
    """The properties that identify a resource, unless AWS generates one of them."""
    schema_of = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
    if kind not in schema_of:
        return ()
    schema = json.loads((SCHEMAS / "resources" / f"{schema_of[kind]}.json").read_text())
    choices = [schema["primaryIdentifier"], *schema.get("additionalIdentifiers", ())]
    generated = schema.get("readOnlyProperties", ())
    given = [each for each in choices if not any(path in generated for path in each)]
    return tuple(path.removeprefix("/properties/") for path in given[0]) if given else ()


def noun(change: Change) -> str:
    """A resource in a word."""
    if change.type == "AWS::SQS::Queue":
        return next((text for name, text in QUEUES.items() if name in change.id), "queue")
    name = change.type.rpartition("::")[2]
    return NOUNS.get(change.type) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
