"""Rules for execution roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ..template.policies import role_of, statements_by_role
from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.values import Text
from ..template.views import places, view
from .rule import Place, Words, at, rule

_ROLE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
_OWNS_THE_ACCOUNT: Final = (
    "Anyone who makes the function run other code, through its input or a dependency, controls the account."
)
_ADVICE: Final = "allow only the actions that it needs, on the resources that it uses"
_ADMINISTRATORS: Final = ("AdministratorAccess", "PowerUserAccess")
_ALL_OF_A_SERVICE: Final = re.compile(r"([a-z0-9-]+):\*")
_MANAGED: Final = ":iam::aws:policy/"


@rule(
    "role-not-changed",
    severity="warning",
    why="An imported role may lack permissions that the workload needs: it then fails at run time.",
    source=_ROLE_URL,
)
def role_not_changed(_: Words, actions: str) -> str | None:
    """The workload can add its statements to a role that you pass in."""
    return f"the imported role cannot be modified here; grant it {actions} where you define it"


@rule(
    "role-of-another-stack",
    why="CDK adds the permissions of the workload to the role, in its stack: each stack then refers to the "
    "other, and CDK ends the synthesis.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/resources.html",
)
def role_of_another_stack(_: Words, role: str, stack: str) -> str | None:
    """A role that the workload adds permissions to is in its own stack."""
    return (
        f"role {role} is in the stack {stack}; define it in the stack of the workload, or import it there "
        "with Role.from_role_name"
    )


@rule("role-administrator", why=_OWNS_THE_ACCOUNT, source=_ROLE_URL, construction=False)
def role_administrator(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """An execution role does not allow every action on every resource."""
    if "*" not in resources or not {"*", "*:*"} & set(actions):
        return None
    return f"the function's role allows every action on every resource; {_ADVICE}"


@rule(
    "role-service-wildcard",
    severity="warning",
    why="The function can read, change and delete everything that the account has in the service.",
    source=_ROLE_URL,
    construction=False,
)
def role_service_wildcard(_: Words, actions: Collection[str], resources: Collection[str]) -> str | None:
    """An execution role does not allow every action of a service on every resource."""
    services = [found[1] for each in actions if (found := _ALL_OF_A_SERVICE.fullmatch(each))]
    if "*" not in resources or not services:
        return None
    return f"the function's role allows every action of {', '.join(services)} on every resource; {_ADVICE}"


@role_administrator.in_template
@role_service_wildcard.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in _execution_roles(template).values():
        for each in statements_by_role(template)[role.id]:
            if not each.conditional:
                about = functions if each.policy is role else [role, *functions]
                yield at(each.policy, each.location, each.actions, each.resources, about=about)


@rule("role-administrator-policy", why=_OWNS_THE_ACCOUNT, source=_ROLE_URL, construction=False)
def role_administrator_policy(_: Words, policy: str) -> str | None:
    """An execution role does not have a managed policy for administrators."""
    name = policy.rpartition("/")[2]
    if name not in _ADMINISTRATORS:
        return None
    return f"the function's role has the policy {name}; {_ADVICE}"


@role_administrator_policy.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in _execution_roles(template).values():
        for location, named in places(role, "ManagedPolicyArns", "*"):
            # The partition of the ARN may be a parameter.
            arn = named.parts[-1] if isinstance(named, Text) else named
            if isinstance(arn, str) and _MANAGED in arn:
                yield at(role, location, arn, about=functions)


@view
def _execution_roles(template: Template) -> Mapping[str, tuple[Resource, list[Resource]]]:
    """The roles of the template that functions have, by logical id, each with its functions."""
    found: dict[str, tuple[Resource, list[Resource]]] = {}
    for function in template.of_type(FUNCTION):
        if (role := role_of(template, function)) is not None:
            found.setdefault(role.id, (role, []))[1].append(function)
    return found
