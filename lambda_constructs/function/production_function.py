"""ProductionFunction: the function, its version, alias and rollout, without a trigger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Unpack, cast

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ..core import acknowledgements
from ..core.acknowledgements import Acknowledgement
from ..core.alarm_set import AlarmSet
from ..core.alarm_topics import let_alarms_publish
from ..core.cdk_objects import ask, known_of, make
from ..core.construction import checked
from ..core.context import Context
from ..core.execution_role import Statement
from ..core.guard import Guard
from ..core.stack_resources import LAYERS_PUBLISH, StackResources
from ..rules import defaults, derive
from .base import create_base
from .cdk_members import CdkMembers, created
from .checks import check_function
from .deployment_group import create_deployment_group
from .options import FunctionOptions
from .provisioned_concurrency import scale
from .references import VersionReferences
from .rollout import given_alarms
from .settings import Settings, resolve
from .smoke_test import NewVersion, resolve_hooks

if TYPE_CHECKING:
    from .alias_members import LiveAlias

_PACKAGE: Final = __name__.partition(".")[0]


class ProductionFunction(CdkMembers):
    """A function that is ready for production, without a trigger: add one to its `alias`.

    Creates a role, a log group, the function, a retained version, the alias `live`, a CodeDeploy
    deployment group with an alarm on the errors of the new version, and once per stack a CodeDeploy
    application and a policy for X-Ray.

    Args:
        preset: Options for several workloads; an option that is given here wins. Default: none
        function: A function that this stack defines itself, of any class of CDK, instead of `code`: the
            workload does not change it, and takes only `rollout`, `alarms`, `provisioned_concurrency` and
            `encryption_key` of the options here. Default: none, a new function
        code: The path of a folder or of a zip, a `PythonCode`, any `Code` of CDK, or a container image, such
            as `DockerImageCode.from_image_asset(...)`, which CDK builds for `architecture`; required unless
            `function` is given.
        handler: The method that Lambda calls, such as `module.function`; required unless `code` is an image.
        runtime: The runtime, such as `Runtime.PYTHON_3_13`; required unless `code` is an image.
        architecture: Processor architecture. Default: arm64 (20 % cheaper duration than x86_64)
        memory_size: Memory, and with it CPU; MB, 128 to 10240. Default: 512 (29 % of a CPU; better
            `MemorySize.measured(...)`)
        timeout: How long one invocation may take; 1 to 900 seconds. Default: 30 seconds (3, Lambda's own
            default, ends slow invocations; 900 hides calls that hang)
        ephemeral_storage_size: Size of /tmp; MB, 512 to 10240. Default: 512
        environment: Environment variables; at most 4096 bytes in total. Default: none
        secrets: Secrets Manager secrets and SSM parameters by environment key: the function gets the ARN or
            the name, and may read them. Default: none
        idempotency: Record processed events, so that the function does not process them twice. A table that a
            change removes or replaces is kept. Default: none
        durable: Save the progress of executions, which may then take up to a year. Lambda enables it only
            when it creates a function: a deployed workload needs another construct id. Default: none
        layers: Layers, not for an image; at most 5. Default: none
        description: Description; at most 256 characters. Default: none
        reserved_concurrency: Concurrent invocations, reserved from the account's pool. Default: none, a
            reservation throttles and takes capacity from others
        provisioned_concurrency: Initialized environments. Default: none, they cost money while idle
        snap_start: Whether Lambda starts from a snapshot of the initialized function. Default: False
        rollout: How traffic moves to a new version. Default: `Canary()`, 10 percent for 5 minutes
        alarms: Which alarms the workload has and what they notify. Default: all of them, without actions
        tracing: X-Ray mode. Default: Tracing.ACTIVE
        insights_version: Version of the Lambda Insights extension, such as "1.0.498.0"; an image installs it
            itself. Default: none, the extension costs time and metrics
        application_log_level: Lowest level of the function's log events. Default: ApplicationLogLevel.INFO
        system_log_level: Lowest level of Lambda's log events. Default: SystemLogLevel.INFO (WARN hides the
            report of duration and memory)
        log_retention: How long CloudWatch Logs keeps log events. Default: 30 days
        log_group: Log group to use. Default: a new one with a generated name
        role: Role that the function assumes; the construct adds the statements that the workload needs.
            Default: a new one with exactly these
        encryption_key: KMS key for the log group, the environment and other data that the workload stores.
            Default: none, keys that AWS owns
        removal_policy: What happens to the data of queues, tables and log groups that the construct creates,
            when they are removed from the stack or replaced. Default:
            RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, they are kept
        regulated: Whether cdk-nag's packs for HIPAA, NIST 800-53 and PCI DSS must not find anything: it
            requires `vpc`, `encryption_key`, `reserved_concurrency` and a topic for the alarms, and
            acknowledges inline policies. Default: False
        vpc: VPC that the function runs in. Default: none
        vpc_subnets: Subnets in `vpc`. Default: its private ones
        security_groups: Security groups in `vpc`. Default: a new one that allows all outbound traffic
        ipv6_allowed_for_dual_stack: Whether the function sends IPv6 traffic from dual-stack subnets of `vpc`.
            Default: False
        code_signing_config: Signatures that Lambda requires of the code; not for an image. Default: none
        runtime_management_mode: When Lambda updates the runtime; not for an image. A change publishes no
            version. Default: automatically

    Attributes:
        function: The function; nothing invokes its `$LATEST`.
        version: The published version; earlier versions are kept.
        alias: The alias `live`, the only target.
        role: The execution role.
        log_group: The log group; of a given `function`, a reference to it.
        deployment_group: The deployment group with which CodeDeploy shifts the alias.
        alarms: All alarms.
        idempotency_table: The table of processed events; only with `idempotency`.
        scalable_target: The scalable target of the alias; only if provisioned concurrency has a range or
            schedules.

    Raises:
        ConfigurationError: An option contradicts another or AWS's limits; nothing is created.
    """

    _ALARMS: ClassVar[Collection[str]] = ()
    _TRIGGER: ClassVar[str] = ""
    _NO_DEAD_LETTER_CONFIG: ClassVar[Acknowledgement] = acknowledgements.FUNCTION_WITHOUT_TRIGGER

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        /,
        *,
        _settings: Settings | None = None,
        **options: Unpack[FunctionOptions],
    ) -> None:
        """Check every option, then create the function with its alias and rollout."""
        settings = _settings or resolve(Guard(scope, construct_id), options)
        guard, key = settings.guard, settings.encryption_key
        plan = check_function(settings, self._ALARMS, type(self).__name__, self._TRIGGER)

        super().__init__(scope, construct_id)
        self._settings = settings
        guard.report(self)
        if settings.regulated:
            acknowledgements.acknowledge(self, acknowledgements.INLINE_POLICIES)
        stack = StackResources.of(scope)
        stack.adopt(self)
        stack.turn_on(LAYERS_PUBLISH, self)
        base = create_base(self, stack, settings, self._create_source, self._NO_DEAD_LETTER_CONFIG)
        self.log_group = base.log_group
        self.function, self._idempotency_table = base.function, base.table
        ask(self, "node").default_child = base.resource
        if base.publishes:
            references = stack.once("References", lambda stack, _: VersionReferences(stack))
            references.add(base.function, base.resource, guard)
        self.version = self.function.current_version
        if settings.adopted is not None:
            self.version.apply_removal_policy(cdk.RemovalPolicy[defaults.REMOVAL_POLICY])
        provisioned = settings.provisioned_concurrency
        alias = make(
            lambda_.Alias,
            self,
            "Live",
            alias_name=defaults.ALIAS_NAME,
            version=self.version,
            provisioned_concurrent_executions=None if provisioned is None else provisioned.minimum,
        )
        self.alias = cast("LiveAlias", alias)
        path = stack.path_in_stack(scope, construct_id)
        let_alarms_publish(self, guard, stack, settings.alarms)
        alarms = AlarmSet(self, settings.alarms, stack.path_in_app(path))
        self.alarms: list[cloudwatch.Alarm] = alarms.alarms
        self._context = context = Context(
            scope=self,
            guard=guard,
            stack=stack,
            path=path,
            key=key,
            removal_policy=settings.removal_policy,
            role=base.role,
            function_name=self.function.function_name,
            alias=self.alias,
            alias_arn=self.alias.function_arn,
            plan=plan,
            alarms=alarms,
        )
        self._deploy(context, settings)
        self._scalable_target = scale(context, provisioned)
        if provisioned is not None and settings.alarms.has("spillover"):
            alarms.add_spillover(context.alias_dimensions)
        self._resources = self._describe(context)

    @property
    def role(self) -> iam.IRole:
        """The execution role."""
        return self._context.role.role

    @property
    def idempotency_table(self) -> dynamodb.ITable:
        """The table of processed events; an AttributeError without `idempotency`."""
        return created(self._idempotency_table, "idempotency_table", "pass idempotency=Idempotency()")

    @property
    def scalable_target(self) -> autoscaling.CfnScalableTarget:
        """The scalable target of the alias; an AttributeError if provisioned concurrency is not scaled."""
        advice = "pass provisioned_concurrency with a maximum above its minimum, or with schedules"
        return created(self._scalable_target, "scalable_target", advice)

    def _create_source(self, stack: StackResources, settings: Settings) -> Sequence[Statement]:  # noqa: ARG002
        """Create resources that the function uses, before its role; returns the statements for the role."""
        return ()

    def _deploy(self, context: Context, settings: Settings) -> None:
        """Create the deployment group, with the alarms and hooks that stop a rollout."""
        rollout, alarms = settings.rollout, settings.alarms
        new = NewVersion(
            group_name=derive.deployment_group_name(context.path),
            version=self.version,
            settings=settings,
        )
        watching = list(given_alarms(rollout))
        if alarms.has("errors"):
            watching.append(context.alarms.add_errors(context.alias_dimensions, self.version.version))
        failing = "failed_events" in self._ALARMS and alarms.has("failed_events")
        self.deployment_group = create_deployment_group(
            context,
            function_arn=self.function.function_arn,
            name=new.group_name,
            alarms=watching,
            alarm_names=[context.failed_events_name] if failing else [],
            hooks=resolve_hooks(context, rollout, new),
        )

    def _describe(self, context: Context) -> dict[str, Callable[[], str]]:
        """Write the workload into the template's metadata; returns its resources, to add more."""
        resources: dict[str, Callable[[], str]] = {
            "function": lambda: context.function_name,
            "alias": lambda: context.alias_arn,
            "deploymentGroup": lambda: self.deployment_group.deployment_group_name,
        }
        kind = next(each for each in type(self).__mro__ if each.__module__.startswith(_PACKAGE))
        context.stack.workloads.add(kind.__name__, context.stack.path_in_app(context.path), resources)
        return resources

    def _describe_source(
        self, failure_queue: sqs.IQueue | None, mapping: lambda_.CfnEventSourceMapping | None = None
    ) -> None:
        """Add the failure queue and the mapping to the workload's metadata."""
        self._describe_queue("failureQueue", failure_queue)
        if mapping is not None:
            self._resources["eventSourceMapping"] = lambda: str(ask(mapping, "ref"))

    def _describe_queue(self, name: str, queue: sqs.IQueue | None) -> None:
        """Add a queue to the workload's metadata, if it is in this stack."""
        if isinstance(queue, sqs.Queue) and ask(queue, "stack") is self._context.stack.stack:
            attribute = "queue_url" if "queue_url" in known_of(queue) else "queue_arn"
            self._resources[name] = lambda: str(ask(queue, attribute))
