"""The concurrency of functions: what is reserved and what is kept warm."""

from __future__ import annotations

from ...rules import derive
from ...rules.concurrency import (
    provisioned_above_reserved,
    provisioned_equals_reserved,
    provisioned_on_latest,
    provisioned_range,
    provisioned_two_owners,
    reserved_concurrency_range,
    snap_start_exclusions,
    snap_start_runtime,
)
from ...rules.ranges import ephemeral_storage_range
from ...template.targets import FUNCTION
from ...template.template import Resource
from ...template.values import Unknown
from ...template.warm import PROVISIONED, Warm, total, warm
from ..findings import Findings

_RESERVED = "ReservedConcurrentExecutions"


def check(findings: Findings) -> None:
    """Check every function of the template, and what is kept warm of it."""
    template = findings.template
    kept = warm(template)
    for each in kept:
        _check_warm(findings, each)
    for function in template.of_type(FUNCTION):
        own = [each for each in kept if each.target.function is function]
        _check_snap_start(findings, function, own)
        reserved = function.number(_RESERVED)
        if reserved is not None:
            if not isinstance(reserved, Unknown):
                findings.check(reserved_concurrency_range, function, _RESERVED, reserved)
            _check_reserved(findings, function, reserved, own)


def _check_reserved(
    findings: Findings, function: Resource, reserved: float | Unknown, own: list[Warm]
) -> None:
    """Check all that is kept warm of a function against what it may run."""
    if own:
        maximum = total([each.maximum for each in own], sum)
        about = [resource for each in own for resource in each.resources]
        findings.check(provisioned_above_reserved, function, _RESERVED, maximum, reserved, about=about)
        if not isinstance(maximum, Unknown) and not isinstance(reserved, Unknown):
            findings.check(provisioned_equals_reserved, function, _RESERVED, maximum, reserved, about=about)


def _check_warm(findings: Findings, each: Warm) -> None:
    """Check what is kept warm of one version or alias."""
    resource = each.resources[0]
    location = "ResourceId" if each.owner is None else PROVISIONED
    about = [each.target.function]
    findings.check(provisioned_on_latest, resource, location, each.version, about=about)
    if each.scaling is None:
        return
    for bounds in each.bounds:
        findings.check(
            provisioned_range,
            each.scaling,
            bounds.location,
            bounds.minimum,
            bounds.maximum,
            option="ScalableTarget",
        )
    if each.owner is not None:
        findings.check(
            provisioned_two_owners,
            each.owner,
            PROVISIONED,
            each.initial,
            each.bounds[0].minimum,
            about=[each.scaling],
        )


def _check_snap_start(findings: Findings, function: Resource, own: list[Warm]) -> None:
    if function.get("SnapStart", "ApplyOn") != "PublishedVersions":
        return
    runtime = function.text("Runtime")
    if runtime is None:
        runtime = "container images"
    supported = runtime if isinstance(runtime, Unknown) else derive.has_snap_start(runtime)
    findings.check(snap_start_runtime, function, "SnapStart", runtime, supported=supported)
    findings.check(
        snap_start_exclusions,
        function,
        "SnapStart",
        function.integer("EphemeralStorage", "Size", default=ephemeral_storage_range.low),
        provisioned=bool(own),
        file_system=function.given("FileSystemConfigs"),
        about=[resource for each in own for resource in each.resources],
    )
