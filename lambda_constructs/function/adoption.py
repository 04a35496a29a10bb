"""A function that the app defines itself: the workload reads its settings and does not change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core.cdk_objects import ask
from ..core.guard import UNKNOWN, UNKNOWN_NUMBER, Guard
from ..rules import defaults
from ..rules.adopted import (
    MEMORY_SIZE_DEFAULT,
    adopted_architecture,
    adopted_log_format,
    adopted_managed_policy,
    adopted_memory_size,
    adopted_setting,
    adopted_timeout,
    adopted_version,
    alias_exists,
    function_of_another_stack,
)
from ..rules.function import ARCHITECTURE_DEFAULT, TIMEOUT_DEFAULT
from ..rules.log import LOG_FORMAT_DEFAULT
from ..rules.ranges import ephemeral_storage_range
from ..template.values import Unknown
from .references import read

# The settings that rules compare with options of the workload.
_JUDGED: Final = (
    "architecture",
    "ephemeral_storage_size",
    "memory_size",
    "reserved_concurrency",
    "runtime",
    "snap_start",
    "timeout",
)
_AWS_MANAGED: Final = ":iam::aws:policy/"


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """A function of the app, as it is defined when the workload is created."""

    function: lambda_.Function
    role: iam.IRole
    resource: lambda_.CfnFunction
    properties: Mapping[str, Any]  # the resolved properties of the resource, as CDK names them
    has_version: bool  # whether the app already publishes its `current_version`

    def get(self, *names: str) -> Any:  # noqa: ANN401 - whatever the property is
        """A property, or a part of it; None if it is not set."""
        value: Any = self.properties
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def number(self, default: int, *names: str) -> int | Unknown:
        """A number, or unknown if it is a token."""
        value = self.get(*names)
        if value is None:
            return default
        return int(value) if isinstance(value, int | float) else UNKNOWN_NUMBER

    def text(self, default: str, *names: str) -> str | Unknown:
        """A text, or unknown if it is a token."""
        value = self.get(*names)
        if value is None:
            return default
        return value if isinstance(value, str) else UNKNOWN


def adopt(guard: Guard, function: lambda_.Function) -> Adopted:
    """Read a function, and check that the workload can have its alias.

    Raises:
        ConfigurationError: It is in another stack, or has the alias already.
    """
    path, stack = function.node.path, cdk.Stack.of(guard.scope)
    guard.leave_to_owner(path, _JUDGED)
    if (other := ask(function, "stack")) is not stack:
        guard.refuse(function_of_another_stack, path, other.node.path)
    resource = cast(lambda_.CfnFunction, function.node.default_child)
    current = f"{path}/CurrentVersion"
    reference = stack.resolve([function.function_name, function.function_arn])
    versions: list[str] = []
    for each in stack.node.find_all():
        if not isinstance(each, lambda_.CfnAlias | lambda_.CfnVersion):
            continue
        if stack.resolve(each.function_name) in reference:
            place = each.node.path.removesuffix("/Resource")
            if isinstance(each, lambda_.CfnVersion):
                versions.append(place)
            elif each.name == defaults.ALIAS_NAME:
                guard.refuse(alias_exists, path, place)
    guard.check(adopted_version, path, [each for each in versions if each != current])
    return Adopted(
        function=function,
        role=cast(iam.IRole, function.role),
        resource=resource,
        properties=stack.resolve(read(resource)[1]),
        has_version=current in versions,
    )


def settings_of(adopted: Adopted) -> dict[str, Any]:
    """The settings of a function, by the names of the options."""
    timeout = adopted.number(TIMEOUT_DEFAULT, "timeout")
    traced = adopted.get("tracingConfig", "mode") == "Active"
    durable = adopted.get("durableConfig") is not None
    return {
        "adopted": adopted,
        "runtime": ask(adopted.function, "runtime"),
        "architecture": ask(adopted.function, "architecture"),
        "memory_size": adopted.resource.memory_size or MEMORY_SIZE_DEFAULT,
        "reserved_concurrency": adopted.resource.reserved_concurrent_executions,
        "ephemeral_storage_size": adopted.number(ephemeral_storage_range.low, "ephemeralStorage", "size"),
        "snap_start": adopted.get("snapStart", "applyOn") == "PublishedVersions",
        "tracing": lambda_.Tracing.ACTIVE if traced else lambda_.Tracing.DISABLED,
        "timeout": cdk.Duration.seconds(adopted.resource.timeout or TIMEOUT_DEFAULT),
        "duration": timeout,
        "execution": adopted.number(0, "durableConfig", "executionTimeout") if durable else None,
    }


def check_adopted(guard: Guard, adopted: Adopted) -> None:
    """Warn of settings that the workload's own function would not have."""
    architectures = adopted.get("architectures") or [ARCHITECTURE_DEFAULT]
    guard.check(adopted_architecture, str(architectures[0]))
    guard.check(adopted_memory_size, adopted.number(MEMORY_SIZE_DEFAULT, "memorySize"))
    guard.check(adopted_timeout, adopted.number(TIMEOUT_DEFAULT, "timeout"))
    guard.check(adopted_log_format, adopted.text(LOG_FORMAT_DEFAULT, "loggingConfig", "logFormat"))
    guard.check(adopted_managed_policy, list(_managed_policies(adopted.role)))


def _managed_policies(role: iam.IRole) -> Iterator[str]:
    """The names of the policies of a role that AWS manages."""
    resource = role.node.default_child if isinstance(role, iam.Role) else None
    if isinstance(resource, iam.CfnRole):  # Role.customize_roles() lets CDK create none
        for each in cdk.Stack.of(role).resolve(resource.managed_policy_arns) or ():
            # CDK joins the partition into the ARN.
            arn = str(each["Fn::Join"][1][-1] if isinstance(each, dict) and "Fn::Join" in each else each)
            if _AWS_MANAGED in arn:
                yield arn.partition(_AWS_MANAGED)[2]


def check_setting(guard: Guard, adopted: Adopted, option: str, setting: str, needed: object) -> None:
    """Check that a function has a setting that an option of the workload would set on its own function."""
    first, *rest = setting.split("_")
    value = adopted.get(first + "".join(map(str.capitalize, rest)))
    guard.check(adopted_setting, option, setting, UNKNOWN if isinstance(value, dict) else value, needed)


def log_group_of(scope: Construct, adopted: Adopted) -> logs.ILogGroup:
    """The log group of a function, by its name.

    The attribute of the function would create a custom resource if CDK does not manage the log group.
    """
    given = adopted.get("loggingConfig", "logGroup")
    name = f"/aws/lambda/{adopted.function.function_name}" if given is None else cdk.Token.as_string(given)
    return logs.LogGroup.from_log_group_name(scope, "Logs", name)
