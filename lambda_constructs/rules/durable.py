"""Rules for durable functions: their runtimes, times, triggers and permissions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Final

from ..template.features import feature_of
from ..template.policies import Statement, role_of, statements_by_role
from ..template.targets import FUNCTION, LATEST
from ..template.template import Resource, Template
from ..template.triggers import triggers, triggers_by_function
from ..template.values import Text, Unknown, flat
from ..template.views import places
from .managed_instances import INSTANCES_TIMEOUT_MAXIMUM
from .modes import (
    CELLS,
    DURABLE,
    DURABLE_INVOKING_URL,
    DURABLE_RUNTIMES_URL,
    DURABLE_URL,
    combined,
    excluded,
    first_runtimes,
    runtimes,
)
from .ranges import SECONDS, Service, numbers, timeout_range
from .rule import Place, Words, at, rule, warning

_CONFIG_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_DurableConfig.html"
_TIMEOUT: Final = "DurableConfig/ExecutionTimeout"
_RETENTION: Final = "DurableConfig/RetentionPeriodInDays"
CHECKPOINTS: Final = ("lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState")
SYNCHRONOUS_MAXIMUM: Final = timeout_range.high  # seconds: DURABLE_INVOKING_URL
# The policies of AWS that functions usually have, and which allow no checkpoints.
_OTHER_POLICIES: Final = (
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRay",
    "AWSXray",
)

_LAMBDA: Final = Service("Lambda", _CONFIG_URL)
execution_timeout_range = _LAMBDA.allows(
    "durable-execution-range",
    (1, 31_622_400),
    SECONDS,
    "durable.execution_timeout",
    numbers(FUNCTION, _TIMEOUT),
    above="an execution takes at most 366 days",
)
history_retention_range = _LAMBDA.allows(
    "durable-retention-range", (1, 90), "days", "durable.retention_period", numbers(FUNCTION, _RETENTION)
)


@rule(why="Lambda counts whole days.", source=_CONFIG_URL)
def durable_retention_days(_: Words, seconds: int) -> str | None:
    """A whole number of days."""
    if seconds % 86_400 == 0:
        return None
    return f"durable.retention_period is {seconds} seconds; pass Duration.days(...)"


@rule(
    why="Lambda refuses the function.",
    source=DURABLE_RUNTIMES_URL,
    names={"durable": ("durable", "DurableConfig")},
)
def durable_runtime(words: Words, runtime: str, *, supported: bool) -> str | None:
    """Durable functions run on Node.js 22, Python 3.13, Java 17 and .NET 8, and later versions."""
    if supported:
        return None
    return (
        f"{words.durable} does not support {runtime}; use one of {first_runtimes(DURABLE)} or later, or a "
        "container image"
    )


durable_runtime.in_template(runtimes(DURABLE))


@warning(
    why="Lambda encrypts the payloads of durable executions with a key that AWS owns, unless DurableConfig "
    "names another one.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/durable-encryption.html",
)
def durable_key(_: Words, *, encrypted: bool) -> str | None:
    """Your key does not encrypt the payloads of executions."""
    if not encrypted:
        return None
    return (
        "encryption_key does not encrypt the inputs and results of durable executions; set "
        "DurableConfig.KMSKeyArn of the function with add_property_override, keep confidential data out of "
        "them, or acknowledge this warning"
    )


@rule(
    why="The caller waits for the whole execution. Lambda refuses to start one that may take longer.",
    source=DURABLE_INVOKING_URL,
    names={"timeout": ("durable.execution_timeout", "ExecutionTimeout")},
)
def durable_execution_time(words: Words, execution_timeout: int, limit: int, trigger: str) -> str | None:
    """A synchronous trigger waits for an execution for at most 15 minutes, and an API for less."""
    if execution_timeout <= limit:
        return None
    return (
        f"{words.timeout} is {execution_timeout} seconds, but {trigger} waits for {limit}; lower it, or "
        "start the execution asynchronously"
    )


@durable_execution_time.in_template
def _(template: Template) -> Iterator[Place]:
    for function in _durable(template):
        timeout = function.number("DurableConfig", "ExecutionTimeout")
        waiting = {cell.feature for cell in CELLS if cell.rule == durable_execution_time.code}
        on_instances = function.get("CapacityProviderConfig") is not None
        for trigger in triggers_by_function(template).get(function.id, ()):
            feature = feature_of(trigger)
            if feature in waiting and timeout is not None:
                mapped = on_instances and trigger.kind.type == "AWS::Lambda::EventSourceMapping"
                limit = INSTANCES_TIMEOUT_MAXIMUM if mapped else SYNCHRONOUS_MAXIMUM
                yield at(function, _TIMEOUT, timeout, limit, feature, about=[trigger.resource])


@rule(
    why="An execution that waits does not occupy the reserved concurrency, so the next run starts.",
    source=DURABLE_URL,
)
def durable_overlap(_: Words, *, no_overlap: bool) -> str | None:
    """A durable job cannot promise that its runs do not overlap."""
    if not no_overlap:
        return None
    return (
        "no_overlap is set for a durable function, whose runs can overlap while they wait; leave it "
        "out, and give executions a name"
    )


@rule(
    why="Lambda does not deliver to destinations of a durable function, so failed events are lost.",
    source=DURABLE_INVOKING_URL,
)
def durable_excludes(words: Words, features: Collection[str]) -> str | None:
    """Durable functions have no destinations; failed events go to the dead-letter queue of the function."""
    return excluded(words, DURABLE, features)


durable_excludes.in_template(combined(DURABLE))


@rule(
    why="Lambda refuses every invocation: a durable execution belongs to a version.",
    source=DURABLE_INVOKING_URL,
)
def durable_unqualified(_: Words, trigger: str, *, qualified: bool) -> str | None:
    """A trigger of a durable function names an alias, a version, or $LATEST."""
    if qualified:
        return None
    return f"the {trigger} invokes a durable function without a qualifier; point it at an alias"


@durable_unqualified.in_template
def _(template: Template) -> Iterator[Place]:
    durable = _durable(template)
    for trigger in triggers(template):
        if trigger.target.function in durable:
            invoked = trigger.target.invoked
            named = any(
                LATEST in flat(value) for _, value in places(trigger.resource, *trigger.kind.path.split("/"))
            )
            qualified = invoked if isinstance(invoked, Unknown) else invoked != LATEST or named
            about = [trigger.target.function]
            yield at(trigger.resource, trigger.location, trigger.name, qualified=qualified, about=about)


@rule(
    why="The function cannot save its progress: every execution fails at its first step.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html",
)
def durable_checkpoints(_: Words, missing: Collection[str]) -> str | None:
    """The role of a durable function may save and read checkpoints, on the function's qualified ARNs."""
    if not missing:
        return None
    return (
        f"the role of a durable function does not allow {' and '.join(missing)}; allow it for the ARN of the "
        "function with :* at its end"
    )


