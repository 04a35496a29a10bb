"""Rules for building a construct: its id, its scope, and what only CDK finds."""

from __future__ import annotations

from typing import Final

from .rule import Words, rule

_CONSTRUCTS_URL: Final = "https://docs.aws.amazon.com/cdk/v2/guide/constructs.html"
_IDENTIFIERS_URL: Final = "https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html"


@rule(
    "construct-id-empty",
    why="Only the app has no id: CDK cannot derive logical ids from an empty one.",
    source=_IDENTIFIERS_URL,
)
def construct_id_empty(_: Words, construct_id: str) -> str | None:
    """A construct has an id."""
    if construct_id.strip():
        return None
    return f"construct_id is {construct_id!r}; name the workload, such as 'Orders'"


@rule("scope-without-stack", why="CDK writes resources to the template of a stack.", source=_CONSTRUCTS_URL)
def scope_without_stack(_: Words, *, in_stack: bool) -> str | None:
    """The scope is a stack or a part of one."""
    if in_stack:
        return None
    return "scope is not part of a stack; pass a Stack, or a construct in one"


@rule(
    "cdk-refused",
    why="CDK ends the synthesis.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/troubleshooting.html",
)
def cdk_refused(_: Words, message: str) -> str | None:
    """CDK accepts what no other rule judges."""
    return f"CDK refuses it: {message}; change the option that this is about"
