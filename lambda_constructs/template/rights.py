"""The permissions of an execution role, if the template alone decides them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from .changes import references
from .policies import MANAGED_POLICY, POLICIES, ROLE, Statement, listed, statements_by_role
from .template import Resource, Template, value_at
from .values import Value, flat
from .views import view

# Resources that may attach policies to a role that they get.
_CAN_EXTEND: Final = ("AWS::CloudFormation::", "AWS::Serverless::", "Custom::")
_LOGS: Final = ("logs:createloggroup", "logs:createlogstream", "logs:putlogevents")
_NETWORK: Final = (
    "ec2:createnetworkinterface",
    "ec2:deletenetworkinterface",
    "ec2:describenetworkinterfaces",
)
_TABLE: Final = (
    "dynamodb:describestream",
    "dynamodb:getrecords",
    "dynamodb:getsharditerator",
    "dynamodb:liststreams",
)
_STREAM: Final = (
    *("kinesis:describestream", "kinesis:describestreamsummary", "kinesis:getrecords"),
    *("kinesis:getsharditerator", "kinesis:listshards", "kinesis:liststreams", "kinesis:subscribetoshard"),
)
_CLUSTER: Final = (
    *("ec2:describesecuritygroups", "ec2:describesubnets", "ec2:describevpcs"),
    *("kafka:describecluster", "kafka:describeclusterv2", "kafka:getbootstrapbrokers"),
)
_QUEUE: Final = ("sqs:deletemessage", "sqs:getqueueattributes", "sqs:receivemessage")
_INVOKE: Final = "lambda:invokefunction"
# The actions of AWS's managed policies, as of November 2025:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
_MANAGED: Final[Mapping[str, tuple[str, ...]]] = {
    "AWSLambdaBasicExecutionRole": _LOGS,
    "AWSLambdaDynamoDBExecutionRole": (*_LOGS, *_TABLE),
    "AWSLambdaENIManagementAccess": _NETWORK,
    "AWSLambdaExecute": ("logs:*", "s3:getobject", "s3:putobject"),
    "AWSLambdaInvocation-DynamoDB": (_INVOKE, *_TABLE),
    "AWSLambdaKinesisExecutionRole": (*_LOGS, *_STREAM),
    "AWSLambdaMSKExecutionRole": (*_LOGS, *_NETWORK, *_CLUSTER),
    "AWSLambdaRole": (_INVOKE,),
    "AWSLambdaSQSQueueExecutionRole": (*_LOGS, *_QUEUE),
    "AWSLambdaVPCAccessExecutionRole": (*_LOGS, *_NETWORK, "ec2:describesubnets"),
    "AWSXRayDaemonWriteAccess": ("xray:*",),
    "AWSXrayWriteOnlyAccess": ("xray:*",),
    # It can write to the log group of Lambda Insights only, not to that of the function.
    "CloudWatchLambdaInsightsExecutionRolePolicy": (),
}


@dataclass(frozen=True)
class Rights:
    """Everything that a role allows; denials are not counted."""

    statements: Sequence[Statement]  # the statements in the template
    managed: Collection[str]  # the actions of AWS's managed policies, on every resource

    def missing(self, template: Template, actions: Iterable[str], on: Resource | None = None) -> list[str]:
        """Those of the actions that the role does not allow, on one resource of the template or on any."""
        return [action for action in actions if not self._allows(template, action, on)]

    def _allows(self, template: Template, action: str, on: Resource | None) -> bool:
        name = action.lower()
        if any(fnmatchcase(name, pattern) for pattern in self.managed):
            return True
        return any(
            bool(each.excluded)
            or (
                any(fnmatchcase(name, pattern) for pattern in each.actions)
                and (on is None or any(_may_be(template, arn, on) for arn in each.arns))
            )
            for each in self.statements
        )


def rights_of(template: Template, role: Resource) -> Rights | None:
    """The permissions of a role; None if a policy is not known, or if something else may add policies."""
    return _rights(template).get(role.id)


@view
def _rights(template: Template) -> Mapping[str, Rights]:
    extended = _extended(template)
    found = {}
    for role in template.of_type(ROLE):
        statements, managed = statements_by_role(template)[role.id], _managed(template, role)
        inline = [value_at(each, "PolicyDocument") for each in listed(role.get("Policies"))]
        certain = all(map(_is_known, inline)) and all(each.certain for each in statements)
        if managed is not None and certain and role.id not in extended:
            found[role.id] = Rights(statements, managed)
    return found


def _managed(template: Template, role: Resource) -> list[str] | None:
    """The actions of the managed policies of AWS that a role has; None if another policy is not known."""
    found: list[str] = []
    for named in listed(role.get("ManagedPolicyArns")):
        policy = template.referred(named)
        if policy is not None and policy.type == MANAGED_POLICY and _is_known(policy.get("PolicyDocument")):
            continue
        name = flat(named)
        actions = _MANAGED.get(name.rpartition("/")[2]) if ":iam::aws:policy/" in name else None
        if actions is None:
            return None
        found += actions
    return found


def _extended(template: Template) -> set[str]:
    """The roles that may have more permissions than the template shows."""
    found: set[str] = set()
    every = {role.id for role in template.of_type(ROLE)}
    for resource in template.resources.values():
        if resource.type in POLICIES:
            owners = [template.referred(each) for each in listed(resource.get(POLICIES[resource.type][0]))]
            if None in owners:
                return every
            if not _is_known(resource.get("PolicyDocument")):
                found |= {owner.id for owner in owners if owner is not None}
        elif resource.type.startswith(_CAN_EXTEND):
            found |= every.intersection(references(resource.definition))
    return found


def _is_known(document: Value) -> bool:
    """Whether all statements of a policy are known, as far as they allow something."""
    return isinstance(document, dict) and all(
        isinstance(value_at(each, "Effect"), str) for each in listed(document.get("Statement"))
    )


def _may_be(template: Template, arn: Value, resource: Resource) -> bool:
    """Whether an ARN in a policy may be that of a resource: another resource of its type is not."""
    other = template.referred(arn)
    return other is None or other is resource or other.type != resource.type
