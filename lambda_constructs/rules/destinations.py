"""Rules for destinations: where Lambda and other services deliver events that failed or succeeded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ..template.asynchronous import configs, has_destination
from ..template.sources import consumers
from ..template.targets import (
    ALIAS,
    FUNCTION,
    QUEUE,
    TOPIC,
    VERSION,
    Target,
    function_of,
    is_fifo,
    resource_of,
    service_of,
)
from ..template.template import Resource, Template
from ..template.trigger_kinds import NOTIFICATION, RULE, SCHEDULE, SUBSCRIPTION
from ..template.triggers import triggers, triggers_by_function
from ..template.values import Reference, Unknown, Value
from ..template.views import items_view
from .rule import Place, Words, at, rule, warning
from .urls import DESTINATIONS_URL, RECURSION_URL, RULE_DEAD_LETTERS_URL

_BUCKET: Final = "AWS::S3::Bucket"
_NESTED_STACK: Final = "AWS::CloudFormation::Stack"  # its outputs are of any kind
_TYPES: Final = {
    QUEUE: "queue",
    TOPIC: "topic",
    FUNCTION: "function",
    ALIAS: "function",
    VERSION: "function",
    "AWS::Events::EventBus": "event bus",
    _BUCKET: "bucket",
}
_SERVICES: Final = {
    "sqs": "queue",
    "sns": "topic",
    "lambda": "function",
    "events": "event bus",
    "s3": "bucket",
}
ON_FAILURE: Final = "DestinationConfig/OnFailure/Destination"
_PROPERTIES: Final = {
    "on_success": "DestinationConfig/OnSuccess/Destination",
    "on_failure": ON_FAILURE,
    "dead_letter_queue": "DeadLetterConfig/TargetArn",
}
_ANY: Final = ("queue", "topic", "function", "event bus")
# By option: the kinds that Lambda delivers asynchronous events to.
KINDS: Final = {
    "on_success": _ANY,
    "on_failure": (*_ANY, "bucket"),
    "dead_letter_queue": ("queue", "topic"),
}
# By kind: what Lambda must be allowed to do.
SENDS: Final = {
    "queue": "sqs:SendMessage",
    "topic": "sns:Publish",
    "function": "lambda:InvokeFunction",
    "event bus": "events:PutEvents",
    "bucket": "s3:PutObject",
}
_NAMES: Final = {
    "on_success": ("on_success", "the on-success destination"),
    "on_failure": ("on_failure", "the on-failure destination"),
    "dead_letter_queue": ("dead_letter_queue", "the dead-letter queue"),
}


@rule(why="Lambda refuses the destination.", source=DESTINATIONS_URL, names=_NAMES)
def destination_kind(words: Words, option: str, kind: str, kinds: Collection[str]) -> str | None:
    """One of the kinds that Lambda delivers to from this source."""
    if kind in kinds:
        return None
    article = "an" if kind[:1] in tuple("aeiouA") else "a"
    name, allowed = getattr(words, option), " or ".join(kinds)
    return f"{name} is {article} {kind}, Lambda delivers to a {allowed}; choose one of these"


@destination_kind.in_template
def _(template: Template) -> Iterator[Place]:
    for each in destinations(template):
        if (kind := kind_of(each)) is not None:
            yield at(each.resource, each.location, each.option, kind, KINDS[each.option], about=each.about)


@rule(
    why="Lambda delivers to standard queues and topics only, and failed events would be lost.",
    source=DESTINATIONS_URL,
    names=_NAMES,
)
def destination_fifo(words: Words, option: str, *, fifo: bool) -> str | None:
    """A standard queue or topic."""
    if not fifo:
        return None
    name = getattr(words, option)
    return f"{name} is FIFO, Lambda delivers to standard queues and topics only; choose a standard one"


@destination_fifo.in_template
def _(template: Template) -> Iterator[Place]:
    for each in destinations(template):
        fifo = is_fifo(template, each.value)
        if isinstance(fifo, Unknown) and resource_of(template, each.value, QUEUE, TOPIC) is None:
            fifo = False
        yield at(each.resource, each.location, each.option, fifo=fifo, about=each.about)
    for consumer in consumers(template):
        destination = consumer.mapping.get(*ON_FAILURE.split("/"))
        if consumer.reads_stream and destination is not None:
            fifo = is_fifo(template, destination)
            yield at(consumer.mapping, ON_FAILURE, "on_failure", fifo=fifo)


@rule(
    why="Each invocation sends an event that invokes the function again. Lambda stops the loops that it "
    "detects after 16 rounds, and drops the event.",
    source=RECURSION_URL,
    names=_NAMES,
)
def destination_loop(words: Words, option: str, *, own: bool) -> str | None:
    """A destination does not invoke the function again."""
    if not own:
        return None
    return f"{getattr(words, option)} invokes the function itself; choose another destination"


@destination_loop.in_template
def _(template: Template) -> Iterator[Place]:
    for each in destinations(template):
        own = _invokes(template, each.value, each.function)
        yield at(each.resource, each.location, each.option, own=own, about=each.about)


@warning(
    why="An event that cannot be delivered, because the function is throttled, deleted or not permitted, is "
    "lost.",
    source=RULE_DEAD_LETTERS_URL,
)
def target_without_dead_letter_queue(_: Words, trigger: str, *, kept: bool) -> str | None:
    """A rule or a schedule has a dead-letter queue for events that it cannot deliver."""
    if kept:
        return None
    return f"the {trigger} has no dead-letter queue for events that it cannot deliver; set DeadLetterConfig"


@target_without_dead_letter_queue.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        # Where events that fail are lost too, the other rule says so.
        if trigger.name in (RULE, SCHEDULE) and _keeps_failures(template, trigger.target):
            location, kept = (
                trigger.location.removesuffix("/Arn"),
                trigger.get("DeadLetterConfig") is not None,
            )
            about = [trigger.target.alias or trigger.target.function]
            yield at(trigger.resource, location, trigger.name, kept=kept, about=about)


@warning(
    why="Without a statement in the queue's policy, events that the service cannot deliver are lost without "
    "an error.",
    source=RULE_DEAD_LETTERS_URL,
)
def queue_policy_not_changed(_: Words, service: str) -> str | None:
    """The policy of a queue that you pass in allows the trigger's service to send messages."""
    return (
        f"the policy of the given queue cannot be modified here; allow {service} to call sqs:SendMessage "
        "where you define the queue"
    )


