"""Rules for SnapStart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.provisioned_concurrency import provisioned_of
from ..template.targets import FUNCTION, VERSION, function_of
from ..template.template import Resource, Template
from ..template.values import Unknown
from ..template.views import if_given
from .modes import SNAP_START_URL, SNAPSHOTS, supports
from .ranges import ephemeral_storage_range
from .rule import Place, Words, at, rule, warning

# From SNAP_START_URL, "Supported features and limitations".
_EPHEMERAL_STORAGE_MAXIMUM: Final = 512  # MB


@rule(
    why="Lambda refuses the function.",
    source=SNAP_START_URL,
    names={"snap_start": ("snap_start", "SnapStart")},
)
def snap_start_runtime(words: Words, runtime: str, *, supported: bool) -> str | None:
    """SnapStart supports Java 11, Python 3.12 and .NET 8, and later versions."""
    if supported:
        return None
    first = ".".join(map(str, SNAPSHOTS.runtimes["python"]))
    return (
        f"{words.snap_start} does not support {runtime}; use python{first} or later, or leave "
        f"{words.snap_start} out"
    )


@snap_start_runtime.in_template
def _(template: Template) -> Iterator[Place]:
    for function in _with_snap_start(template):
        runtime = function.text("Runtime")
        if runtime is None:  # container images have SnapStart since July 2026
            continue
        supported = runtime if isinstance(runtime, Unknown) else supports(SNAPSHOTS, runtime)
        yield at(function, "SnapStart", runtime, supported=supported)


@rule(
    why="Lambda refuses provisioned concurrency, EFS and more than 512 MB of /tmp together with SnapStart.",
    source=SNAP_START_URL,
    names={
        "snap_start": ("snap_start", "SnapStart"),
        "provisioned": ("provisioned_concurrency", "provisioned concurrency"),
        "storage": ("ephemeral_storage_size", "EphemeralStorage"),
    },
)
def snap_start_exclusions(
    words: Words, ephemeral_storage_size: int, *, provisioned: bool, file_system: bool = False
) -> str | None:
    """SnapStart excludes provisioned concurrency, EFS and more than 512 MB of ephemeral storage."""
    if provisioned:
        return f"{words.snap_start} and {words.provisioned} exclude each other; choose one of them"
    if file_system:
        return f"{words.snap_start} and a file system exclude each other; choose one of them"
    if ephemeral_storage_size > _EPHEMERAL_STORAGE_MAXIMUM:
        return (
            f"{words.storage} is {ephemeral_storage_size} MB, {words.snap_start} allows "
            f"{_EPHEMERAL_STORAGE_MAXIMUM}; lower it or leave {words.snap_start} out"
        )
    return None


@snap_start_exclusions.in_template
def _(template: Template) -> Iterator[Place]:
    for function in _with_snap_start(template):
        provisioned = provisioned_of(template, function)
        yield at(
            function,
            "SnapStart",
            function.integer("EphemeralStorage", "Size", default=ephemeral_storage_range.low),
            provisioned=any(each.certain for each in provisioned)
            or if_given(bool(provisioned), *(each.initial for each in provisioned)),
            file_system=function.given("FileSystemConfigs"),
            about=[resource for each in provisioned for resource in each.resources],
        )


@warning(
    why="Only published versions have snapshots, so every cold start takes as long as without them.",
    source=SNAP_START_URL,
)
def snap_start_without_version(_: Words, *, published: bool) -> str | None:
    """A function with SnapStart has a published version."""
    if published:
        return None
    return (
        "SnapStart is set, but the template publishes no version of the function; add an "
        "AWS::Lambda::Version (in AWS SAM AutoPublishAlias) and invoke it by an alias"
    )


@snap_start_without_version.in_template
def _(template: Template) -> Iterator[Place]:
    owners = [function_of(template, each.get("FunctionName")) for each in template.of_type(VERSION)]
    published = {owner.function.id for owner in owners if owner is not None}
    if None not in owners:
        for function in _with_snap_start(template):
            yield at(function, "SnapStart", published=function.id in published)


def _with_snap_start(template: Template) -> Iterator[Resource]:
    """The functions whose versions use SnapStart."""
    for function in template.of_type(FUNCTION):
        if function.get("SnapStart", "ApplyOn") == "PublishedVersions":
            yield function
