"""Rules for options and for constructs: types and combinations, ids and scopes, and what only CDK finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .rule import Words, rule, warning
from .urls import FUNCTION_API_URL

IDEMPOTENCY_KEY: Final = "id"  # Powertools' default
TEXT_TYPE: Final = "S"  # DynamoDB's type of strings
_CONSTRUCTS_URL: Final = "https://docs.aws.amazon.com/cdk/v2/guide/constructs.html"
_IDENTIFIERS_URL: Final = "https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html"
# Of Object.prototype.
MEMBERS: Final = frozenset(
    (
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"),
        *("toString", "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__"),
        *("__lookupSetter__", "__proto__"),
    )
)


@rule(
    why="jsii checks what is passed to CDK, but not what is passed to this library: a value of the wrong "
    "type would silently mean something else.",
    source=FUNCTION_API_URL,
)
def option_type(_: Words, name: str, value: str, expected: str) -> str | None:
    """Every option has the type that its documentation names."""
    return f"{name} is {value}; pass {expected}"


@rule(why="Lambda cannot create the function.", source=FUNCTION_API_URL)
def option_missing(_: Words, name: str) -> str | None:
    """The code, the handler and the runtime are given, here or in a preset."""
    return f"{name} is missing; pass {name}=..., or set it in a preset"


@rule(why="Lambda, SQS and CodeDeploy count whole seconds.", source=FUNCTION_API_URL)
def whole_seconds(_: Words, name: str, milliseconds: float) -> str | None:
    """Durations are whole seconds."""
    if milliseconds % 1000 == 0:
        return None
    return f"{name} is {milliseconds:.15g} milliseconds, AWS counts whole seconds; round it"


@rule(
    why="The option would change a log group that you pass in, and silently does nothing.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html",
)
def not_your_log_group(_: Words) -> str | None:
    """Options of the log group that this construct creates are not for a log group that you pass in."""
    return "log_retention given together with log_group; set it where you define that log group"


@rule(
    why="CloudFormation refuses the template.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-attribute-deletionpolicy.html",
)
def removal_policy_snapshot(_: Words) -> str | None:
    """Data of a workload is kept or deleted: queues, tables and log groups do not support snapshots."""
    return (
        "removal_policy is SNAPSHOT, which queues, tables and log groups do not support; pass "
        "RemovalPolicy.RETAIN or RemovalPolicy.DESTROY"
    )


@warning(
    why="Without a statement in the key policy the service cannot encrypt what it writes: the log group is "
    "not created, or the event does not reach the queue.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html",
)
def key_policy_not_changed(_: Words, service: str) -> str | None:
    """A key that you pass in allows the services that write encrypted data to use it."""
    return (
        f"the policy of an imported key cannot be modified here; allow {service} to use the key where you "
        "define it"
    )


@rule(
    why="Powertools writes items with the key `id`: DynamoDB refuses every one of them, and every invocation "
    "fails.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
)
def idempotency_table_key(_: Words, keys: Sequence[str], types: Sequence[str]) -> str | None:
    """The table has the partition key `id`, a string, and no sort key."""
    if list(keys) == [IDEMPOTENCY_KEY] and list(types) == [TEXT_TYPE]:
        return None
    found = " and ".join(f"{key} ({kind})" for key, kind in zip(keys, types, strict=False))
    return (
        f"idempotency.table has the key {found}, Powertools expects {IDEMPOTENCY_KEY} ({TEXT_TYPE}); pass "
        "another table, or leave it out"
    )


@rule(why="Only the app has no id: CDK cannot derive logical ids from an empty one.", source=_IDENTIFIERS_URL)
def construct_id_empty(_: Words, construct_id: str) -> str | None:
    """A construct has an id."""
    if construct_id.strip():
        return None
    return f"construct_id is {construct_id!r}; name the workload, such as 'Orders'"


@rule(
    why="CDK takes the member for a construct, and every later statement fails.",
    source=_IDENTIFIERS_URL,
)
def construct_id_reserved(_: Words, construct_id: str) -> str | None:
    """An id is not the name of a member that every JavaScript object has."""
    if construct_id not in MEMBERS:
        return None
    return f"construct_id is {construct_id!r}, a member of every JavaScript object; choose another id"


@rule(why="CDK derives the logical ids of resources from the ids of constructs.", source=_IDENTIFIERS_URL)
def construct_id_taken(_: Words, construct_id: str, scope: str) -> str | None:
    """The constructs of a scope have different ids."""
    return f"{scope} has a construct with the id {construct_id!r} already; give one of them another id"


@rule(why="CDK writes resources to the template of a stack.", source=_CONSTRUCTS_URL)
def scope_without_stack(_: Words, *, in_stack: bool) -> str | None:
    """The scope is a stack or a part of one."""
    if in_stack:
        return None
    return "scope is not part of a stack; pass a Stack, or a construct in one"


@rule(why="CDK ends the synthesis.", source="https://docs.aws.amazon.com/cdk/v2/guide/troubleshooting.html")
def cdk_refused(_: Words, message: str) -> str | None:
    """CDK accepts the options."""
    return f"CDK refuses it: {message}; change the option that it names"
