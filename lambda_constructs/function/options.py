"""The options that all workloads share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from ..core.alarms import Alarms
from ..packaging.python_code import PythonCode
from ..sizing.memory import MemorySize
from ..sizing.timeout import Timeout
from .environment import Secrets
from .idempotency import Idempotency
from .provisioned_concurrency import ProvisionedConcurrency
from .rollout import Rollout


class FunctionOptions(TypedDict, total=False):
    """Options of `ProductionFunction`, which documents them; None means the default."""

    code: lambda_.Code | PythonCode | str | None
    handler: str | None
    runtime: lambda_.Runtime | None
    architecture: lambda_.Architecture | None
    memory_size: int | MemorySize | None
    timeout: cdk.Duration | Timeout | None
    ephemeral_storage_size: int | None
    environment: Mapping[str, str] | None
    secrets: Secrets | None
    idempotency: Idempotency | None
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
    role: iam.Role | iam.IRole | None
    encryption_key: kms.Key | kms.IKey | None
    vpc: ec2.Vpc | ec2.IVpc | None
    vpc_subnets: ec2.SubnetSelection | None
    security_groups: Sequence[ec2.SecurityGroup | ec2.ISecurityGroup] | None
