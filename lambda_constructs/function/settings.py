"""The function's own settings against AWS's limits and against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from ..core.guard import Guard
from ..rules.concurrency import reserved_concurrency_range, snap_start_exclusions, snap_start_runtime
from ..rules.function import (
    description_length,
    handler_form,
    inline_code_runtime,
    layer_incompatible,
    layers_maximum,
    not_your_log_group,
    option_type,
)
from ..rules.log import log_retention_missing
from ..rules.network import vpc_options, vpc_subnet_public, vpc_subnets
from ..rules.ranges import ephemeral_storage_range, memory_size_range, timeout_range
from ..sizing.memory import MemorySize
from ..sizing.timeout import Timeout

# In the template's metadata of the function, on which no version depends: what its sizes rest on.
METADATA_KEY = "lambda-constructs:sizes"

_SELECTION = (
    "availability_zones",
    "one_per_az",
    "subnet_filters",
    "subnet_group_name",
    "subnets",
    "subnet_type",
)


def check_settings(
    guard: Guard,
    *,
    code: lambda_.Code,
    handler: str,
    runtime: lambda_.Runtime,
    architecture: lambda_.Architecture,
    memory_size: int | MemorySize,
    timeout: cdk.Duration | Timeout | None,
    ephemeral_storage_size: int,
    layers: Sequence[lambda_.ILayerVersion],
    insights: bool,
    description: str | None,
    reserved_concurrency: int | None,
    snap_start: bool,
    provisioned: bool,
    tracing: lambda_.Tracing,
    log_levels: Mapping[str, object],
) -> None:
    """Check what needs nothing but the function itself."""
    guard.instance("code", code, lambda_.Code, "a Code, such as Code.from_asset(...)")
    guard.instance("runtime", runtime, lambda_.Runtime, "a Runtime, such as Runtime.PYTHON_3_13")
    guard.instance("architecture", architecture, lambda_.Architecture, "an Architecture")
    guard.instance("tracing", tracing, lambda_.Tracing, "a Tracing, such as Tracing.ACTIVE")
    for name, level in log_levels.items():
        guard.instance(
            name, level, lambda_.ApplicationLogLevel | lambda_.SystemLogLevel, "a log level, such as INFO"
        )
    _check_handler(guard, code, handler, runtime)
    guard.check(memory_size_range, guard.integer("memory_size", memory_of(memory_size), "MB"))
    storage = guard.integer("ephemeral_storage_size", ephemeral_storage_size, "MB")
    guard.check(ephemeral_storage_range, storage)
    guard.check(layers_maximum, len(layers) + insights)
    for layer in layers:
        _check_layer(guard, layer, runtime, architecture)
    if isinstance(memory_size, MemorySize):
        guard.note(*memory_size.advice_for(architecture.name))
    if isinstance(timeout, Timeout):
        guard.note(*timeout.resolve().advice)
    elif timeout is not None:
        guard.check(timeout_range, guard.seconds("timeout", timeout))
    if description is not None:
        guard.check(description_length, guard.text("description", description))
    if reserved_concurrency is not None:
        reserved = guard.integer("reserved_concurrency", reserved_concurrency)
        guard.check(reserved_concurrency_range, reserved)
    if snap_start:
        guard.check(snap_start_runtime, runtime.name, supported=runtime.supports_snap_start)
        guard.check(snap_start_exclusions, storage, provisioned=provisioned)


def _check_handler(guard: Guard, code: lambda_.Code, handler: str, runtime: lambda_.Runtime) -> None:
    """Check where Lambda calls the code, and that the runtime takes code of this kind."""
    guard.check(handler_form, guard.text("handler", handler))
    if isinstance(code, lambda_.InlineCode):
        guard.check(inline_code_runtime, runtime.name, supported=runtime.supports_inline_code)


def _check_layer(
    guard: Guard, layer: lambda_.ILayerVersion, runtime: lambda_.Runtime, architecture: lambda_.Architecture
) -> None:
    """Check that a layer of this app is made for the function; of others nothing is known."""
    made, name = layer.node.default_child, layer.node.id
    if not isinstance(made, lambda_.CfnLayerVersion):
        return
    runtimes = made.compatible_runtimes or [runtime.name]
    if runtime.name not in runtimes:
        kind = f"a list with {name}, which is made for {', '.join(runtimes)}"
        guard.refuse(option_type, "layers", kind, f"layers for {runtime.name}")
    guard.check(layer_incompatible, name, architecture.name, made.compatible_architectures or ())


def check_combinations(
    guard: Guard,
    *,
    log_group: object,
    log_retention: object,
    vpc: ec2.IVpc | None,
    placement: Mapping[str, object],
) -> None:
    """Check that no option is given whose subject comes from elsewhere or does not exist."""
    if log_group is not None and log_retention is not None:
        guard.check(not_your_log_group)
    guard.check(log_retention_missing, retention=log_retention != logs.RetentionDays.INFINITE)
    if vpc is None:
        given = [name for name, value in placement.items() if value is not None]
        guard.check(vpc_options, ", ".join(given))
    else:
        _check_subnets(guard, vpc, cast(ec2.SubnetSelection | None, placement["vpc_subnets"]))


def _check_subnets(guard: Guard, vpc: ec2.IVpc, chosen: ec2.SubnetSelection | None) -> None:
    """Check that the network has the subnets that are chosen, and that they are private."""
    given = {name: getattr(chosen, name) for name in _SELECTION} if chosen is not None else {}
    try:
        selected = vpc.select_subnets(**given)
    except RuntimeError as error:
        guard.refuse(vpc_subnets, str(error))
    public = {subnet.subnet_id for subnet in vpc.public_subnets}
    guard.check(vpc_subnet_public, sorted(public.intersection(selected.subnet_ids)))


def storage(size: int) -> cdk.Size | None:
    """The size of /tmp, unless it is what every function has."""
    return None if size == ephemeral_storage_range.low else cdk.Size.mebibytes(size)


def memory_of(memory_size: int | MemorySize) -> int:
    """The memory size in MB."""
    return memory_size.value if isinstance(memory_size, MemorySize) else memory_size


def timeout_of(timeout: cdk.Duration | Timeout | None) -> cdk.Duration | None:
    """The timeout, if the user has chosen one."""
    return cdk.Duration.seconds(timeout.resolve().seconds) if isinstance(timeout, Timeout) else timeout


def finish_function(
    function: lambda_.Function,
    memory_size: int | MemorySize,
    timeout: cdk.Duration | Timeout | None,
    *,
    snap_start: bool,
    tracing: lambda_.Tracing,
) -> lambda_.CfnFunction:
    """Set what the L2 function would set together with something unwanted; returns its resource."""
    if snap_start:
        cdk.Annotations.of(function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias points to a published version."
        )
    resource = cast(lambda_.CfnFunction, function.node.default_child)
    if tracing == lambda_.Tracing.ACTIVE:  # the option of the L2 adds a policy to the role
        resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
    evidence: dict[str, object] = {}
    if isinstance(memory_size, MemorySize) and (found := memory_size.evidence()):
        evidence["memorySize"] = found
    if isinstance(timeout, Timeout):
        evidence["timeout"] = timeout.evidence()
    if evidence:
        resource.add_metadata(METADATA_KEY, evidence)
    return resource
