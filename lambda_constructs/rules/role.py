"""Rules for execution roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Final

from ..template.intrinsics import mapping
from ..template.policies import POLICIES_LEFT_OUT, ROLE, execution_statements, roles_for_lambda
from ..template.targets import FUNCTION, QUEUE, STREAM, TABLE, pieces
from ..template.template import Template
from ..template.values import Reference, Text, flat
from ..template.views import places
from .names import first_of
from .rule import Place, Words, at, rule, warning
from .urls import ROLE_URL

_NOT_ACTION_URL: Final = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"
)
_IAM_URL: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_identityandaccessmanagement.html"
)
_OWNS_THE_ACCOUNT: Final = (
    "Anyone who makes the function run other code, through its input or a dependency, controls the account."
)
_ADVICE: Final = "allow only the actions that it needs, on the resources that it uses"
_ADMINISTRATORS: Final = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
_ALL: Final = re.compile(r"\*+(:\*+)?")
_ALL_OF_A_SERVICE: Final = re.compile(r"([a-z0-9-]+):\*+")
# Resources whose `Ref` is a name, an id or a URL, and whose attribute `Arn` is the ARN.
_NAMED_BY_REF: Final = (
    *(FUNCTION, QUEUE, STREAM, TABLE, "AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::KMS::Key", ROLE),
    *(
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::GlobalTable",
        "AWS::ECR::Repository",
        "AWS::Events::EventBus",
    ),
)
_PART: Final = r"(?:<[^>]*>|[^:<])*"  # of an ARN; unknown parts are written as <name>
_ARN_OF_A_SERVICE: Final = re.compile(rf"arn:{_PART}:([a-z0-9-]+):{_PART}:{_PART}:\*+")
_ANY_ARN: Final = re.compile(rf"\*+|arn(:{_PART})?(:\*+)+")
_ANY_IDENTITY: Final = re.compile(rf"arn:{_PART}:iam::{_PART}:([a-z-]+/)?\*+")
# _IAM_URL, access levels "Write" and "Permissions management": each can give a principal any permission.
_GRANTS: Final = (
    *("AddUserToGroup", "AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy", "CreateAccessKey"),
    *("CreateLoginProfile", "CreatePolicyVersion", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy"),
    *("SetDefaultPolicyVersion", "UpdateAssumeRolePolicy", "UpdateLoginProfile"),
)
_IDENTITIES: Final = ("CreateRole", "CreateUser", "PassRole")


@warning(
    why="An imported role may lack permissions that the workload needs: it then fails at run time.",
    source=ROLE_URL,
)
def role_not_changed(_: Words, actions: str) -> str | None:
    """The workload can add its statements to a role that you pass in."""
    return f"the imported role cannot be modified here; grant it {actions} where you define it"


@rule(why=_OWNS_THE_ACCOUNT, source=ROLE_URL)
def role_administrator(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """An execution role does not allow every action on every resource."""
    if not _matches(_ANY_ARN, resources) or not _matches(_ALL, actions):
        return None
    return f"the function's role allows every action on every resource; {_ADVICE}"


@warning(
    why="The function can read, change and delete everything that the account has in the service.",
    source=ROLE_URL,
)
def role_service_wildcard(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """An execution role does not allow every action of a service on every resource."""
    services = [found[1] for each in actions if (found := _ALL_OF_A_SERVICE.fullmatch(each))]
    owned = [found[1] for each in resources if (found := _ARN_OF_A_SERVICE.fullmatch(each))]
    if not _matches(_ANY_ARN, resources):
        services = owned if _matches(_ALL, actions) else [each for each in services if each in owned]
    services = [each for each in services if each != "iam"]
    if not services:
        return None
    return (
        f"the function's role allows every action of {first_of(dict.fromkeys(services))} on every resource; "
        f"{_ADVICE}"
    )


@rule(why=_OWNS_THE_ACCOUNT, source=_IAM_URL)
def role_iam_write(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """An execution role cannot give any principal any permission."""
    found = _of_iam(_GRANTS, actions, resources)
    if not found:
        return None
    named = "every action of iam" if len(found) == len(_GRANTS) else first_of(found)
    return (
        f"the function's role allows {named} on every user or role, so it can give itself all permissions; "
        "name the roles, or remove these actions"
    )


@warning(
    why="The function can pass a role with more permissions to a service that runs code, such as Lambda or "
    "EC2, and use them.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
)
def role_pass_role(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """An execution role cannot pass every role, or create principals of any name."""
    found = _of_iam(_IDENTITIES, actions, resources)
    if not found or _of_iam(_GRANTS, actions, resources):
        return None
    return (
        f"the function's role allows {first_of(found)} on every resource; name the roles or users, or limit "
        "iam:PassRole with the condition iam:PassedToService"
    )


@role_administrator.in_template
@role_service_wildcard.in_template
@role_iam_write.in_template
@role_pass_role.in_template
def _(template: Template) -> Iterator[Place]:
    for each, about in execution_statements(template):
        if not each.conditional and not each.excluded:
            yield at(each.policy, each.location, each.actions, each.resources, about=about)


@warning(why="It also allows every action, or every resource, that AWS adds later.", source=_NOT_ACTION_URL)
def role_not_action(_: Words, excluded: str, resources: Collection[str]) -> str | None:
    """An execution role names what it allows, not what it leaves out."""
    if excluded != "NotResource" and not _matches(_ANY_ARN, resources):
        return None
    return f"the function's role allows everything but what {excluded} names; {_ADVICE}"


@role_not_action.in_template
def _(template: Template) -> Iterator[Place]:
    for each, about in execution_statements(template):
        if each.excluded and not each.conditional:
            location = f"{each.location}/{each.excluded}"
            yield at(each.policy, location, each.excluded, each.resources, about=about)


@rule(
    why="IAM refuses the policy.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
)
def role_resource_form(_: Words, resource: str, name_of: str) -> str | None:
    """A statement names its resources with ARNs, or with `*`; a `Ref` of most resources is only a name."""
    if resource.startswith(("arn:", "*")):
        return None
    if name_of:
        return f"Resource begins with the name of {name_of}, but IAM needs an ARN; write {name_of}.Arn there"
    return f"Resource is {resource!r}, but IAM needs an ARN; write it in full, such as arn:aws:s3:::bucket/*"


@role_resource_form.in_template
def _(template: Template) -> Iterator[Place]:
    for each, about in execution_statements(template):
        for arn in each.arns:
            first = next(iter(pieces(arn)), None)
            of = template.referred(first) if isinstance(first, Reference) and not first.attribute else None
            named = of is not None and of.type in _NAMED_BY_REF
            if named or isinstance(first, str):
                name = of.id if of is not None else ""
                yield at(each.policy, f"{each.location}/Resource", flat(arn), name, about=about)


@rule(why=_OWNS_THE_ACCOUNT, source=ROLE_URL)
def role_administrator_policy(_: Words, policy: str) -> str | None:
    """An execution role does not have a managed policy for administrators."""
    name = policy.rpartition("/")[2]
    if name not in _ADMINISTRATORS:
        return None
    return f"the function's role has the policy {name}; {_ADVICE}"


@warning(
    why="The function can read, change and delete everything that the account has in the service.",
    source=ROLE_URL,
)
def role_full_access_policy(_: Words, policy: str) -> str | None:
    """An execution role does not have a managed policy with full access to a service."""
    name = policy.rpartition("/")[2]
    if name in _ADMINISTRATORS or not name.endswith("FullAccess"):
        return None
    return f"the function's role has the policy {name}; {_ADVICE}"


@role_administrator_policy.in_template
@role_full_access_policy.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in roles_for_lambda(template).values():
        for location, named in places(role, "ManagedPolicyArns", "*"):
            # The partition of the ARN may be a parameter.
            arn = named.parts[-1] if isinstance(named, Text) else named
            if isinstance(arn, str) and ":iam::aws:policy/" in arn:
                yield at(role, location, arn, about=functions)


@warning(
    why="AWS SAM adds them only to a role that it creates, so the function lacks these permissions.",
    source="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html",
)
def policies_left_out(_: Words, *, role: bool) -> str | None:
    """A function of AWS SAM with Policies has no Role."""
    if not role:
        return None
    return "AWS SAM ignores Policies, because Role is set; move them to the role, or remove Role or Policies"


@policies_left_out.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        if POLICIES_LEFT_OUT in mapping(function.definition.get("Metadata")):
            yield at(function, "Policies", role=True)


def _matches(pattern: re.Pattern[str], texts: Collection[str]) -> bool:
    return any(map(pattern.fullmatch, texts))


def _of_iam(names: Collection[str], actions: Collection[str], resources: Collection[str]) -> list[str]:
    """Those of the actions of IAM that a statement allows on every user or role; not if it allows all."""
    if _matches(_ALL, actions) and _matches(_ANY_ARN, resources):
        return []
    if not any(_matches(pattern, resources) for pattern in (_ANY_ARN, _ANY_IDENTITY)):
        return []
    return [
        f"iam:{name}" for name in names if any(fnmatchcase(f"iam:{name}".lower(), each) for each in actions)
    ]
