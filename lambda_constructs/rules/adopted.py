"""Rules for functions that the app defines itself, and passes to a workload."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..template.targets import FUNCTION, aliases_of
from ..template.template import Template
from .defaults import ALIAS_NAME
from .function import ARCHITECTURE_DEFAULT, TIMEOUT_DEFAULT
from .modes import DURABLE_INVOKING_URL
from .names import first_of
from .rule import Place, Words, at, rule, warning
from .urls import ARCHITECTURES_URL, FUNCTION_API_URL, RECURSION_URL, ROLE_URL

_ALIASES_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"
MEMORY_SIZE_DEFAULT: Final = 128  # MB: FUNCTION_API_URL
_THERE: Final = "where you define the function"


@rule(why="The workload would have to change a function that it did not create.", source=FUNCTION_API_URL)
def function_excludes(_: Words, given: Collection[str]) -> str | None:
    """Options of a function are not for a function that you pass in."""
    if not given:
        return None
    it = "it" if len(given) == 1 else "them"
    return f"{', '.join(given)} given together with function; set {it} {_THERE}"


@rule(
    why="The stack of the alias would import the version under another name with each release, and "
    "CloudFormation does not change a name that another stack uses.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html",
)
def function_of_another_stack(_: Words, function: str, stack: str) -> str | None:
    """A workload is in the stack of the function that you pass in."""
    return (
        f"function {function} is in stack {stack}; create the workload in that stack, and pass it what "
        "invokes the function"
    )


@rule(why="The names of aliases are unique: the deployment fails.", source=_ALIASES_URL)
def alias_exists(_: Words, function: str, owner: str) -> str | None:
    """A function that you pass in does not have the alias of a workload yet."""
    return (
        f"function {function} has the alias {ALIAS_NAME!r} already, at {owner}; use that alias, remove it in "
        "an earlier deployment, or define another function"
    )


@rule(why="The names of aliases are unique: the deployment fails.", source=_ALIASES_URL)
def alias_twice(_: Words, name: str, aliases: int) -> str | None:
    """A function has each alias once."""
    if aliases < 2:
        return None
    return f"{aliases} aliases of the function have the name {name!r}; keep one of them"


@alias_twice.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        aliases = aliases_of(template, function)
        names = [each.text("Name") for each in aliases]
        for alias, name in zip(aliases, names, strict=True):
            if isinstance(name, str) and names.count(name) > 1:
                yield at(alias, "Name", name, names.count(name), about=[function])


@warning(
    why="Lambda does not publish a second version of the same code and configuration, and the deployment "
    "fails: A version for this Lambda function exists.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html",
)
def adopted_version(_: Words, function: str, versions: Collection[str]) -> str | None:
    """Only `current_version` publishes versions of a function that you pass in."""
    if not versions:
        return None
    return (
        f"{first_of(versions)} also publishes versions of function {function}; use "
        "function.current_version there, or change the function in the same deployment"
    )


@rule(why="The workload would have to change a function that it did not create.", source=RECURSION_URL)
def adopted_setting(_: Words, option: str, setting: str, value: object, needed: object) -> str | None:
    """A function that you pass in has the settings that an option of the workload needs."""
    if value == needed:
        return None
    found = "is not set" if value is None else f"is {value}"
    return f"{option} needs {setting}={needed}, which {found}; set it {_THERE}"


@rule(
    why="Lambda does not deliver to destinations of a durable function, and the workload cannot give it a "
    "dead-letter queue, so failed events are lost.",
    source=DURABLE_INVOKING_URL,
)
def adopted_durable(_: Words, *, events: bool) -> str | None:
    """A durable function that you pass in is not for asynchronous events."""
    if not events:
        return None
    return (
        "the function is durable, so the workload cannot keep its failed events; pass code and durable "
        "instead of function, or add your own trigger to the alias of a ProductionFunction"
    )


@warning(why="The same duration costs 20 % less with arm64.", source=ARCHITECTURES_URL)
def adopted_architecture(_: Words, architecture: str) -> str | None:
    """A function that you pass in runs on arm64."""
    if architecture != ARCHITECTURE_DEFAULT:
        return None
    return f"the function runs on {architecture}; pass architecture=Architecture.ARM_64 {_THERE}"


@warning(
    why="CPU grows with memory: with 128 MB a function has 7 % of a CPU, and is slow rather than cheap.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
)
def adopted_memory_size(_: Words, memory_size: int) -> str | None:
    """A function that you pass in has more memory than Lambda's default."""
    if memory_size > MEMORY_SIZE_DEFAULT:
        return None
    return f"the function has {memory_size} MB of memory; measure it, and pass memory_size {_THERE}"


@warning(
    why="Lambda's default ends slow invocations, such as the first one of an environment.",
    source=FUNCTION_API_URL,
)
def adopted_timeout(_: Words, timeout: int) -> str | None:
    """A function that you pass in has more time than Lambda's default."""
    if timeout > TIMEOUT_DEFAULT:
        return None
    return f"the function has a timeout of {timeout} seconds; pass timeout {_THERE}"


@warning(
    why="Text logs have no levels, so Lambda's own reports cannot be filtered, and queries must parse text.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html",
)
def adopted_log_format(_: Words, log_format: str) -> str | None:
    """A function that you pass in writes its logs as JSON."""
    if log_format == "JSON":
        return None
    return f"the function writes logs as {log_format}; pass logging_format=LoggingFormat.JSON {_THERE}"


@warning(
    why="A policy that AWS manages allows its actions on all resources, and AWS can change it.",
    source=ROLE_URL,
)
def adopted_managed_policy(_: Words, policies: Collection[str]) -> str | None:
    """The role of a function that you pass in has no policies that AWS manages."""
    if not policies:
        return None
    return (
        f"the role of the function has {first_of(policies)}; pass a role with only the permissions that "
        f"the function needs {_THERE}"
    )
