"""The L2 function of a workload, with properties that its options would set with side effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core.cdk_objects import ask, make
from ..rules import defaults
from ..rules.ranges import ephemeral_storage_range
from ..sizing.memory import MemorySize
from .settings import Settings

# In the function's metadata in the template, which does not change the version: the basis of its sizes.
SIZES_KEY: Final = "lambda-constructs:sizes"


def create_function(
    scope: Construct,
    settings: Settings,
    *,
    role: iam.IRole,
    log_group: logs.ILogGroup,
    environment: Mapping[str, str],
    layers: Sequence[lambda_.ILayerVersion],
) -> lambda_.Function:
    """Create the function, with all its environment variables and layers."""
    groups, size = settings.security_groups, settings.ephemeral_storage_size
    from_docker = isinstance(settings.code, lambda_.DockerImageCode)
    function = make(
        lambda_.DockerImageFunction if from_docker else lambda_.Function,
        scope,
        "Function",
        code=settings.code,
        handler=None if from_docker else settings.handler,
        runtime=None if from_docker else settings.runtime,
        architecture=settings.architecture,
        memory_size=settings.memory,
        timeout=settings.timeout,
        ephemeral_storage_size=None if size == ephemeral_storage_range.low else cdk.Size.mebibytes(size),
        environment=dict(environment),
        environment_encryption=settings.encryption_key,
        durable_config=_durable(settings),
        layers=list(layers) or None,
        description=settings.description,
        reserved_concurrent_executions=settings.reserved_concurrency,
        snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.snap_start else None,
        role=role,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        application_log_level_v2=settings.application_log_level,
        system_log_level_v2=settings.system_log_level,
        vpc=settings.vpc,
        vpc_subnets=settings.vpc_subnets,
        security_groups=None if groups is None else list(groups),
        ipv6_allowed_for_dual_stack=settings.ipv6_allowed_for_dual_stack or None,
        code_signing_config=settings.code_signing_config,
        runtime_management_mode=settings.runtime_management_mode,
        current_version_options={"removalPolicy": cdk.RemovalPolicy[defaults.REMOVAL_POLICY]},
    )
    if settings.runtime_management_mode is not None:
        # A version does not contain it: CDK's new version would be the old one, which CloudFormation refuses.
        lambda_.Function.classify_version_property("RuntimeManagementConfig", False)
    if settings.snap_start:
        cdk.Annotations.of(function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias points to a published version."
        )
    return function


def finish_function(function: lambda_.Function, settings: Settings) -> lambda_.CfnFunction:
    """Set properties that the L2 would set with its own policy, and the metadata; returns the L1."""
    resource = cast(lambda_.CfnFunction, ask(function, "node").default_child)
    if settings.traced:
        jsii.set(resource, "tracingConfig", {"mode": "Active"})
    evidence: dict[str, object] = {}
    if isinstance(settings.memory_size, MemorySize) and (found := settings.memory_size.evidence()):
        evidence["memorySize"] = found
    if settings.measured_timeout is not None:
        evidence["timeout"] = settings.measured_timeout.evidence()
    if evidence:
        resource.add_metadata(SIZES_KEY, evidence)
    return resource


def _durable(settings: Settings) -> dict[str, object] | None:
    durable = settings.durable
    if durable is None:
        return None
    kept = {} if durable.retention_period is None else {"retentionPeriod": durable.retention_period}
    return {"executionTimeout": durable.execution_timeout, **kept}
