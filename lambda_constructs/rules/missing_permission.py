"""Rules for permissions that a trigger lacks: to invoke the function, to send to a dead-letter queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ..template import trigger_kinds as kinds
from ..template.changes import references
from ..template.policies import lets, listed
from ..template.targets import QUEUE, Target, function_of, pieces, resource_of
from ..template.template import Resource, Template
from ..template.triggers import PERMISSION, permissions, triggers
from ..template.values import Reference, Unknown, flat
from ..template.views import next_to, places
from .rollout_aliases import managed_aliases
from .rule import Place, Words, at, rule
from .urls import RULE_DEAD_LETTERS_URL

# By the kind of trigger: the first part of the principal.
_PRINCIPALS: Final = {
    kinds.RULE: "events",
    kinds.SUBSCRIPTION: "sns",
    kinds.NOTIFICATION: "s3",
    kinds.INTEGRATION: "apigateway",
    kinds.AUTHORIZER: "apigateway",
    kinds.TARGET_GROUP: "elasticloadbalancing",
    kinds.LOG_SUBSCRIPTION: "logs",
    "topic rule": "iot",
    kinds.RECEIPT_RULE: "ses",
    kinds.USER_POOL: "cognito-idp",
}
# Triggers with one of these invoke the function with a role, and need no permission.
_ROLES: Final = (
    "Credentials",
    "CredentialsArn",
    "AuthorizerCredentials",
    "AuthorizerCredentialsArn",
    "RoleArn",
)
# What sends messages to queues, and the property with the ARN of the queue.
_SENDERS: Final = (
    (kinds.SUBSCRIPTION, "AWS::SNS::Subscription", "Endpoint"),
    (kinds.SUBSCRIPTION, "AWS::SNS::Topic", "Subscription/*/Endpoint"),
    (kinds.RULE, "AWS::Events::Rule", "Targets/*/Arn"),
    (kinds.NOTIFICATION, "AWS::S3::Bucket", "NotificationConfiguration/QueueConfigurations/*/Queue"),
)
_QUEUE_POLICIES: Final = {"AWS::SQS::QueuePolicy": "Queues", "AWS::SQS::QueueInlinePolicy": "Queue"}


@rule(
    why="The service cannot invoke the function: it refuses the trigger, or its events are lost.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
)
def trigger_without_permission(_: Words, principal: str, trigger: str, *, permitted: bool) -> str | None:
    """The service of a trigger has a permission to invoke the function."""
    if permitted:
        return None
    return (
        f"the {trigger} invokes the function, but the template has no AWS::Lambda::Permission for "
        f"{principal}.amazonaws.com with this source; add one"
    )


@trigger_without_permission.in_template
def _(template: Template) -> Iterator[Place]:
    """One finding for all triggers that need the same permission, such as the routes of an API."""
    if any(_is_of_any(template, each) for each in template.of_type(PERMISSION)):
        return
    found: dict[tuple[str, str, str], list[_Invocation]] = {}
    for each in _invocations(template):
        if not _is_permitted(template, each):
            key = each.target.function.id, flat(each.target.qualifier), each.principal
            found.setdefault(key, []).append(each)
    for first, *others in found.values():
        resources = dict.fromkeys(other.resource for other in others)
        resources.pop(first.resource, None)
        function = first.target.function
        about = [function, *resources]
        yield at(first.resource, first.location, first.principal, first.trigger, permitted=False, about=about)


@rule(why="Events that the service cannot deliver are lost: SQS refuses them.", source=RULE_DEAD_LETTERS_URL)
def dead_letter_queue_forbids_sender(_: Words, principal: str, *, permitted: bool) -> str | None:
    """The policy of a dead-letter queue allows the service of the trigger to send messages."""
    if permitted:
        return None
    return (
        f"the dead-letter queue does not allow {principal}.amazonaws.com to call sqs:SendMessage; add an "
        "AWS::SQS::QueuePolicy"
    )


@dead_letter_queue_forbids_sender.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        path = _DEAD_LETTERS.get(trigger.name)
        queue = None if path is None else resource_of(template, trigger.get(*path), QUEUE)
        if queue is not None:
            principal = _PRINCIPALS[trigger.name]
            allowed = _allows_sending(template, queue, principal)
            about = [queue, trigger.target.function]
            yield at(trigger.resource, trigger.location, principal, permitted=allowed, about=about)


_DEAD_LETTERS: Final[Mapping[str, tuple[str, ...]]] = {
    kinds.RULE: ("DeadLetterConfig", "Arn"),
    kinds.SUBSCRIPTION: ("RedrivePolicy", "deadLetterTargetArn"),
}


@rule(
    why="SQS refuses the messages: those of SNS and EventBridge are lost, and S3 refuses the notification.",
    source="https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
)
def queue_forbids_sender(_: Words, sender: str, principal: str, *, permitted: bool) -> str | None:
    """The policy of a queue allows the services that send messages to it."""
    if permitted:
        return None
    return (
        f"the {sender} sends to the queue, but the queue does not allow {principal}.amazonaws.com to call "
        "sqs:SendMessage; add an AWS::SQS::QueuePolicy"
    )


@queue_forbids_sender.in_template
def _(template: Template) -> Iterator[Place]:
    for sender, kind, path in _SENDERS:
        for resource in template.of_type(kind):
            for location, arn in places(resource, *path.split("/")):
                queue = resource_of(template, arn, QUEUE)
                if queue is not None and next_to(resource, location, "RoleArn") is None:
                    principal = _PRINCIPALS[sender]
                    allowed = _allows_sending(template, queue, principal)
                    yield at(resource, location, sender, principal, permitted=allowed, about=[queue])


class _Invocation(NamedTuple):
    """A trigger that needs a permission."""

    resource: Resource
    location: str
    target: Target
    principal: str
    trigger: str


def _invocations(template: Template) -> Iterator[_Invocation]:
    for trigger in triggers(template):
        principal = _PRINCIPALS.get(trigger.name)
        if principal is not None and not any(trigger.get(name) is not None for name in _ROLES):
            yield _Invocation(trigger.resource, trigger.location, trigger.target, principal, trigger.name)
    for config in template.of_type("AWS::Config::ConfigRule"):
        location = "Source/SourceIdentifier"
        target = function_of(template, config.get(*location.split("/")))
        if target is not None:
            yield _Invocation(config, location, target, "config", "Config rule")


def _is_permitted(template: Template, invocation: _Invocation) -> bool:
    referred = (template.resources.get(each) for each in references(invocation.resource.definition))
    related = [invocation.resource, *(each for each in referred if each is not None)]
    return any(
        target.function is invocation.target.function
        and _is_same(template, target, invocation.target)
        and _names(permission, invocation.principal)
        and _is_of_source(template, permission, related)
        for permission, target in permissions(template)
    )


def _is_same(template: Template, permitted: Target, invoked: Target) -> bool:
    """Whether a permission may be for what is invoked; `permission-not-on-alias` reports the others."""
    unknown = isinstance(permitted.qualifier, Unknown) or isinstance(invoked.qualifier, Unknown)
    managed = invoked.alias is not None and invoked.function.id in managed_aliases(template)
    return unknown or managed or permitted.qualifier == invoked.qualifier


def _names(permission: Resource, principal: str) -> bool:
    """Whether a permission is for a service, or may be."""
    given = permission.text("Principal")
    return isinstance(given, Unknown) or given == "*" or str(given).startswith(f"{principal}.")


def _is_of_source(template: Template, permission: Resource, related: Sequence[Resource]) -> bool:
    """Whether a permission may be for the source of a trigger, which is the trigger or what it refers to.

    A permission for another resource of such a type is not.
    """
    named = [
        template.resources[each.resource]
        for each in pieces(permission.get("SourceArn"))
        if isinstance(each, Reference) and each.resource in template.resources
    ]
    if not named:
        return True
    types = {each.type for each in related}
    return any(each in related or each.type not in types for each in named)


def _is_of_any(template: Template, permission: Resource) -> bool:
    """Whether a permission may be for any function, because the name of its function is not known."""
    name = permission.get("FunctionName")
    if function_of(template, name) is not None:
        return False
    return any(isinstance(part, Unknown) for part in pieces(name))


def _allows_sending(template: Template, queue: Resource, principal: str) -> bool | Unknown:
    """Whether the policies of a queue allow a service to send messages; unknown if they may."""
    documents = (
        policy.get("PolicyDocument")
        for kind, name in _QUEUE_POLICIES.items()
        for policy in template.of_type(kind)
        if any(resource_of(template, each, QUEUE) in (queue, None) for each in listed(policy.get(name)))
    )
    return lets(documents, principal, "sqs:sendmessage")
