"""The options that every workload shares, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Required, TypedDict

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from ..core.alarms import Alarms
from ..sizing.memory import MemorySize
from ..sizing.timeout import Timeout
from .environment import Secrets
from .idempotency import Idempotency
from .provisioned_concurrency import ProvisionedConcurrency
from .rollout import Rollout


class FunctionOptions(TypedDict, total=False):
    """Options of `ProductionFunction`, where each is described; for presets and for workloads."""

    code: Required[lambda_.Code]
    handler: Required[str]
    runtime: Required[lambda_.Runtime]
    architecture: lambda_.Architecture | None
    memory_size: int | MemorySize
    timeout: cdk.Duration | Timeout | None
    ephemeral_storage_size: int
    environment: Mapping[str, str] | None
    secrets: Secrets | None
    idempotency: Idempotency | None
    layers: Sequence[lambda_.ILayerVersion]
    description: str | None
    reserved_concurrency: int | None
    provisioned_concurrency: ProvisionedConcurrency | None
    snap_start: bool
    rollout: Rollout | None
    alarms: Alarms
    tracing: lambda_.Tracing
    insights_version: str | None
    application_log_level: lambda_.ApplicationLogLevel
    system_log_level: lambda_.SystemLogLevel
    log_retention: logs.RetentionDays | None
    log_group: logs.ILogGroup | None
    role: iam.Role | iam.IRole | None
    encryption_key: kms.Key | kms.IKey | None
    vpc: ec2.IVpc | None
    vpc_subnets: ec2.SubnetSelection | None
    security_groups: Sequence[ec2.ISecurityGroup] | None
