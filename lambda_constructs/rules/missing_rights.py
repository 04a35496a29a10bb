"""Rules for permissions that an execution role lacks, where the template has all of its policies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ..template.policies import execution_roles, listed, principals, role_of
from ..template.rights import Rights, rights_of
from ..template.sources import Consumer, SourceKind, consumers
from ..template.targets import FUNCTION, QUEUE, TOPIC
from ..template.template import Resource, Template, value_at
from ..template.trigger_kinds import SCHEDULE
from ..template.triggers import triggers
from ..template.values import Value, flat
from .destinations import ON_FAILURE, SENDS, Destination, destinations, kind_of
from .names import first_of
from .rollout_aliases import rollout_aliases
from .rule import Place, Words, at, rule, warning
from .urls import DESTINATIONS_URL

_MAPPINGS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"
_LOGS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
_SCHEDULE_URL: Final = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html"
_SQS_KEY_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"
_HOOKS_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html"
)
REPORT: Final = "codedeploy:PutLifecycleEventHookExecutionStatus"
_PRODUCER_KEY_URL: Final = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
)
_NETWORK: Final = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
)
_CLUSTER_NETWORK: Final = (*_NETWORK, "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")
_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
# Without the actions that AWS names, but which Lambda does not need for every source; _MAPPINGS_URL
_READS: Final[Mapping[SourceKind, tuple[str, ...]]] = {
    "queue": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "kinesis": ("kinesis:GetRecords", "kinesis:GetShardIterator"),
    "table": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    "kafka": ("kafka:GetBootstrapBrokers", *_CLUSTER_NETWORK),
    "broker": ("mq:DescribeBroker", "secretsmanager:GetSecretValue", *_CLUSTER_NETWORK),
}
_KEYS: Final[Mapping[SourceKind, tuple[str, ...]]] = {
    "queue": ("KmsMasterKeyId",),
    "kinesis": ("StreamEncryption", "KeyId"),
}


def _lacks(missing: Collection[str], purpose: str, role: str = "the function's role") -> str | None:
    if not missing:
        return None
    it = "it" if len(missing) == 1 else "them"
    return f"{role} does not allow {first_of(missing)}{purpose}; add {it}"


@rule(why="Lambda refuses the mapping: it reads the source with the function's role.", source=_MAPPINGS_URL)
def mapping_role_rights(_: Words, missing: Collection[str]) -> str | None:
    """The execution role can read the source of an event source mapping."""
    return _lacks(missing, ", which the event source mapping needs")


@mapping_role_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer, function, rights in _consumers(template):
        if consumer.mapping.get("SelfManagedEventSource") is None:
            missing = rights.missing(template, _READS.get(consumer.kind, ()), consumer.source)
            yield at(consumer.mapping, "FunctionName", missing, about=[function])


@rule(why="Lambda cannot decrypt the messages: they expire without being processed.", source=_SQS_KEY_URL)
def mapping_key_rights(_: Words, missing: Collection[str]) -> str | None:
    """The execution role can decrypt an encrypted source."""
    return _lacks(missing, " for the key of the event source")


@mapping_key_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer, function, rights in _consumers(template):
        path = _KEYS.get(consumer.kind)
        if consumer.source is None or path is None:
            continue
        if (key := _key(template, consumer.source.get(*path))) is not None:
            missing = rights.missing(template, ["kms:Decrypt"], key)
            yield at(consumer.mapping, "FunctionName", missing, about=[function, consumer.source])


@rule(
    why="Lambda refuses the function: it creates the network interfaces with the function's role.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
)
def vpc_role_rights(_: Words, subnets: int, missing: Collection[str]) -> str | None:
    """The execution role of a function in a VPC can create network interfaces."""
    return _lacks(missing, ", which a function in a VPC needs") if subnets else None


@vpc_role_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for function, rights in _functions(template):
        if function.get("VpcConfig") is not None:
            missing = rights.missing(template, _NETWORK)
            yield at(function, "VpcConfig", function.count("VpcConfig", "SubnetIds"), missing)


@warning(why="The function writes no logs, so nothing shows why an invocation failed.", source=_LOGS_URL)
def logs_role_rights(_: Words, missing: Collection[str]) -> str | None:
    """The execution role can write logs."""
    return _lacks(missing, ", which logs need")


@logs_role_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in execution_roles(template).values():
        if (rights := rights_of(template, role)) is not None:
            yield at(role, "", rights.missing(template, _LOGS), about=functions)


@rule(why="Lambda refuses the destination: it sends with the function's role.", source=DESTINATIONS_URL)
def destination_role_rights(_: Words, missing: Collection[str]) -> str | None:
    """The execution role can send to the destinations and to the dead-letter queue of the function."""
    return _lacks(missing, " on the destination")


@destination_role_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for each, rights in _deliveries(template):
        if (action := SENDS.get(kind_of(each) or "")) is not None:
            missing = rights.missing(template, [action], each.named)
            yield at(each.resource, each.location, missing, about=each.about)


@rule(why="Lambda cannot encrypt what it sends: failed events are lost.", source=_PRODUCER_KEY_URL)
def destination_key_rights(_: Words, missing: Collection[str]) -> str | None:
    """The execution role can use the key of an encrypted destination."""
    return _lacks(missing, " for the key of the destination")


@destination_key_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for each, rights in _deliveries(template):
        if each.named is not None and each.named.type in (QUEUE, TOPIC):
            key = _key(template, each.named.get("KmsMasterKeyId"))
            if key is not None:
                missing = rights.missing(template, ["kms:GenerateDataKey", "kms:Decrypt"], key)
                yield at(each.resource, each.location, missing, about=each.about)


@rule(why="EventBridge Scheduler invokes the function with this role: no run starts.", source=_SCHEDULE_URL)
def schedule_role_rights(_: Words, missing: Collection[str]) -> str | None:
    """The role of a schedule can invoke its function."""
    return _lacks(missing, " on the function", "the schedule's role")


@schedule_role_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        role = template.referred(trigger.get("RoleArn")) if trigger.name == SCHEDULE else None
        if role is None or (rights := rights_of(template, role)) is None:
            continue
        function = trigger.target.function
        missing = rights.missing(template, ["lambda:InvokeFunction"], function)
        yield at(trigger.resource, "Target/RoleArn", missing, about=[role, function])


@rule(why="CodeDeploy waits an hour for the report of the hook, and then rolls back.", source=_HOOKS_URL)
def hook_role_rights(_: Words, missing: Collection[str]) -> str | None:
    """The role of a function that a rollout runs can report to CodeDeploy."""
    return _lacks(missing, ", with which a hook reports to CodeDeploy")


@hook_role_rights.in_template
def _(template: Template) -> Iterator[Place]:
    for each in rollout_aliases(template):
        for hook in each.hooks:
            if (rights := _rights(template, hook)) is not None:
                yield at(hook, "Role", rights.missing(template, [REPORT]), about=[each.alias])


def _functions(template: Template) -> Iterator[tuple[Resource, Rights]]:
    """The functions whose rights are known."""
    for function in template.of_type(FUNCTION):
        if (rights := _rights(template, function)) is not None:
            yield function, rights


def _rights(template: Template, function: Resource) -> Rights | None:
    role = role_of(template, function)
    return None if role is None else rights_of(template, role)


def _consumers(template: Template) -> Iterator[tuple[Consumer, Resource, Rights]]:
    """The mappings of functions whose rights are known."""
    for consumer in consumers(template):
        if consumer.target is not None:
            function = consumer.target.function
            if (rights := _rights(template, function)) is not None:
                yield consumer, function, rights


def _deliveries(template: Template) -> Iterator[tuple[Destination, Rights]]:
    """The destinations of functions and of mappings, with the rights of the role that sends."""
    for each in destinations(template):
        if (rights := _rights(template, each.function)) is not None:
            yield each, rights
    for consumer, function, rights in _consumers(template):
        value = consumer.mapping.get(*ON_FAILURE.split("/"))
        if value is not None:
            named = template.referred(value)
            yield Destination(consumer.mapping, function, "on_failure", ON_FAILURE, value, named), rights


def _key(template: Template, value: Value) -> Resource | None:
    """A key of the template that only the role's own permissions let a role use."""
    key = template.referred(value)
    return key if key is not None and key.type == "AWS::KMS::Key" and not _names_others(key) else None


def _names_others(key: Resource) -> bool:
    """Whether the policy of a key may let others than the whole account use it."""
    names = [
        name
        for statement in listed(value_at(key.get("KeyPolicy"), "Statement"))
        for kind, name in principals(statement)
        if kind != "Service"
    ]
    return not all(flat(name).endswith(":root") for name in names)
