"""The triggers of the functions in a template, from all services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .targets import LATEST, VERSION, Target, function_of, qualified
from .template import Resource, Template
from .values import Unknown, Value
from .views import places, view

PERMISSION: Final = "AWS::Lambda::Permission"
MAPPING: Final = "event source mapping"
URL: Final = "function URL"
RULE: Final = "rule"
SUBSCRIPTION: Final = "subscription"
SCHEDULE: Final = "schedule"
NOTIFICATION: Final = "bucket notification"
INTEGRATION: Final = "API integration"
LOG_SUBSCRIPTION: Final = "log subscription"
USER_POOL: Final = "user pool"


@dataclass(frozen=True)
class Kind:
    """A kind of trigger.

    Attributes:
        name: Its name in messages.
        type: The type of its resources.
        path: The property that names the function they invoke.
        asynchronous: Whether Lambda queues their events and retries them.
    """

    name: str
    type: str
    path: tuple[str, ...]
    asynchronous: bool = False


KINDS: Final = (
    Kind(MAPPING, "AWS::Lambda::EventSourceMapping", ("FunctionName",)),
    Kind(URL, "AWS::Lambda::Url", ("TargetFunctionArn",)),
    Kind(RULE, "AWS::Events::Rule", ("Targets", "*", "Arn"), asynchronous=True),
    Kind(SUBSCRIPTION, "AWS::SNS::Subscription", ("Endpoint",), asynchronous=True),
    Kind(SUBSCRIPTION, "AWS::SNS::Topic", ("Subscription", "*", "Endpoint"), asynchronous=True),
    Kind(SCHEDULE, "AWS::Scheduler::Schedule", ("Target", "Arn"), asynchronous=True),
    Kind(
        NOTIFICATION,
        "AWS::S3::Bucket",
        ("NotificationConfiguration", "LambdaConfigurations", "*", "Function"),
        asynchronous=True,
    ),
    Kind(
        NOTIFICATION,
        "Custom::S3BucketNotifications",
        ("NotificationConfiguration", "LambdaFunctionConfigurations", "*", "LambdaFunctionArn"),
        asynchronous=True,
    ),
    Kind(INTEGRATION, "AWS::ApiGateway::Method", ("Integration", "Uri")),
    Kind(INTEGRATION, "AWS::ApiGatewayV2::Integration", ("IntegrationUri",)),
    Kind("authorizer", "AWS::ApiGateway::Authorizer", ("AuthorizerUri",)),
    Kind("authorizer", "AWS::ApiGatewayV2::Authorizer", ("AuthorizerUri",)),
    Kind("target group", "AWS::ElasticLoadBalancingV2::TargetGroup", ("Targets", "*", "Id")),
    Kind(LOG_SUBSCRIPTION, "AWS::Logs::SubscriptionFilter", ("DestinationArn",), asynchronous=True),
    Kind(
        "topic rule",
        "AWS::IoT::TopicRule",
        ("TopicRulePayload", "Actions", "*", "Lambda", "FunctionArn"),
        asynchronous=True,
    ),
    Kind(
        "receipt rule", "AWS::SES::ReceiptRule", ("Rule", "Actions", "*", "LambdaAction", "FunctionArn"), True
    ),
    Kind(USER_POOL, "AWS::Cognito::UserPool", ("LambdaConfig", "*")),
    Kind(USER_POOL, "AWS::Cognito::UserPool", ("LambdaConfig", "PreTokenGenerationConfig", "LambdaArn")),
)


@dataclass(frozen=True)
class Trigger:
    """A trigger of a function.

    Attributes:
        kind: Its kind.
        resource: The resource that defines it.
        location: The property that names the function.
        target: The function, alias or version that it invokes.
        version: Whether it invokes a fixed version.
    """

    kind: Kind
    resource: Resource
    location: str
    target: Target
    version: bool

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.kind.name

    @property
    def invoked(self) -> str | Unknown:
        """The qualifier, or "a version"."""
        return "a version" if self.version else self.target.qualifier

    def get(self, *names: str) -> Value:
        """A property next to the one that names the function, such as a target's dead-letter queue."""
        path = self.kind.path
        end = path.index("*") + 1 if "*" in path else len(path) - 1
        item = self.location.split("/")[:end]
        return self.resource.get(*(int(name) if name.isdecimal() else name for name in item), *names)


@view
def triggers(template: Template) -> Sequence[Trigger]:
    """All triggers of the template's functions, by kind and in the order of the template."""
    return [
        found
        for kind in KINDS
        for resource in template.of_type(kind.type)
        for location, value in places(resource, *kind.path)
        if (found := _trigger(template, kind, resource, location, value)) is not None
    ]


@view
def triggers_by_function(template: Template) -> Mapping[str, Sequence[Trigger]]:
    """The triggers of each function, by the logical id of the function."""
    found: dict[str, list[Trigger]] = {}
    for trigger in triggers(template):
        found.setdefault(trigger.target.function.id, []).append(trigger)
    return found


@view
def permissions(template: Template) -> Sequence[tuple[Resource, Target]]:
    """The permissions to invoke a function of the template, with their targets."""
    return [
        (permission, target)
        for permission in template.of_type(PERMISSION)
        if (target := function_of(template, permission.get("FunctionName"))) is not None
    ]


def is_version(template: Template, value: Value) -> bool:
    """Whether a value is the ARN or the number of a version in the template."""
    resource = template.referred(value)
    return resource is not None and resource.type == VERSION


def _trigger(
    template: Template, kind: Kind, resource: Resource, location: str, value: Value
) -> Trigger | None:
    target = function_of(template, value)
    if target is None:
        return None
    qualifier = resource.get("Qualifier") if kind.name == URL else None
    if qualifier is not None and target.qualifier == LATEST:
        target = qualified(template, target.function, qualifier)
    version = is_version(template, value) or is_version(template, qualifier)
    return Trigger(kind, resource, location, target, version)
