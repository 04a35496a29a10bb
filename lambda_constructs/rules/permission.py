"""Rules for who may invoke a function: its resource-based policy."""

from __future__ import annotations

from . import limits
from .rule import Words, rule
from .urls import LAMBDA_QUOTAS_URL

# What is left of the policy's room is for the routes and rules of the next months.
POLICY_SHARE_WARNED = 0.8


@rule(
    "permission-without-source",
    severity="warning",
    why="The service invokes the function for everybody who asks it to, from any account.",
    source=limits.ADD_PERMISSION_URL,
)
def permission_without_source(_: Words, principal: str, *, limited: bool) -> str | None:
    """A service may invoke the function for one resource or account only."""
    if limited or not principal.endswith(".amazonaws.com"):
        return None
    return (
        f"{principal} may invoke the function for any resource of any account; set SourceArn or SourceAccount"
    )


@rule(
    "permission-without-account",
    severity="warning",
    why="The name of a bucket says nothing of its account: another one can make it anew after it was "
    "deleted.",
    source=limits.ADD_PERMISSION_URL,
)
def permission_without_account(_: Words, principal: str, *, account: bool) -> str | None:
    """A bucket's account is named beside it."""
    if account or principal != "s3.amazonaws.com":
        return None
    return (
        f"{principal} may invoke the function for a bucket of any account with its name; set SourceAccount, "
        "too"
    )


@rule(
    "permission-public",
    why="Everybody with an AWS account may invoke the function.",
    source=limits.PERMISSIONS_URL,
)
def permission_public(_: Words, principal: str, *, limited: bool) -> str | None:
    """The principal `*` has a condition, or is that of a public function URL."""
    if limited or principal != "*":
        return None
    return "principal '*' may invoke the function without a condition; name who may, or set PrincipalOrgID"


@rule(
    "function-policy-size",
    why="Lambda refuses the permission that does not fit, in the middle of the deployment.",
    source=LAMBDA_QUOTAS_URL,
)
def function_policy_size(_: Words, size: int, permissions: int) -> str | None:
    """At most 20 KB of all permissions of a function, alias or version."""
    if size <= limits.FUNCTION_POLICY_MAXIMUM:
        return None
    return _fuller(size, permissions)


@rule(
    "function-policy-nearly-full",
    severity="warning",
    why="Lambda refuses the permission that does not fit, in the middle of the deployment.",
    source=LAMBDA_QUOTAS_URL,
)
def function_policy_nearly_full(_: Words, size: int, permissions: int) -> str | None:
    """Room for more permissions of a function, alias or version."""
    maximum = limits.FUNCTION_POLICY_MAXIMUM
    if not POLICY_SHARE_WARNED * maximum <= size <= maximum:
        return None
    return _fuller(size, permissions)


@rule(
    "function-url-public",
    severity="warning",
    why="Everybody on the internet may call the function, as often as they like and at your expense.",
    source=limits.URL_ACCESS_URL,
)
def function_url_public(_: Words, auth_type: str) -> str | None:
    """Callers of a function URL are asked who they are."""
    if auth_type != "NONE":
        return None
    return (
        "everybody may call the function URL, its AuthType is NONE; use AWS_IAM, or acknowledge this if the "
        "function itself asks who calls"
    )


@rule(
    "function-url-permission",
    why="Since October 2025 a function URL needs both permissions: callers with one of them get 403.",
    source=limits.URL_ACCESS_URL,
)
def function_url_permission(_: Words, principal: str, *, paired: bool) -> str | None:
    """Who may call the URL of a function may also invoke it."""
    if paired:
        return None
    return (
        f"principal {principal!r} has lambda:InvokeFunctionUrl without lambda:InvokeFunction; add that "
        "permission, with InvokedViaFunctionUrl"
    )


def _fuller(size: int, permissions: int) -> str:
    return (
        f"{permissions} permissions take about {size} bytes of the {limits.FUNCTION_POLICY_MAXIMUM} that "
        "Lambda allows; give one permission with a wildcard in its SourceArn for each API, bus or topic"
    )
