"""Rules for modes of functions: what AWS lets a function combine; constructs, audit and docs share it.

A cell is a mode of a function with a trigger or a feature. AWS documents no limit for what has no cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ..template.features import (
    ASYNCHRONOUS,
    COGNITO,
    CONTAINER_IMAGE,
    DESTINATIONS,
    EVENT_SOURCE_MAPPING,
    FILE_SYSTEM,
    FUNCTION_URL,
    HTTP_API,
    LOAD_BALANCER,
    OTHERS,
    PROVISIONED,
    REST_API,
    SMOKE_TEST,
    SNAP_START,
    SYNCHRONOUS,
    features_of,
)
from ..template.targets import FUNCTION
from ..template.template import Template
from ..template.values import Unknown
from .rule import Find, Place, Words, at, rule
from .urls import SQS_SCALING_URL

_GUIDE: Final = "https://docs.aws.amazon.com/lambda/latest/dg"
DURABLE_URL: Final = f"{_GUIDE}/durable-functions.html"
DURABLE_INVOKING_URL: Final = f"{_GUIDE}/durable-invoking.html"
DURABLE_MAPPING_URL: Final = f"{_GUIDE}/durable-invoking-esm.html"
DURABLE_RUNTIMES_URL: Final = f"{_GUIDE}/durable-supported-runtimes.html"
TENANTS_URL: Final = f"{_GUIDE}/tenant-isolation.html"
TENANT_INVOKE_URL: Final = f"{_GUIDE}/tenant-isolation-invoke.html"
INSTANCES_URL: Final = f"{_GUIDE}/lambda-managed-instances.html"
INSTANCE_RUNTIMES_URL: Final = f"{_GUIDE}/lambda-managed-instances-runtimes.html"
SNAP_START_URL: Final = f"{_GUIDE}/snapstart.html"
FILE_SYSTEM_URL: Final = f"{_GUIDE}/configuration-filesystem.html"
SCHEMA_REGISTRY_URL: Final = f"{_GUIDE}/services-consume-kafka-events.html"
_IMAGES_URL: Final = f"{_GUIDE}/images-create.html"
_STREAMING_URL: Final = f"{_GUIDE}/configuration-response-streaming.html"
_UPDATE_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html"
_FILE_SYSTEM_API_URL: Final = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"


@dataclass(frozen=True)
class Mode:
    """A mode of a function."""

    name: str  # its name, a plural or without an article
    option: str  # what the options of a function, here or in CDK, call it
    property: str  # the property of `AWS::Lambda::Function`
    # The first version of each managed runtime that has it; empty for all runtimes
    runtimes: Mapping[str, tuple[int, ...]]


DURABLE: Final = Mode(
    "durable functions",
    "durable",
    "DurableConfig",
    {"python": (3, 13), "nodejs": (22,), "java": (17,), "dotnet": (8,)},
)
TENANTS: Final = Mode("tenant isolation", "tenancy_config", "TenancyConfig", {})
INSTANCES: Final = Mode(
    "Lambda Managed Instances",
    "a capacity provider",
    "CapacityProviderConfig",
    {"python": (3, 13), "nodejs": (22,), "java": (21,), "dotnet": (8,), "provided.al": (2023,)},
)
SNAPSHOTS: Final = Mode(
    SNAP_START, "snap_start", "SnapStart", {"python": (3, 12), "java": (11,), "dotnet": (8,)}
)
IMAGES: Final = Mode("container images", "code", "PackageType", {})
FILE_SYSTEMS: Final = Mode("file systems (Amazon EFS, S3 Files)", "filesystem", "FileSystemConfigs", {})
STREAMING: Final = Mode(
    "response streaming", "response_streaming", "InvokeMode", {"nodejs": (), "provided": ()}
)
REGISTRY: Final = Mode("Kafka schema registry", "schema_registry_config", "SchemaRegistryConfig", {})
POLLERS: Final = Mode("provisioned pollers", "provisioned_pollers", "ProvisionedPollerConfig", {})
MODES: Final = (DURABLE, TENANTS, INSTANCES, SNAPSHOTS, IMAGES, FILE_SYSTEMS, STREAMING, REGISTRY, POLLERS)

Works = Literal["yes", "no", "limited"]


@dataclass(frozen=True)
class Cell:
    """A mode with a trigger or with a feature, and whether it works according to AWS."""

    mode: Mode
    feature: str  # the trigger or the feature
    works: Works  # whether it works
    note: str  # the limit, or what to do instead
    source: str  # where AWS documents it
    rule: str = ""  # the code of the rule that checks it; empty if there is nothing to check


_QUARTER: Final = "an execution takes at most 15 minutes"
_WAITS: Final = f"{_QUARTER}, and no longer than the trigger waits"
_TIME: Final = "durable-execution-time"
_NO_TENANT: Final = "tenant-isolation-excludes"
_HEADER: Final = "use a REST API that maps X-Amz-Tenant-Id, or invoke the function with a tenant id"
_LEAVE: Final = "leave one of them out"
_DEAD_LETTERS: Final = "use a dead-letter queue of the function"
_UNOCCUPIED: Final = "a waiting execution does not occupy the reserved concurrency"
_ALIAS: Final = "invoke an alias or a version"
_MINUTES: Final = "to 90 minutes for asynchronous invocations and most event source mappings, else to 15"
_ADAPTER: Final = "others need the Lambda Web Adapter"
_POLLED: Final = "set ProvisionedPollerConfig"
_LIMITED: Final = "limit the pollers instead"
_MEMORY: Final = "2,048 to 32,768 MB"
RUNTIMES: Final = "runtimes"
CELLS: Final = (
    Cell(DURABLE, RUNTIMES, "limited", "", DURABLE_RUNTIMES_URL, "durable-runtime"),
    Cell(DURABLE, CONTAINER_IMAGE, "yes", "", DURABLE_RUNTIMES_URL),
    Cell(DURABLE, EVENT_SOURCE_MAPPING, "limited", _QUARTER, DURABLE_MAPPING_URL, _TIME),
    *(
        Cell(DURABLE, trigger, "limited", _WAITS, DURABLE_INVOKING_URL, _TIME)
        for trigger in (*SYNCHRONOUS, SMOKE_TEST)
    ),
    Cell(DURABLE, ASYNCHRONOUS, "yes", "", DURABLE_INVOKING_URL),
    Cell(DURABLE, DESTINATIONS, "no", _DEAD_LETTERS, DURABLE_INVOKING_URL, "durable-excludes"),
    Cell(DURABLE, "no_overlap of a job", "no", _UNOCCUPIED, DURABLE_URL, "durable-overlap"),
    Cell(DURABLE, "unqualified ARNs", "no", _ALIAS, DURABLE_INVOKING_URL, "durable-unqualified"),
    Cell(TENANTS, PROVISIONED, "no", _LEAVE, TENANTS_URL, _NO_TENANT),
    Cell(TENANTS, SNAP_START, "no", _LEAVE, TENANTS_URL, _NO_TENANT),
    Cell(TENANTS, FUNCTION_URL, "no", _HEADER, TENANTS_URL, _NO_TENANT),
    Cell(TENANTS, REST_API, "limited", "the integration maps X-Amz-Tenant-Id", TENANT_INVOKE_URL, _NO_TENANT),
    *(
        Cell(TENANTS, trigger, "no", _HEADER, TENANT_INVOKE_URL, _NO_TENANT)
        for trigger in (
            HTTP_API,
            LOAD_BALANCER,
            COGNITO,
            EVENT_SOURCE_MAPPING,
            ASYNCHRONOUS,
            OTHERS,
            SMOKE_TEST,
        )
    ),
    Cell(INSTANCES, RUNTIMES, "limited", "", INSTANCE_RUNTIMES_URL, "managed-instances-runtime"),
    Cell(INSTANCES, PROVISIONED, "no", _LEAVE, INSTANCES_URL, "managed-instances-excludes"),
    Cell(INSTANCES, "memory", "limited", _MEMORY, INSTANCES_URL, "managed-instances-memory-range"),
    Cell(INSTANCES, "timeout", "limited", _MINUTES, _UPDATE_URL, "managed-instances-timeout"),
    Cell(SNAPSHOTS, RUNTIMES, "limited", "", SNAP_START_URL, "snap-start-runtime"),
    Cell(SNAPSHOTS, CONTAINER_IMAGE, "yes", "", SNAP_START_URL),
    Cell(SNAPSHOTS, PROVISIONED, "no", _LEAVE, SNAP_START_URL, "snap-start-exclusions"),
    Cell(SNAPSHOTS, FILE_SYSTEM, "no", _LEAVE, SNAP_START_URL, "snap-start-exclusions"),
    Cell(SNAPSHOTS, "ephemeral storage", "limited", "512 MB", SNAP_START_URL, "snap-start-exclusions"),
    *(
        Cell(IMAGES, feature, "no", "for .zip file archives only", _IMAGES_URL, "image-excludes")
        for feature in ("layers", "code signing", "runtime management")
    ),
    Cell(FILE_SYSTEMS, "no VPC", "no", "set VpcConfig", FILE_SYSTEM_URL, "file-system-network"),
    Cell(FILE_SYSTEMS, "more than one", "no", "mount one", _FILE_SYSTEM_API_URL, "file-systems-maximum"),
    Cell(STREAMING, RUNTIMES, "limited", _ADAPTER, _STREAMING_URL, "streaming-runtime"),
    Cell(REGISTRY, "no provisioned pollers", "no", _POLLED, SCHEMA_REGISTRY_URL, "schema-registry-pollers"),
    Cell(POLLERS, "a maximum concurrency", "no", _LIMITED, SQS_SCALING_URL, "pollers-and-max-concurrency"),
)


def supports(mode: Mode, runtime: str) -> bool:
    """Whether a managed runtime has a mode, by its identifier such as "python3.13"."""
    match = re.fullmatch(r"([a-z]+(?:\.al)?)([0-9]+(?:\.[0-9]+)*)?(?:\..*)?", runtime)
    if match is None or (first := mode.runtimes.get(match[1])) is None:
        return False
    return tuple(map(int, (match[2] or "0").split("."))) >= first


def first_runtimes(mode: Mode) -> str:
    """The first version of each runtime that has a mode."""
    return ", ".join(f"{name}{'.'.join(map(str, version))}" for name, version in mode.runtimes.items())


def excluded(words: Words, mode: Mode, features: Collection[str]) -> str | None:
    """What is wrong with a combination of a mode with features, and what to do; None if it works."""
    found = [
        cell
        for cell in CELLS
        if cell.mode is mode and cell.feature in features and cell.rule.endswith("-excludes")
    ]
    if not found:
        return None
    names = " and ".join(cell.feature for cell in found)
    return f"{words(mode.option, mode.property)} is set, but this mode excludes {names}; {found[0].note}"


def combined(mode: Mode) -> Find:
    """The functions of a template in this mode, with what each is combined with."""

    def find(template: Template) -> Iterator[Place]:
        for function in template.of_type(FUNCTION):
            if function.given(mode.property) is True:
                features = features_of(template, function)
                about = [resource for each in features.values() for resource in each]
                yield at(
                    function,
                    mode.property,
                    list(features),
                    about=[resource for resource in dict.fromkeys(about) if resource is not function],
                )

    return find


def runtimes(mode: Mode) -> Find:
    """The runtimes of the functions of a template in this mode; container images have all of them."""

    def find(template: Template) -> Iterator[Place]:
        for function in template.of_type(FUNCTION):
            runtime = function.text("Runtime")
            if function.given(mode.property) is True and runtime is not None:
                supported = runtime if isinstance(runtime, Unknown) else supports(mode, runtime)
                yield at(function, "Runtime", runtime, supported=supported)

    return find


@rule(
    why="Lambda refuses the configuration, or every invocation, because it has no tenant id.",
    source=TENANTS_URL,
)
def tenant_isolation_excludes(words: Words, features: Collection[str]) -> str | None:
    """Only invocations with a tenant id reach the function: direct ones, and those of a REST API."""
    return excluded(words, TENANTS, features)


tenant_isolation_excludes.in_template(combined(TENANTS))