def _keeps_failures(template: Template, target: Target) -> bool:
    """Whether events that the function fails on are kept, as far as the template tells."""
    dead_letters = target.function.get("DeadLetterConfig", "TargetArn")
    return dead_letters is not None or has_destination(template, target) is not False


@dataclass(frozen=True)
class Destination:
    """A destination of asynchronous invocations, or the dead-letter queue of a function."""

    resource: Resource  # the resource with the property
    function: Resource  # the function
    option: str  # the option that sets it in a construct
    location: str  # the property
    value: Value  # its ARN
    named: Resource | None  # the destination, if the template has it and refers to it

    @property
    def about(self) -> list[Resource]:
        """The function and the destination, without the resource with the property."""
        return [
            each for each in (self.function, self.named) if each is not None and each is not self.resource
        ]


@items_view
def destinations(template: Template) -> Iterator[Destination]:
    """The destinations of asynchronous invocations and the dead-letter queues of the functions."""
    owners = [(config, target.function) for config, target in configs(template)]
    for resource, function in (*owners, *((each, each) for each in template.of_type(FUNCTION))):
        for option, location in _PROPERTIES.items():
            value = resource.get(*location.split("/"))
            if value is not None:
                named = template.referred(value)
                yield Destination(resource, function, option, location, value, named)


def kind_of(destination: Destination) -> str | None:
    """The kind by the type of the resource or the service in the ARN; None if the template tells neither."""
    if destination.named is not None:
        kind = destination.named.type
        return None if kind == _NESTED_STACK else _TYPES.get(kind, kind)
    service = service_of(destination.value)
    return service and _SERVICES.get(service, service)


def _invokes(template: Template, destination: Value, function: Resource) -> bool:
    """Whether an event that Lambda sends to this destination invokes the function again."""
    target = function_of(template, destination)
    if target is not None:
        return target.function is function
    if not isinstance(destination, Reference):
        return False
    own = template.referred(destination)
    # A nested stack or a custom resource has several outputs: only the same one is the same thing.
    known = own is not None and own.type in (TOPIC, _BUCKET)
    return any(
        source.resource == destination.resource if known else source == destination
        for source in _sources(template, function)
    )


def _sources(template: Template, function: Resource) -> Iterator[Reference]:
    """The topics and buckets that invoke a function with every event."""
    for trigger in triggers_by_function(template).get(function.id, ()):
        filtered = trigger.get("Filter") is not None or trigger.get("FilterPolicy") is not None
        if filtered or trigger.name not in (NOTIFICATION, SUBSCRIPTION):
            continue
        if trigger.resource.type in (TOPIC, _BUCKET):
            yield Reference(trigger.resource.id)
        for name in ("TopicArn", "BucketName"):
            source = trigger.resource.get(name)
            if isinstance(source, Reference):
                yield source
