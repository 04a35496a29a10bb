"""ProductionFunction: the bundle without a trigger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import aws_cdk as cdk
import jsii
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ..core import acknowledgements
from ..core.alarms import Alarms, AlarmSet, check_alarms, count_alarms
from ..core.execution_role import ExecutionRole, own_statements, shared_statements, tracing_policy
from ..core.guard import Guard
from ..core.log_group import create_log_group
from ..core.option_types import checked
from ..core.stack_resources import Shared, seconds
from ..rules import defaults, derive
from ..rules.ranges import ephemeral_storage_range
from ..sizing.memory import MemorySize
from ..sizing.timeout import Timeout
from .deployment_group import create_deployment_group
from .environment import Secrets, check_environment, secret_references
from .idempotency import (
    Idempotency,
    check_idempotency,
    existing_table,
    resolve_idempotency,
    table_variable,
)
from .insights import allow_insights, check_insights, insights_layer
from .network import allow_network_interfaces
from .provisioned_concurrency import ProvisionedConcurrency, check_provisioned, create_alias, scale
from .rollout import Rollout, own_alarms, plan_rollout
from .settings import (
    check_combinations,
    check_settings,
    finish_function,
    memory_of,
    storage,
    timeout_of,
)
from .smoke_test import Deployed, check_hooks, resolve_hook

_RECOGNIZE_LAYER_VERSION = "@aws-cdk/aws-lambda:recognizeLayerVersion"


@jsii.implements(iam.IGrantable)
class ProductionFunction(Construct):
    """A function that is ready for production, without a trigger: add one to its `alias`.

    Creates a role, a log group, the function, a retained version, the alias `live`, a CodeDeploy
    deployment group with an alarm on the errors of the new version, and once per stack a CodeDeploy
    application, its role and a policy for X-Ray.

    Args:
        code: The code, as CDK takes it.
        handler: Where Lambda calls it: `module.function`.
        runtime: Language and version.
        architecture: Processor. Default: arm64 (20 % cheaper duration than x86_64)
        memory_size: Memory, and with it CPU; MB, 128 to 10240. Default: 512 (29 % of a CPU; better
            `MemorySize.measured(...)`)
        timeout: How long one invocation may take; 1 to 900 seconds. Default: 30 seconds (3, Lambda's own,
            kills slow work; 900 hides hanging calls)
        ephemeral_storage_size: Size of /tmp; MB, 512 to 10240. Default: 512
        environment: Environment variables; 4096 bytes in all. Default: none
        secrets: Secrets Manager secrets and SSM parameters by environment key: the function gets ARN or
            name and may read them. Default: none
        idempotency: Remember what was worked on, so that it is not worked on twice. Default: none
        layers: Layers; at most 5. Default: ()
        description: Description; at most 256 characters. Default: none
        reserved_concurrency: Invocations at once, taken out of the account's pool. Default: none, a
            reservation throttles and starves others
        provisioned_concurrency: Environments kept warm. Default: none, they cost money while idle
        snap_start: Start from a snapshot of the initialized function. Default: False
        rollout: How traffic moves to a new version. Default: `Canary()`, 10 percent for 5 minutes
        alarms: Which alarms there are and whom they tell. Default: Alarms() (all of them, telling nobody)
        tracing: X-Ray mode. Default: Tracing.ACTIVE
        insights_version: Version of the Lambda Insights extension, such as "1.0.498.0". Default: none, the
            extension costs time and metrics
        application_log_level: Least level of the function's own lines. Default: ApplicationLogLevel.INFO
        system_log_level: Least level of Lambda's lines. Default: SystemLogLevel.INFO (WARN hides the
            report of duration and memory)
        log_retention: How long log lines are kept. Default: 30 days
        log_group: Log group to use. Default: a new one with a generated name
        role: Role that the function assumes; it gets the statements that the bundle needs. Default: a new
            one with exactly these
        encryption_key: Key for log group, environment and what else a workload stores. Default: none,
            keys that AWS owns
        vpc: VPC that the function runs in. Default: none
        vpc_subnets: Subnets in `vpc`. Default: its private ones
        security_groups: Security groups in `vpc`. Default: a new one that allows what goes out

    Attributes:
        function: The function; its `$LATEST` is nobody's target.
        version: The published version; earlier ones are kept.
        alias: The alias `live`, the only target.
        role: The execution role.
        log_group: The log group.
        deployment_group: What CodeDeploy shifts the alias by.
        alarms: All alarms.
        idempotency_table: Where it is remembered what was worked on, with `idempotency`.
        scalable_target: What scales provisioned concurrency, if anything does.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _NAMED_ALARMS: ClassVar[Mapping[str, str]] = {}
    _NO_DEAD_LETTER_CONFIG: ClassVar[str] = acknowledgements.FUNCTION_WITHOUT_TRIGGER

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        code: lambda_.Code,
        handler: str,
        runtime: lambda_.Runtime,
        architecture: lambda_.Architecture | None = None,
        memory_size: int | MemorySize = defaults.MEMORY_SIZE,
        timeout: cdk.Duration | Timeout | None = None,
        ephemeral_storage_size: int = ephemeral_storage_range.low,
        environment: Mapping[str, str] | None = None,
        secrets: Secrets | None = None,
        idempotency: Idempotency | None = None,
        layers: Sequence[lambda_.ILayerVersion] = (),
        description: str | None = None,
        reserved_concurrency: int | None = None,
        provisioned_concurrency: ProvisionedConcurrency | None = None,
        snap_start: bool = False,
        rollout: Rollout | None = None,
        alarms: Alarms = Alarms(),
        tracing: lambda_.Tracing = lambda_.Tracing.ACTIVE,
        insights_version: str | None = None,
        application_log_level: lambda_.ApplicationLogLevel = lambda_.ApplicationLogLevel.INFO,
        system_log_level: lambda_.SystemLogLevel = lambda_.SystemLogLevel.INFO,
        log_retention: logs.RetentionDays | None = None,
        log_group: logs.ILogGroup | None = None,
        role: iam.Role | iam.IRole | None = None,
        encryption_key: kms.Key | kms.IKey | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
    ) -> None:
        """Check every option, then create the bundle."""
        guard = Guard(scope, construct_id)
        architecture = architecture or lambda_.Architecture.ARM_64
        environment, secrets = environment or {}, secrets or {}
        check_settings(
            guard,
            code=code,
            handler=handler,
            runtime=runtime,
            architecture=architecture,
            memory_size=memory_size,
            timeout=timeout,
            ephemeral_storage_size=ephemeral_storage_size,
            layers=layers,
            insights=insights_version is not None,
            description=description,
            reserved_concurrency=reserved_concurrency,
            snap_start=snap_start,
            provisioned=provisioned_concurrency is not None,
            tracing=tracing,
            log_levels={
                "application_log_level": application_log_level,
                "system_log_level": system_log_level,
            },
        )
        check_combinations(
            guard,
            log_group=log_group,
            log_retention=log_retention,
            vpc=vpc,
            placement={"vpc_subnets": vpc_subnets, "security_groups": security_groups},
        )
        check_environment(scope, guard, environment, secrets, check_idempotency(guard, idempotency))
        check_insights(guard, insights_version, architecture)
        watching = count_alarms(guard, alarms, ("errors", *self._NAMED_ALARMS))
        self._rollout_plan = plan = plan_rollout(guard, rollout, watching)
        check_alarms(guard, alarms, plan)
        before, after = check_hooks(guard, rollout)
        check_provisioned(
            guard, provisioned_concurrency, reserved_concurrency, plan.kind, tested=before is not None
        )

        super().__init__(scope, construct_id)
        node = self.node
        # Otherwise a layer's new content changes the function but publishes no version.
        node.set_context(_RECOGNIZE_LAYER_VERSION, True)
        guard.report(self)
        self._shared = shared = Shared.of(self)
        self._path = shared.own(node.path)
        self.log_group: logs.ILogGroup = log_group or create_log_group(
            self, guard, log_retention or logs.RetentionDays.ONE_MONTH, encryption_key
        )
        traced = tracing == lambda_.Tracing.ACTIVE
        shared_policies = shared_statements(shared, traced=traced, vpc=vpc is not None)
        statements = own_statements(self.log_group, encryption_key)
        self._execution_role = ExecutionRole(self, guard, role, shared_policies, statements)
        self.role = self._execution_role.role
        self._idempotency_table = resolve_idempotency(self, self._execution_role, idempotency, encryption_key)
        if insights_version is not None:
            layers = [*layers, insights_layer(self, insights_version, architecture)]
            allow_insights(self, self._execution_role)

        self.function = lambda_.Function(
            self,
            "Function",
            code=code,
            handler=handler,
            runtime=runtime,
            architecture=architecture,
            memory_size=memory_of(memory_size),
            timeout=timeout_of(timeout) or seconds(defaults.TIMEOUT),
            ephemeral_storage_size=storage(ephemeral_storage_size),
            environment={
                **environment,
                **secret_references(secrets),
                **table_variable(self._idempotency_table),
            },
            environment_encryption=encryption_key,
            layers=list(layers),
            description=description,
            reserved_concurrent_executions=reserved_concurrency,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            role=self.role,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=application_log_level,
            system_log_level_v2=system_log_level,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=None if security_groups is None else list(security_groups),
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        )
        acknowledgements.acknowledge(
            self.function, self._NO_DEAD_LETTER_CONFIG, *acknowledgements.FUNCTION_WITHOUT_DEAD_LETTERS
        )
        node.default_child = finish_function(
            self.function, memory_size, timeout, snap_start=snap_start, tracing=tracing
        )
        if vpc is not None:
            allow_network_interfaces(self, self._execution_role, self.function)
        for secret in secrets.values():
            secret.grant_read(self.role)

        self.version = self.function.current_version
        self.alias = create_alias(self, self.version, provisioned_concurrency)
        self._alarms = AlarmSet(self, alarms)
        self.alarms: list[cloudwatch.Alarm] = self._alarms.alarms
        self._names = {"FunctionName": self.function.function_name}
        self._names["Resource"] = f"{self._names['FunctionName']}:{defaults.ALIAS_NAME}"
        deployed = Deployed(
            group_name=derive.deployment_group_name(self._path),
            version=self.version,
            timeout=timeout_of(timeout),
            tracing=tracing_policy(shared) if traced else None,
        )
        own, named = [*own_alarms(rollout)], self._NAMED_ALARMS.items()
        if alarms.errors:
            own.append(self._alarms.add_errors(self._names, self.version.version))
        self.deployment_group = create_deployment_group(
            self,
            shared,
            guard,
            plan,
            function=self.function,
            alias=self.alias,
            alarms=own,
            alarm_names=[self._alarm_name(name) for option, name in named if getattr(alarms, option)],
            group_name=deployed.group_name,
            before_traffic=resolve_hook(self, guard, before, deployed, "BeforeTraffic"),
            after_traffic=resolve_hook(self, guard, after, deployed, "AfterTraffic"),
        )
        self.scalable_target = scale(self, self._names["Resource"], self.alias, provisioned_concurrency)
        if provisioned_concurrency is not None and alarms.spillover:
            self._alarms.add_spillover(self._names)

    @property
    def idempotency_table(self) -> dynamodb.ITable:
        """The table that remembers what was worked on.

        Raises:
            AttributeError: There is none; `idempotency` was not given.
        """
        return existing_table(self._idempotency_table)

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """Who gets what is granted to this construct: the execution role."""
        return self.role.grant_principal

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal invoke the alias, and no version beside it."""
        return self.alias.grant_invoke(grantee)

    def _alarm_name(self, suffix: str) -> str:
        """Name of an alarm that the deployment group must know before the alarm exists."""
        return derive.alarm_name(self._shared.stack_name, self._path, suffix)
