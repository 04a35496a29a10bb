"""Checks what the mode of a function is combined with: the triggers and the options of the workload."""

from __future__ import annotations

from typing import Final

from ..core.guard import Guard
from ..rules.adopted import adopted_durable
from ..rules.durable import (
    SYNCHRONOUS_MAXIMUM,
    durable_execution_time,
    durable_key,
    durable_retention_days,
    durable_runtime,
    execution_timeout_range,
    history_retention_range,
)
from ..rules.managed_instances import managed_instances_excludes, managed_instances_runtime
from ..rules.modes import DURABLE, INSTANCES, supports, tenant_isolation_excludes
from ..template.features import ASYNCHRONOUS, PROVISIONED, SMOKE_TEST, SNAP_START
from ..template.values import Unknown
from .adoption import Adopted
from .durable import Durable
from .settings import Settings

_DAY: Final = 86_400  # seconds
_INSTANCES: Final = "capacityProviderConfig"


def check_modes(settings: Settings) -> None:
    """Check the modes of a function with the options of the workload, but not with its trigger."""
    guard, adopted = settings.guard, settings.adopted
    if settings.execution is not None:
        if settings.durable is not None:
            _check_durable(guard, settings.durable, settings.execution)
            guard.check(durable_key, encrypted=settings.encryption_key is not None)
        if not settings.image:
            runtime = settings.runtime.name
            guard.check(durable_runtime, runtime, supported=supports(DURABLE, runtime))
        if settings.smoke_tested:
            check_trigger(settings, SMOKE_TEST)
    if adopted is None:
        return
    features = [SNAP_START] if settings.snap_start else []
    if settings.provisioned_concurrency is not None:
        features.append(PROVISIONED)
    if settings.smoke_tested:
        features.append(SMOKE_TEST)
    _check_adopted(guard, adopted, features)
    if adopted.get(_INSTANCES) is not None and not settings.image:
        runtime = settings.runtime.name
        guard.check(managed_instances_runtime, runtime, supported=supports(INSTANCES, runtime))


def check_trigger(settings: Settings, trigger: str, waits: int = SYNCHRONOUS_MAXIMUM) -> None:
    """Check the modes of a function with one trigger, which waits so many seconds for a response."""
    guard, adopted, execution = settings.guard, settings.adopted, settings.execution
    if execution is not None and trigger != ASYNCHRONOUS:
        guard.check(durable_execution_time, execution, min(waits, SYNCHRONOUS_MAXIMUM), trigger)
    if adopted is not None:
        if execution is not None:
            guard.check(adopted_durable, events=trigger == ASYNCHRONOUS)
        _check_adopted(guard, adopted, [trigger])


def _check_adopted(guard: Guard, adopted: Adopted, features: list[str]) -> None:
    if adopted.get("tenancyConfig") is not None:
        guard.check(tenant_isolation_excludes, features)
    if adopted.get(_INSTANCES) is not None:
        guard.check(managed_instances_excludes, features)


def _check_durable(guard: Guard, durable: Durable, execution: int | Unknown) -> None:
    guard.check(execution_timeout_range, execution)
    if durable.retention_period is not None:
        kept = guard.seconds("durable.retention_period", durable.retention_period, unit="days")
        guard.check(durable_retention_days, kept)
        guard.check(history_retention_range, kept if isinstance(kept, Unknown) else kept // _DAY)
