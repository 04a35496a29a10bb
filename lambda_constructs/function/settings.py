"""The options of a function with their defaults: resolved once, before the checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from ..core.alarms import Alarms
from ..core.cdk_objects import seconds
from ..core.guard import Guard
from ..packaging.python_code import PackagesLayer
from ..rules import defaults
from ..rules.adopted import function_excludes
from ..rules.image import EXCLUDED, image_excludes
from ..rules.options import option_missing
from ..rules.ranges import ephemeral_storage_range, timeout_range
from ..sizing.memory import MemorySize
from ..sizing.timeout import Timeout
from ..template.values import Unknown
from .adoption import Adopted, adopt, check_setting, settings_of
from .code import is_image, resolve_code
from .durable import Durable
from .environment import Secrets
from .hook import SmokeTest
from .idempotency import Idempotency
from .options import SETTINGS, FunctionOptions, merge, without_inapplicable
from .provisioned_concurrency import ProvisionedConcurrency
from .rollout import Canary, Rollout


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The options of a function, named as in `FunctionOptions`, without those that CDK handles."""

    guard: Guard
    shared: Collection[str] = ()  # the names of the options that are those of the preset
    adopted: Adopted | None = None  # the function that the user passes; the workload creates none
    packages: PackagesLayer | None = None  # the layer with the packages of the code
    # The code of the function that the workload creates
    code: lambda_.Code | lambda_.DockerImageCode | None = None
    handler: str = ""
    runtime: lambda_.Runtime
    architecture: lambda_.Architecture
    memory_size: int | MemorySize = defaults.MEMORY_SIZE
    measured_timeout: Timeout | None = None
    timeout: cdk.Duration
    duration: int | Unknown  # the timeout in seconds; unknown if it is a token
    ephemeral_storage_size: int = ephemeral_storage_range.low
    environment: Mapping[str, str]
    secrets: Secrets
    idempotency: Idempotency | None = None
    durable: Durable | None = None
    # Seconds that an execution of a durable function may take; None for other functions
    execution: int | Unknown | None = None
    layers: Sequence[lambda_.ILayerVersion] = ()
    description: str | None = None
    reserved_concurrency: int | None = None
    provisioned_concurrency: ProvisionedConcurrency | None = None
    snap_start: bool = False
    rollout: Rollout
    alarms: Alarms = Alarms()
    tracing: lambda_.Tracing = lambda_.Tracing.ACTIVE
    insights_version: str | None = None
    application_log_level: lambda_.ApplicationLogLevel = lambda_.ApplicationLogLevel.INFO
    # WARN would hide platform.report, the only record of duration, billed duration and memory used.
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    system_log_level: lambda_.SystemLogLevel = lambda_.SystemLogLevel.INFO
    log_retention: logs.RetentionDays | None = None
    log_group: logs.ILogGroup | None = None
    role: iam.IRole | None = None
    encryption_key: kms.IKey | None = None
    removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy[defaults.REMOVAL_POLICY]
    regulated: bool = False
    vpc: ec2.IVpc | None = None
    vpc_subnets: ec2.SubnetSelection | None = None
    security_groups: Sequence[ec2.ISecurityGroup] | None = None
    ipv6_allowed_for_dual_stack: bool | None = None
    code_signing_config: lambda_.ICodeSigningConfig | None = None
    runtime_management_mode: lambda_.RuntimeManagementMode | None = None

    @property
    def image(self) -> bool:
        """Whether the code is a container image."""
        return is_image(self.code) or (self.code is None and self.runtime.name == _from_image().name)

    @property
    def longest(self) -> int:
        """The timeout in seconds; Lambda's maximum if it is a token."""
        return timeout_range.high if isinstance(self.duration, Unknown) else self.duration

    @property
    def waits(self) -> int | Unknown:
        """Seconds that a trigger can wait for the function: of a durable one, for its whole execution."""
        duration, execution = self.duration, self.execution
        if execution is None or isinstance(duration, Unknown):
            return duration
        return (
            execution if isinstance(execution, Unknown) else max(duration, min(execution, timeout_range.high))
        )

    @property
    def smoke_tested(self) -> bool:
        """Whether a hook of the rollout is a smoke test."""
        hooks = (self.rollout.before_traffic, self.rollout.after_traffic)
        return any(isinstance(hook, SmokeTest) for hook in hooks)

    @property
    def traced(self) -> bool:
        """Whether X-Ray traces the function."""
        return self.tracing == lambda_.Tracing.ACTIVE

    @property
    def memory(self) -> int:
        """The memory size in MB."""
        return self.memory_size.value if isinstance(self.memory_size, MemorySize) else self.memory_size


