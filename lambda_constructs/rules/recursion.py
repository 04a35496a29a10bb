"""Rules for functions that can trigger themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..template import trigger_kinds as kinds
from ..template.policies import Statement, execution_roles, role_of, statements_by_role
from ..template.targets import FUNCTION, QUEUE, STREAM, TABLE, TOPIC
from ..template.template import Resource, Template, value_at
from ..template.triggers import Trigger, triggers_by_function
from ..template.values import Reference, Unknown, Value, flat
from .patterns import covers, overlap
from .rule import Place, Words, at, rule, warning
from .urls import RECURSION_URL

_TABLES: Final = (TABLE, "AWS::DynamoDB::GlobalTable")
_ADMINISTRATOR: Final = ("*", "*:*")
# The actions that write to the source of an event source mapping, by the type of the source
_WRITES: Final = {
    QUEUE: ("sqs:SendMessage",),
    STREAM: ("kinesis:PutRecord", "kinesis:PutRecords"),
    **dict.fromkeys(
        _TABLES, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem")
    ),
}
_OBJECT_CREATED: Final = "Object Created"
_PARTITIONS: Final = ("aws", "<AWS::Partition>")
OF_EVERY_EVENT: Final = frozenset({"account", "region", "version"})
"""Fields that every event of a bus has: a rule that filters by nothing else matches all events."""


@dataclass(frozen=True)
class _Feed:
    """The calls that trigger the function again."""

    actions: Sequence[str]  # their actions
    resources: Sequence[str]  # the patterns of ARNs of the resource, one for each way to write its ARN
    all: bool  # whether every such call triggers the function; otherwise a filter may exclude it


@dataclass(frozen=True)
class _Call:
    """A call that a statement allows and that triggers the function."""

    action: str
    pattern: str  # the pattern of ARNs that the statement allows it on
    policy: Resource  # the policy or the role that contains the statement
    certain: bool  # whether each such call triggers the function


@rule(
    why="Each invocation triggers the next. Lambda stops the loop after 16 rounds where it can detect it; "
    "otherwise nothing stops it.",
    source=RECURSION_URL,
)
def recursive_trigger(words: Words, action: str, resource: str) -> str | None:
    """The function may not write to the resource that triggers it."""
    fix = words("pass allow_recursion=True", "set RecursiveLoop to Allow")
    return (
        f"the function may call {action} on {resource}, which triggers it; write elsewhere, narrow the "
        f"grant, or {fix} if this is intended"
    )


@warning(
    why="Data that the function writes may trigger it again. Lambda stops such a loop after 16 rounds where "
    "it can detect it; otherwise nothing stops it.",
    source=RECURSION_URL,
)
def recursive_trigger_possible(
    _: Words, action: str, resource: str, *, possible: bool, shared: bool = False
) -> str | None:
    """The function may write only to resources that do not trigger it."""
    if not possible:
        return None
    if shared:
        return (
            f"the role, which other functions have too, may call {action} on {resource}, which triggers the "
            "function; give the function a separate role, or acknowledge this if it does not write there"
        )
    return (
        f"the function may call {action} on {resource}, and some of that triggers it; narrow the grant, or "
        "acknowledge this if the objects that it writes do not trigger it"
    )


@recursive_trigger.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger, call, shared in _recursions(template):
        if call.certain and not shared:
            yield _place(trigger, call)


@recursive_trigger_possible.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger, call, shared in _recursions(template):
        certain = call.certain and not shared
        yield _place(trigger, call, possible=not certain, shared=call.certain and shared)


def _place(trigger: Trigger, call: _Call, **named: bool) -> Place:
    about = [trigger.resource, call.policy]
    return at(trigger.target.function, "Role", call.action, call.pattern, about=about, **named)


def _recursions(template: Template) -> Iterator[tuple[Trigger, _Call, bool]]:
    """The triggers that a function may write to, each with a certain call, or else with a possible one.

    Each also tells whether other functions have the same role: the grant may be for these.
    """
    for function in template.of_type(FUNCTION):
        role = role_of(template, function)
        loop = function.get("RecursiveLoop")
        if role is None or loop == "Allow" or isinstance(loop, Unknown):
            continue
        statements = statements_by_role(template)[role.id]
        shared = len(execution_roles(template)[role.id][1]) > 1
        for trigger in triggers_by_function(template).get(function.id, ()):
            find = _FEEDS.get(trigger.name)
            feed = None if find is None else find(template, trigger)
            calls = [] if feed is None else _calls(statements, feed)
            call = max(calls, key=lambda each: each.certain, default=None)
            if call is not None:
                yield trigger, call, shared


def _calls(statements: Sequence[Statement], feed: _Feed) -> Iterator[_Call]:
    """The allowed calls that trigger the function; administrators are left to `role-administrator`."""
    for statement in statements:
        if statement.conditional or set(_ADMINISTRATOR) & set(statement.actions):
            continue
        for action in feed.actions:
            if any(overlap(each, action.lower()) for each in statement.actions):
                for pattern in statement.resources:
                    if any(overlap(pattern, each) for each in feed.resources):
                        certain = feed.all and any(covers(each, pattern) for each in feed.resources)
                        yield _Call(action, pattern, statement.policy, certain)


def _of_mapping(template: Template, trigger: Trigger) -> _Feed | None:
    unfiltered = trigger.resource.get("FilterCriteria") is None
    return _of_source(template, trigger.resource.get("EventSourceArn"), unfiltered=unfiltered)


def _of_pipe(template: Template, trigger: Trigger) -> _Feed | None:
    unfiltered = trigger.resource.get("SourceParameters", "FilterCriteria") is None
    return _of_source(template, trigger.resource.get("Source"), unfiltered=unfiltered)


def _of_source(template: Template, source: Value, *, unfiltered: bool) -> _Feed | None:
    """A table is never certain: a handler can check whether its item has changed before it writes."""
    named = template.referred(source)
    if named is not None and named.type in _WRITES:
        arn = flat(Reference(named.id, "Arn"))
        return _Feed(_WRITES[named.type], [arn], unfiltered and named.type not in _TABLES)
    if isinstance(source, str) and ":sqs:" in source:
        return _Feed(_WRITES[QUEUE], [source], unfiltered)
    return None


def _of_notification(_: Template, trigger: Trigger) -> _Feed | None:
    events = trigger.get("Events") or [trigger.get("Event")]
    if not isinstance(events, list) or not any(str(each).startswith("s3:ObjectCreated:") for each in events):
        return None
    prefix, narrower = _prefix(trigger)
    own = trigger.resource.type == "AWS::S3::Bucket"
    bucket = Reference(trigger.resource.id) if own else trigger.resource.get("BucketName")
    arns = _bucket_arns(bucket)
    if own and isinstance(name := trigger.resource.get("BucketName"), str):
        arns += _bucket_arns(name)
    return _Feed(("s3:PutObject",), [f"{arn}/{prefix}*" for arn in arns], not narrower)


def _bucket_arns(bucket: Value) -> list[str]:
    """The ways to write the ARN of a bucket, by its name."""
    arns = [f"arn:{partition}:s3:::{flat(bucket)}" for partition in _PARTITIONS]
    return [*arns, flat(Reference(bucket.resource, "Arn"))] if isinstance(bucket, Reference) else arns


def _prefix(trigger: Trigger) -> tuple[str, bool]:
    """The prefix of the objects of a notification, and whether it has other filters."""
    filters = trigger.get("Filter", "S3Key", "Rules")
    if filters is None:  # as CDK's custom resource writes them
        filters = trigger.get("Filter", "Key", "FilterRules")
    if not isinstance(filters, list):
        return "", trigger.get("Filter") is not None
    prefix, narrower = "", False
    for each in filters:
        name, value = value_at(each, "Name"), value_at(each, "Value")
        if str(name).lower() == "prefix" and isinstance(value, str):
            prefix = value
        else:
            narrower = True
    return prefix, narrower


def _of_topic(_: Template, trigger: Trigger) -> _Feed:
    own = trigger.resource.type == TOPIC
    topic: Value = Reference(trigger.resource.id) if own else trigger.resource.get("TopicArn")
    arns = [flat(topic)]
    if isinstance(topic, Reference):
        arns = [flat(Reference(topic.resource)), flat(Reference(topic.resource, "TopicArn"))]
    return _Feed(("sns:Publish",), arns, trigger.resource.get("FilterPolicy") is None)


def _of_rule(_: Template, trigger: Trigger) -> _Feed | None:
    """A rule for every event of its bus or for objects; others rarely match the events of their target."""
    pattern = trigger.resource.get("EventPattern")
    if not isinstance(pattern, dict) or not pattern:
        return None
    if pattern.get("source") == ["aws.s3"]:
        return _of_objects(pattern)
    if not pattern.keys() <= OF_EVERY_EVENT:
        return None
    bus = trigger.resource.get("EventBusName")
    if isinstance(bus, Reference):
        return _Feed(("events:PutEvents",), [flat(Reference(bus.resource, "Arn"))], all=True)
    name = "default" if bus is None else flat(bus)
    arns = [f"arn:{each}:events:<AWS::Region>:<AWS::AccountId>:event-bus/{name}" for each in _PARTITIONS]
    return _Feed(("events:PutEvents",), arns, all=True)


def _of_objects(pattern: Mapping[str, Value]) -> _Feed | None:
    """A rule for the objects that are put into buckets, which it names."""
    kinds, detail = pattern.get("detail-type", [_OBJECT_CREATED]), pattern.get("detail")
    buckets = value_at(detail, "bucket", "name")
    if not isinstance(kinds, list) or _OBJECT_CREATED not in kinds or not isinstance(buckets, list):
        return None
    arns = [arn for bucket in buckets if not isinstance(bucket, dict) for arn in _bucket_arns(bucket)]
    unfiltered = isinstance(detail, dict) and detail.keys() == {"bucket"}
    return _Feed(("s3:PutObject",), [f"{arn}/*" for arn in arns], unfiltered)


def _of_logs(_: Template, trigger: Trigger) -> _Feed | None:
    group = trigger.resource.get("LogGroupName")
    if not isinstance(group, Reference):
        return None
    arn = flat(Reference(group.resource, "Arn"))
    unfiltered = trigger.resource.get("FilterPattern") == ""
    return _Feed(("logs:PutLogEvents",), [arn, f"{arn}:*"], unfiltered)


def _of_transformation(_: Template, trigger: Trigger) -> _Feed:
    arn = flat(Reference(trigger.resource.id, "Arn"))
    return _Feed(("firehose:PutRecord", "firehose:PutRecordBatch"), [arn], all=True)


def _of_task(_: Template, trigger: Trigger) -> _Feed:
    """Never certain: a state machine that continues in a new execution decides when it is done."""
    arns = [flat(Reference(trigger.resource.id, attribute)) for attribute in ("", "Arn")]
    return _Feed(("states:StartExecution",), arns, all=False)


# The calls that trigger a function again, by the kind of its trigger; None if they are not known
_FEEDS: Final[Mapping[str, Callable[[Template, Trigger], _Feed | None]]] = {
    kinds.MAPPING: _of_mapping,
    kinds.NOTIFICATION: _of_notification,
    kinds.SUBSCRIPTION: _of_topic,
    kinds.RULE: _of_rule,
    kinds.LOG_SUBSCRIPTION: _of_logs,
    kinds.PIPE: _of_pipe,
    kinds.ENRICHMENT: _of_pipe,
    kinds.TRANSFORMATION: _of_transformation,
    kinds.TASK: _of_task,
}