@durable_checkpoints.in_template
def _(template: Template) -> Iterator[Place]:
    for function in _durable(template):
        if (role := role_of(template, function)) is not None:
            yield at(function, "Role", _missing(template, role), about=[role])


def _durable(template: Template) -> list[Resource]:
    """The durable functions of a template."""
    return [each for each in template.of_type(FUNCTION) if each.given("DurableConfig") is True]


def _missing(template: Template, role: Resource) -> list[str] | Unknown:
    """The actions that no statement of a role allows; unknown if it has policies of which little is known."""
    statements = [each for each in statements_by_role(template).get(role.id, ()) if _is_qualified(each)]
    missing = [
        action
        for action in CHECKPOINTS
        if not any(fnmatchcase(action.lower(), pattern) for each in statements for pattern in each.actions)
    ]
    for _, arn in places(role, "ManagedPolicyArns", "*"):
        last = arn.parts[-1] if isinstance(arn, Text) else arn
        name = last.rpartition("/")[2] if isinstance(last, str) else ""
        if name == "AWSLambdaBasicDurableExecutionRolePolicy":
            return []
        if missing and not name.startswith(_OTHER_POLICIES) and template.referred(arn) is None:
            return Unknown("a managed policy")
    return missing


def _is_qualified(statement: Statement) -> bool:
    """Whether the resources of a statement are more than unqualified functions."""
    return any(not each.startswith("<") or not each.endswith(">") for each in statement.resources)
