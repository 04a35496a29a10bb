"""Checks the settings of a function against AWS's limits and against each other."""

from __future__ import annotations

from collections.abc import Collection

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from ..core.alarm_topics import check_actions
from ..core.alarms import check_alarms, check_failed_events
from ..core.cdk_objects import ask
from ..rules.function import (
    description_length,
    handler_form,
    inline_code_runtime,
    layer_incompatible,
    reserved_concurrency_range,
)
from ..rules.log import LEVEL_KEYS, log_level_dropped, log_retention_missing
from ..rules.options import not_your_log_group, option_type, removal_policy_snapshot
from ..rules.ranges import ephemeral_storage_range, layers_maximum, memory_size_range, timeout_range
from ..rules.regulated import regulated_option_missing
from ..rules.rollout_plan import RolloutPlan
from ..rules.runtime import runtime_deprecated, runtime_refused, today
from ..rules.snap_start import snap_start_exclusions, snap_start_runtime
from ..sizing.memory import MemorySize
from .adoption import check_adopted
from .code import check_code
from .environment import check_environment
from .idempotency import check_table, idempotency_keys
from .insights import check_insights
from .modes import check_modes, check_trigger
from .network import check_network
from .provisioned_concurrency import check_provisioned
from .rollout import plan_rollout
from .settings import Settings
from .smoke_test import check_hooks


def check_function(settings: Settings, alarms: Collection[str], workload: str, trigger: str) -> RolloutPlan:
    """Check every setting of a function; returns the rollout in numbers.

    `alarms` has those of the workload in addition to those of every function. The trigger is a kind; empty if
    the workload has none, or checks it itself.
    """
    guard = settings.guard
    if settings.code is not None:
        _check_new(settings, settings.code)
    if settings.adopted is not None:
        check_adopted(guard, settings.adopted)
    _check_snap_start(settings)
    check_modes(settings)
    if trigger:
        check_trigger(settings, trigger)
    if settings.removal_policy == cdk.RemovalPolicy.SNAPSHOT:
        guard.refuse(removal_policy_snapshot)
    check_alarms(guard, settings.alarms, None if "alarms" in settings.shared else alarms, workload)
    check_actions(guard, settings.alarms)
    watching = sum(
        settings.alarms.has(name) for name in ("errors", "failed_events") if name in ("errors", *alarms)
    )
    plan = plan_rollout(guard, settings.rollout, watching)
    if "failed_events" in alarms:
        check_failed_events(guard, settings.alarms, plan)
    check_hooks(guard, settings.rollout)
    if settings.regulated:
        _check_regulated(settings, alarms)
    check_provisioned(
        guard,
        settings.provisioned_concurrency,
        settings.reserved_concurrency,
        plan.kind,
        tested=settings.rollout.before_traffic is not None,
    )
    return plan


def _check_new(settings: Settings, code: lambda_.Code | lambda_.DockerImageCode) -> None:
    """Check the settings of a function that the workload creates."""
    guard = settings.guard
    _check_code(settings, code)
    _check_sizes(settings)
    if settings.reserved_concurrency is not None:
        guard.check(reserved_concurrency_range, guard.integer(settings.reserved_concurrency))
    if settings.snap_start and not settings.image:
        runtime = settings.runtime
        guard.check(snap_start_runtime, runtime.name, supported=runtime.supports_snap_start)
    if settings.log_group is not None and settings.log_retention is not None:
        guard.check(not_your_log_group)
    guard.check(log_retention_missing, retention=settings.log_retention != logs.RetentionDays.INFINITE)
    for key in LEVEL_KEYS:
        if key in settings.environment:
            level = guard.text(settings.environment[key])
            guard.check(log_level_dropped, key, level, settings.application_log_level.name)
    check_network(settings)
    check_table(guard, settings.idempotency)
    reserved = idempotency_keys(settings.idempotency)
    check_environment(guard, settings.environment, settings.secrets, reserved)
    check_insights(guard, settings.insights_version, settings.architecture)


def _check_code(settings: Settings, code: lambda_.Code | lambda_.DockerImageCode) -> None:
    """Check the code, the handler, and that the runtime supports this kind of code and these layers."""
    guard, runtime = settings.guard, settings.runtime
    check_code(guard, code, settings.architecture)
    guard.check(handler_form, guard.text(settings.handler))
    if not settings.image:
        name, day = ask(runtime, "name"), today()
        guard.check(runtime_refused, name, day)
        guard.check(runtime_deprecated, name, day)
    if isinstance(code, lambda_.InlineCode):
        guard.check(inline_code_runtime, runtime.name, supported=runtime.supports_inline_code)
    own = (settings.insights_version is not None) + (settings.packages is not None)
    guard.check(layers_maximum, len(settings.layers) + own)
    for layer in settings.layers:
        _check_layer(settings, layer)
    if settings.description is not None:
        guard.check(description_length, guard.text(settings.description))


def _check_layer(settings: Settings, layer: lambda_.ILayerVersion) -> None:
    """Check that a layer of this app supports the function; for imported layers this is unknown."""
    resource, name = layer.node.default_child, layer.node.id
    if not isinstance(resource, lambda_.CfnLayerVersion):
        return
    runtime, architecture = settings.runtime.name, settings.architecture.name
    runtimes = resource.compatible_runtimes or [runtime]
    if runtime not in runtimes:
        kind = f"a list with {name}, which is made for {', '.join(runtimes)}"
        settings.guard.refuse(option_type, "layers", kind, f"layers for {runtime}")
    settings.guard.check(layer_incompatible, name, architecture, resource.compatible_architectures or ())


def _check_sizes(settings: Settings) -> None:
    guard = settings.guard
    guard.within(memory_size_range, settings.memory)
    guard.within(ephemeral_storage_range, settings.ephemeral_storage_size)
    if isinstance(settings.memory_size, MemorySize):
        guard.note(*settings.memory_size.advice_for(settings.architecture.name))
    if settings.measured_timeout is not None:
        guard.note(*settings.measured_timeout.resolve().advice)
    guard.check(timeout_range, settings.duration)


def _check_snap_start(settings: Settings) -> None:
    if settings.snap_start:
        size = settings.guard.integer(settings.ephemeral_storage_size)
        provisioned = settings.provisioned_concurrency is not None
        mounts = settings.adopted is not None and settings.adopted.get("fileSystemConfigs") is not None
        settings.guard.check(snap_start_exclusions, size, provisioned=provisioned, file_system=mounts)


def _check_regulated(settings: Settings, alarms: Collection[str]) -> None:
    """Check that a regulated workload has every option that a compliance pack asks for.

    A function that the user passes is not checked. `alarms` has those of the workload in addition to those of
    every function.
    """
    missing = []
    if settings.adopted is None:
        missing = [
            name
            for name in ("vpc", "encryption_key", "reserved_concurrency")
            if getattr(settings, name) is None
        ]
    options = settings.alarms
    if not options.actions and any(
        options.has(name) and options.topic_of(name) is None for name in ("errors", "spillover", *alarms)
    ):
        missing.append("alarms=Alarms(topic=...)")
    settings.guard.check(regulated_option_missing, missing)
