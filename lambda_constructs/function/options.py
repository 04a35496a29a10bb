"""The options that all workloads share, and presets of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Final, TypedDict, Unpack, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from ..core.alarms import Alarms
from ..core.annotations import kinds_of
from ..core.texts import plain_texts
from ..core.unknown_option import advice_for
from ..rules.image import EXCLUDED
from ..rules.network import IN_VPC
from ..sizing.memory import MemorySize
from ..sizing.timeout import Timeout
from .code import CodeSource, is_image
from .durable import Durable
from .environment import Secrets
from .idempotency import Idempotency
from .provisioned_concurrency import ProvisionedConcurrency
from .rollout import AllAtOnce, Rollout

# Options that exclude each other: one of a preset gives way to the other.
_GIVES_WAY: Final = {"log_retention": "log_group", "log_group": "log_retention", "function": "code"}
# What a workload does around a function that it did not create; all other options are those of the function.
_AROUND: Final = (
    "preset",
    "function",
    "provisioned_concurrency",
    "rollout",
    "alarms",
    "encryption_key",
    "removal_policy",
    "regulated",
)


class FunctionOptions(TypedDict, total=False):
    """Options of `ProductionFunction`, which documents them; None means the default."""

    preset: Preset | None
    function: lambda_.Function | None
    code: CodeSource | None
    handler: str | None
    runtime: lambda_.Runtime | None
    architecture: lambda_.Architecture | None
    memory_size: int | MemorySize | None
    timeout: cdk.Duration | Timeout | None
    ephemeral_storage_size: int | None
    environment: Mapping[str, str] | None
    secrets: Secrets | None
    idempotency: Idempotency | None
    durable: Durable | None
    layers: Sequence[lambda_.LayerVersion | lambda_.ILayerVersion] | None
    description: str | None
    reserved_concurrency: int | None
    provisioned_concurrency: ProvisionedConcurrency | None
    snap_start: bool | None
    rollout: Rollout | None
    alarms: Alarms | None
    tracing: lambda_.Tracing | None
    insights_version: str | None
    application_log_level: lambda_.ApplicationLogLevel | None
    system_log_level: lambda_.SystemLogLevel | None
    log_retention: logs.RetentionDays | None
    log_group: logs.LogGroup | logs.ILogGroup | None
    role: iam.Role | iam.IRole | iam.LazyRole | None
    encryption_key: kms.Key | kms.IKey | None
    removal_policy: cdk.RemovalPolicy | None
    regulated: bool | None
    vpc: ec2.Vpc | ec2.IVpc | None
    vpc_subnets: ec2.SubnetSelection | None
    security_groups: Sequence[ec2.SecurityGroup | ec2.ISecurityGroup] | None
    ipv6_allowed_for_dual_stack: bool | None
    code_signing_config: lambda_.CodeSigningConfig | lambda_.ICodeSigningConfig | None
    runtime_management_mode: lambda_.RuntimeManagementMode | None


SETTINGS: Final = tuple(name for name in FunctionOptions.__annotations__ if name not in _AROUND)


class Preset:
    """Options for any number of workloads, in any number of stacks.

    `Preset.SANDBOX` is for development, and `Preset.REGULATED` for workloads under HIPAA, NIST 800-53 or PCI
    DSS: `Preset.REGULATED | HOUSE`, since it requires options that only your preset can have.

    It takes every option of `ProductionFunction`, and requires none. An option of the workload wins over that
    of its preset. Options that do not apply to a workload are ignored: alarms that it does not have, the
    runtime and the layers of a container image, the settings of a function that you pass in, `log_retention`
    with `log_group`, and options of the network without `vpc`. The same options given to the workload itself
    are refused.

    `a | b` has the options of both; where both have one, that of `b` counts. `preset` is one that this one
    extends.

    Attributes:
        options: The options that are given, by name.
    """

    SANDBOX: ClassVar[Preset]
    REGULATED: ClassVar[Preset]

    def __init__(self, **options: Unpack[FunctionOptions]) -> None:
        """Keep the options; the workload that gets the preset checks their values.

        Raises:
            TypeError: An option does not exist.
        """
        if unknown := options.keys() - FunctionOptions.__annotations__.keys():
            name = min(unknown)
            advice = advice_for(name, kinds_of(FunctionOptions))
            raise TypeError(f"Preset() got an unexpected keyword argument {name!r}; {advice}")
        self.options: Final[Mapping[str, object]] = MappingProxyType(merge(plain_texts(options)))

    def __or__(self, other: Preset) -> Preset:
        """The options of both; those of the other win."""
        if not isinstance(other, Preset):
            return NotImplemented
        return Preset(**cast(FunctionOptions, {**self.options, **other.options}))

    def __eq__(self, other: object) -> bool:
        """Whether the other one has equal options."""
        return isinstance(other, Preset) and self.options == other.options

    def __hash__(self) -> int:
        """The same for presets with equal options, whose values may be lists."""
        return hash(frozenset(self.options))

    def __deepcopy__(self, _: object) -> Preset:
        """The preset itself, which nothing changes: CDK's objects that it holds cannot be copied."""
        return self

    def __repr__(self) -> str:
        """The call that makes it."""
        return f"Preset({', '.join(f'{name}={value!r}' for name, value in self.options.items())})"

    def but(self, **options: Unpack[FunctionOptions]) -> Preset:
        """A preset with some options changed; None removes one."""
        return Preset(**cast(FunctionOptions, {**self.options, **options}))


def merge(options: FunctionOptions) -> dict[str, object]:
    """The options that are given, and those of their preset that apply in addition."""
    given: dict[str, object] = {name: value for name, value in options.items() if value is not None}
    preset = given.pop("preset", None)
    if not isinstance(preset, Preset):
        return given
    shared = {name: value for name, value in preset.options.items() if _GIVES_WAY.get(name) not in given}
    return {**shared, **given}


def without_inapplicable(given: Mapping[str, object], explicit: FunctionOptions) -> dict[str, object]:
    """The options without those of a preset that mean nothing for a given function, an image, or a VPC."""
    function = SETTINGS if "function" in given else ()
    image = EXCLUDED if is_image(given.get("code")) else ()
    network = IN_VPC if "vpc" not in given else ()
    return {
        name: value
        for name, value in given.items()
        if name not in (*function, *image, *network) or explicit.get(name) is not None
    }


Preset.SANDBOX = Preset(
    rollout=AllAtOnce(),
    alarms=Alarms.NONE,
    log_retention=logs.RetentionDays.ONE_WEEK,
    removal_policy=cdk.RemovalPolicy.DESTROY,
)
# PCI DSS keeps the history of audit logs for 12 months.
Preset.REGULATED = Preset(regulated=True, log_retention=logs.RetentionDays.ONE_YEAR)
