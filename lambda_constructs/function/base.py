"""The function of a workload with its role and its log group: created, or given by the user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask, tell
from ..core.execution_role import (
    NETWORKS,
    TRACING,
    AnyResource,
    ExecutionRole,
    OwnersRole,
    RoleOfAnotherStack,
    Statement,
    any_resource_policy,
)
from ..core.log_group import create_log_group
from ..core.stack_resources import StackResources
from .adoption import Adopted, log_group_of
from .code import keep_code
from .durable import allow_checkpoints
from .environment import secret_references
from .idempotency import resolve_table, table_statements, table_variable
from .insights import allow_insights, insights_layer
from .network import allow_network_interfaces
from .references import ENVIRONMENT
from .resource import create_function, finish_function
from .secret_access import let_read
from .settings import Settings

CreateSource: TypeAlias = Callable[[StackResources, Settings], Sequence[Statement]]
"""Creates what triggers the function; returns the statements that the role needs for it."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """A function with the role and the log group that it uses."""

    function: lambda_.Function
    resource: lambda_.CfnFunction
    role: ExecutionRole
    log_group: logs.ILogGroup
    table: dynamodb.ITable | None = None  # the table of processed events
    # Whether replaced resources that the function refers to publish a version. Not if the app publishes
    # versions already: the same version would get another logical id, and Lambda publishes nothing twice.
    publishes: bool = True


def create_base(
    scope: Construct,
    stack: StackResources,
    settings: Settings,
    create_source: CreateSource,
    no_dead_letters: acknowledgements.Acknowledgement,
) -> Base:
    """Create the function with its role and its log group, unless the user gives the function.

    `create_source` creates what triggers the function, before its role. `no_dead_letters` is why the function
    has no dead-letter queue.
    """
    if settings.adopted is not None:
        base = _around(scope, stack, settings, create_source, settings.adopted)
        acknowledgements.acknowledge(base.function, no_dead_letters)
        return base
    key = settings.encryption_key
    log_group = settings.log_group or create_log_group(
        scope, stack, settings.guard, settings.log_retention, key, removal_policy=settings.removal_policy
    )
    table = resolve_table(scope, settings.idempotency, key, settings.removal_policy)
    shared = [TRACING] if settings.traced else []
    if settings.vpc is not None:
        shared.append(NETWORKS)
    write = ["logs:CreateLogStream", "logs:PutLogEvents"]
    statements: list[Statement] = [(write, [log_group.log_group_arn]), *_key_statements(settings)]
    statements += [*table_statements(table), *create_source(stack, settings)]
    role = _role(scope, stack, settings, shared, statements)
    function = _create_function(scope, stack, settings, role=role, log_group=log_group, table=table)
    acknowledgements.acknowledge(function, no_dead_letters)
    resource = finish_function(function, settings)
    if settings.vpc is not None:
        allow_network_interfaces(stack, role, function)
    if settings.execution is not None:
        allow_checkpoints(stack, role, function)
    for secret in settings.secrets.values():
        let_read(role.role, secret)
    return Base(function=function, resource=resource, role=role, log_group=log_group, table=table)


def _role(
    scope: Construct,
    stack: StackResources,
    settings: Settings,
    shared: Sequence[AnyResource],
    statements: Sequence[Statement],
) -> ExecutionRole:
    given = settings.role
    if isinstance(given, iam.Role) and ask(given, "stack") is not stack.stack:
        role = RoleOfAnotherStack(scope, settings.guard, given, statements)
        for each in shared:
            role.allow_any_resource(stack, *each)
        return role
    policies = [any_resource_policy(stack, *each) for each in shared]
    return ExecutionRole(scope, settings.guard, given, policies, statements)


def _around(
    scope: Construct,
    stack: StackResources,
    settings: Settings,
    create_source: CreateSource,
    adopted: Adopted,
) -> Base:
    """Leave the given function as it is; a policy of the workload has the statements for its role."""
    log_group = log_group_of(scope, adopted)
    statements = [*_key_statements(settings), *create_source(stack, settings)]
    role = OwnersRole(scope, settings.guard, adopted.role, statements)
    if settings.execution is not None:
        allow_checkpoints(stack, role, adopted.function)
    return Base(
        function=adopted.function,
        resource=adopted.resource,
        role=role,
        log_group=log_group,
        publishes=not adopted.has_version,
    )


def _key_statements(settings: Settings) -> list[Statement]:
    key = settings.encryption_key
    return [] if key is None else [(["kms:Decrypt"], [key.key_arn])]


def _create_function(
    scope: Construct,
    stack: StackResources,
    settings: Settings,
    *,
    role: ExecutionRole,
    log_group: logs.ILogGroup,
    table: dynamodb.ITable | None,
) -> lambda_.Function:
    layers = list(settings.layers)
    if settings.insights_version is not None:
        layers.append(insights_layer(scope, stack, settings.insights_version, settings.architecture))
        allow_insights(stack, role)
    if settings.packages is not None:
        layers.append(stack.once(settings.packages.id, settings.packages.create))
    environment = {
        **settings.environment,
        **secret_references(settings.secrets),
        **table_variable(table),
    }
    function = create_function(
        scope, settings, role=role.role, log_group=log_group, environment=environment, layers=layers
    )
    tell(function, ENVIRONMENT, environment)
    if settings.code is not None:
        keep_code(settings.code, stack.stack)
    return function
