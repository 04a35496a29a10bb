"""Rules for the permission to invoke a function: its resource-based policy, its function URL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from ..template.targets import Target
from ..template.template import Resource, Template
from ..template.trigger_kinds import URL
from ..template.triggers import PERMISSION, permissions, triggers
from ..template.values import Unknown, flat
from .rule import Place, Words, at, rule, warning
from .urls import LAMBDA_QUOTAS_URL

_ADD_PERMISSION_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"
_SERVICES_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html"
_URL_ACCESS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
_POLICY_MAXIMUM: Final = 20_480  # bytes, of a function, an alias or a version: LAMBDA_QUOTAS_URL
_POLICY_WARNED: Final = 16_384  # 80 %: the rest is for the routes and rules of the next months
# Each of them restricts a permission beyond its principal.
_RESTRICTIONS: Final = ("SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken")
_INVOKE: Final = "lambda:InvokeFunction"
_INVOKE_URL: Final = "lambda:InvokeFunctionUrl"
# Generated names are at least this long, so an estimate is never too high.
_UNKNOWN: Final = re.compile(r"<[^<>]*>")
_NAME: Final = "n" * 12
_ARN: Final = "arn:aws:service:us-east-1:123456789012:" + _NAME


@warning(
    why="The service invokes the function for anyone who asks it to, from any account.",
    source=_ADD_PERMISSION_URL,
)
def permission_without_source(_: Words, principal: str, *, limited: bool) -> str | None:
    """A service can invoke the function only for one resource or account."""
    if limited or not principal.endswith(".amazonaws.com"):
        return None
    return (
        f"{principal} can invoke the function for any resource of any account; set SourceArn or SourceAccount"
    )


@permission_without_source.in_template
def _(template: Template) -> Iterator[Place]:
    for permission, function, principal in _with_principal(template):
        limited = _is_restricted(permission)
        yield at(permission, "Principal", principal, limited=limited, about=[function])


@warning(
    why="A bucket name does not identify an account: after you delete the bucket, another account can create "
    "one with its name.",
    source=_ADD_PERMISSION_URL,
)
def permission_without_account(_: Words, principal: str, *, account: bool) -> str | None:
    """The permission for a bucket names the account of the bucket."""
    if account or principal != "s3.amazonaws.com":
        return None
    return (
        f"{principal} can invoke the function for a bucket with that name in any account; set SourceAccount "
        "too"
    )


@permission_without_account.in_template
def _(template: Template) -> Iterator[Place]:
    for permission, function, principal in _with_principal(template):
        if _is_restricted(permission):
            account = permission.get("SourceAccount") is not None
            yield at(permission, "SourceArn", principal, account=account, about=[function])


@rule(why="Anyone with an AWS account can invoke the function.", source=_SERVICES_URL)
def permission_public(_: Words, principal: str, *, limited: bool, by_url: bool = False) -> str | None:
    """The principal `*` has a condition, or belongs to a public function URL."""
    if limited or principal != "*":
        return None
    fix = "set InvokedViaFunctionUrl to true" if by_url else "name accounts, or set PrincipalOrgID"
    return f"principal '*' can invoke the function without a condition; {fix}"


@permission_public.in_template
def _(template: Template) -> Iterator[Place]:
    with_url = {each.target.function for each in triggers(template) if each.name == URL}
    for permission, function, principal in _with_principal(template):
        auth_type = permission.text("FunctionUrlAuthType")
        limited: bool | Unknown = (
            _is_restricted(permission)
            or auth_type == "NONE"
            or permission.flag("InvokedViaFunctionUrl") is True
        )
        for unknown in (auth_type, permission.flag("InvokedViaFunctionUrl")):
            if not limited and isinstance(unknown, Unknown):
                limited = unknown
        by_url = function in with_url and permission.get("Action") == _INVOKE
        yield at(permission, "Principal", principal, limited=limited, by_url=by_url, about=[function])


@rule(
    why="Lambda refuses the permission that does not fit, in the middle of the deployment.",
    source=LAMBDA_QUOTAS_URL,
)
def function_policy_size(_: Words, size: int, permissions: int) -> str | None:
    """All permissions of a function, alias or version together have at most 20 KB."""
    if size <= _POLICY_MAXIMUM:
        return None
    return _nearly_full(size, permissions)


@warning(
    why="Lambda refuses the permission that does not fit, in the middle of the deployment.",
    source=LAMBDA_QUOTAS_URL,
)
def function_policy_nearly_full(_: Words, size: int, permissions: int) -> str | None:
    """The policy of a function, alias or version has room for more permissions: 20 % of its 20 KB."""
    if not _POLICY_WARNED <= size <= _POLICY_MAXIMUM:
        return None
    return _nearly_full(size, permissions)


@function_policy_size.in_template
@function_policy_nearly_full.in_template
def _(template: Template) -> Iterator[Place]:
    sizes: dict[tuple[str, str], list[int]] = {}
    for permission, target in permissions(template):
        if permission.certain:
            sizes.setdefault(_policy(target), []).append(_size(permission))
    for (function, _), each in sizes.items():
        yield at(template.resources[function], "", sum(each), len(each))


@warning(
    why="Anyone on the internet can call the function, at any rate and at your expense.",
    source=_URL_ACCESS_URL,
)
def function_url_public(_: Words, auth_type: str) -> str | None:
    """A function URL authenticates its callers."""
    if auth_type != "NONE":
        return None
    return (
        "AuthType is NONE, so anyone can call the function URL; use AWS_IAM, or acknowledge this if the "
        "function itself authenticates its callers"
    )


@function_url_public.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        if trigger.name == URL:
            about = [trigger.target.alias or trigger.target.function]
            yield at(trigger.resource, "AuthType", trigger.resource.text("AuthType") or "", about=about)


@rule(
    why="Since October 2025 a function URL needs both permissions: callers with one of them get a 403 error.",
    source=_URL_ACCESS_URL,
)
def function_url_permission(_: Words, principal: str, *, paired: bool) -> str | None:
    """A principal with permission to call a function URL also has permission to invoke the function."""
    if paired:
        return None
    return (
        f"principal {principal!r} has lambda:InvokeFunctionUrl without lambda:InvokeFunction; add that "
        "permission, with InvokedViaFunctionUrl"
    )


@function_url_permission.in_template
def _(template: Template) -> Iterator[Place]:
    invoking = {
        (_policy(target), flat(permission.get("Principal")))
        for permission, target in permissions(template)
        if _allows(permission, _INVOKE)
    }
    unknown = [
        value
        for permission in template.of_type(PERMISSION)
        for value in (permission.get("FunctionName"), permission.get("Principal"))
        if _allows(permission, _INVOKE) and isinstance(value, Unknown)
    ]
    for permission, target in permissions(template):
        principal = permission.text("Principal")
        if not isinstance(principal, str) or not _allows(permission, _INVOKE_URL):
            continue
        # An account can allow its own callers the rest; anyone and services cannot.
        if principal == "*" or principal.endswith(".amazonaws.com"):
            paired: bool | Unknown = (_policy(target), principal) in invoking
            if not paired and unknown:
                paired = unknown[0]
            yield at(permission, "Action", principal, paired=paired, about=[target.function])


def _with_principal(template: Template) -> Iterator[tuple[Resource, Resource, str]]:
    """The permissions whose principal is known, with the function and the principal."""
    for permission, target in permissions(template):
        principal = permission.text("Principal")
        if isinstance(principal, str):
            yield permission, target.function, principal


def _is_restricted(permission: Resource) -> bool:
    return any(permission.get(name) is not None for name in _RESTRICTIONS)


def _allows(permission: Resource, action: str) -> bool:
    """Whether a permission allows an action, or may allow it."""
    found = permission.text("Action")
    return isinstance(found, Unknown) or found in (action, "lambda:*")


def _policy(target: Target) -> tuple[str, str]:
    """The policy that a permission is part of: each function, alias and version has its own."""
    qualifier = target.qualifier
    return target.function.id, qualifier if isinstance(qualifier, str) else qualifier.name


def _size(permission: Resource) -> int:
    names = ("Principal", "Action", "SourceArn", "SourceAccount", "PrincipalOrgID")
    conditions = {name: flat(permission.get(name)) for name in names if permission.get(name) is not None}
    return statement_size(permission.id, **conditions)


def _nearly_full(size: int, permissions: int) -> str:
    return (
        f"{permissions} permissions take about {size} bytes of the {_POLICY_MAXIMUM} that Lambda allows; use "
        "one permission with a wildcard in its SourceArn for each API, bus or topic"
    )


def statement_size(name: str, **conditions: str) -> int:
    """Bytes of the statement that Lambda writes for a permission with this logical id and these properties.

    An unknown part of a property is written as `<name>`, and an unknown ARN as `<name.Arn>`.
    """
    statement = {
        "Sid": f"{_NAME}-{name[:24]}-{_NAME}",
        "Effect": "Allow",
        "Principal": {"Service": conditions.pop("Principal", "")},
        "Action": conditions.pop("Action", ""),
        "Resource": _ARN,
    }
    if conditions:
        texts = {f"AWS:{key}": _known(value) for key, value in conditions.items()}
        statement["Condition"] = {"ArnLike": texts}
    return len(json.dumps(statement, separators=(",", ":")).encode())


def _known(text: str) -> str:
    """The string with placeholders of about the right length for unknown parts."""
    return _UNKNOWN.sub(lambda found: _ARN if found[0].endswith("Arn>") else _NAME, text)