_FIELDS = frozenset(field.name for field in fields(Settings))


def resolve(
    guard: Guard,
    options: FunctionOptions,
    *,
    timeout: int = defaults.TIMEOUT,
    rollout: Rollout | None = None,
    **overrides: object,
) -> Settings:
    """The settings of a function: a given option, else that of the preset, else the default of the workload.

    Args:
        guard: The guard of the workload.
        options: The options that the user passed.
        timeout: The workload's default timeout in seconds.
        rollout: The workload's default rollout. Default: Canary()
        **overrides: Options that the workload itself sets.

    Raises:
        ConfigurationError: The code is missing, the handler or the runtime of code that is not an image is
            missing, or the code cannot be packaged; or options are not for a function that the user passes.
    """
    merged = without_inapplicable(merge(options), options)
    given = {name: value for name, value in merged.items() if name in _FIELDS}
    shared = {name for name in given if options.get(name) is None}
    if isinstance(function := merged.get("function"), lambda_.Function):
        guard.check(function_excludes, [name for name in SETTINGS if name in merged])
        adopted = adopt(guard, function)
        if (reserved := overrides.get("reserved_concurrency")) is not None:
            check_setting(guard, adopted, "no_overlap", "reserved_concurrent_executions", reserved)
        common: dict[str, Any] = {"rollout": rollout or Canary(), **given, **settings_of(adopted)}
        return Settings(guard=guard, shared=shared, environment={}, secrets={}, **common)
    if is_image(given.get("code")):
        guard.check(image_excludes, [name for name in EXCLUDED if given.get(name)])
        given |= {"handler": lambda_.Handler.FROM_IMAGE, "runtime": lambda_.Runtime.FROM_IMAGE}
    for name in ("code", "handler", "runtime"):
        if name not in given:
            guard.refuse(option_missing, name)
    chosen = cast("cdk.Duration | Timeout | None", given.pop("timeout", None))
    measured = chosen if isinstance(chosen, Timeout) else None
    if measured is not None:
        length = seconds(measured.resolve().seconds)
    else:
        length = seconds(timeout) if chosen is None else cast("cdk.Duration", chosen)
    settings: dict[str, Any] = {
        "architecture": _arm64(),
        "environment": {},
        "secrets": {},
        "rollout": rollout or Canary(),
        **given,
        **overrides,
    }
    settings["code"], settings["packages"] = resolve_code(
        guard, settings["code"], settings["runtime"], settings["architecture"], settings.get("handler")
    )
    if isinstance(durable := given.get("durable"), Durable):
        settings["execution"] = guard.seconds("durable.execution_timeout", durable.execution_timeout)
    return Settings(
        guard=guard,
        shared=shared,
        timeout=length,
        duration=guard.seconds("timeout", length),
        measured_timeout=measured,
        **settings,
    )


@cache
def _from_image() -> lambda_.Runtime:
    return lambda_.Runtime.FROM_IMAGE


@cache
def _arm64() -> lambda_.Architecture:
    """The default: 20 % cheaper duration than x86_64 at the same price per request.

    https://aws.amazon.com/lambda/pricing/
    """
    return lambda_.Architecture.ARM_64
