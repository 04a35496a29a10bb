"""The table, continued: what the rules for the modes of functions accept and refuse."""

from __future__ import annotations

from lambda_constructs.rules import durable, kafka, managed_instances, modes, network
from lambda_constructs.rules.modes import CELLS, DURABLE, INSTANCES, TENANTS, Mode
from lambda_constructs.rules.rule import Rule
from lambda_constructs.template.features import ASYNCHRONOUS, FUNCTION_URL
from tests.rules.case import Case, accept, refuse

DURABLE_FUNCTIONS = (
    accept(durable.execution_timeout_range, 1),
    accept(durable.execution_timeout_range, 31_622_400),
    refuse(durable.execution_timeout_range, 0),
    refuse(durable.execution_timeout_range, 31_622_401),
    accept(durable.history_retention_range, 1),
    accept(durable.history_retention_range, 90),
    refuse(durable.history_retention_range, 0),
    refuse(durable.history_retention_range, 91),
    accept(durable.durable_retention_days, 86_400),
    refuse(durable.durable_retention_days, 86_401),
    accept(durable.durable_runtime, "python3.13", supported=True),
    refuse(durable.durable_runtime, "python3.12", supported=False),
    accept(durable.durable_key, encrypted=False),
    refuse(durable.durable_key, encrypted=True),
    accept(durable.durable_execution_time, 900, 900, FUNCTION_URL),
    refuse(durable.durable_execution_time, 901, 900, FUNCTION_URL),
    accept(durable.durable_overlap, no_overlap=False),
    refuse(durable.durable_overlap, no_overlap=True),
    accept(durable.durable_excludes, [ASYNCHRONOUS]),
    accept(durable.durable_unqualified, "rule", qualified=True),
    refuse(durable.durable_unqualified, "rule", qualified=False),
    accept(durable.durable_checkpoints, []),
    refuse(durable.durable_checkpoints, durable.CHECKPOINTS),
)
OTHERS = (
    accept(modes.tenant_isolation_excludes, []),
    accept(managed_instances.managed_instances_excludes, [FUNCTION_URL]),
    accept(managed_instances.managed_instances_runtime, "java21", supported=True),
    refuse(managed_instances.managed_instances_runtime, "java17", supported=False),
    accept(managed_instances.managed_instances_memory_range, 2_048),
    accept(managed_instances.managed_instances_memory_range, 32_768),
    refuse(managed_instances.managed_instances_memory_range, 2_047),
    refuse(managed_instances.managed_instances_memory_range, 32_769),
    accept(managed_instances.managed_instances_timeout, 5_400, 5_400),
    refuse(managed_instances.managed_instances_timeout, 901, 900),
    accept(network.file_system_network, in_vpc=True),
    refuse(network.file_system_network, in_vpc=False),
    accept(network.file_systems_maximum, 1),
    refuse(network.file_systems_maximum, 2),
    accept(kafka.schema_registry_pollers, provisioned=True),
    refuse(kafka.schema_registry_pollers, provisioned=False),
)
EXCLUSIONS: tuple[tuple[Mode, Rule[...]], ...] = (
    (DURABLE, durable.durable_excludes),
    (TENANTS, modes.tenant_isolation_excludes),
    (INSTANCES, managed_instances.managed_instances_excludes),
)
EXCLUDED: tuple[Case, ...] = tuple(
    Case(rule, accepted=False, args=([cell.feature],), kwargs={})
    for mode, rule in EXCLUSIONS
    for cell in CELLS
    if cell.mode is mode and cell.rule == rule.code
)
CASES = (*DURABLE_FUNCTIONS, *OTHERS, *EXCLUDED)
