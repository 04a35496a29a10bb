"""What CodeDeploy runs before and after it shifts traffic: a user's function, or a smoke test of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct, IValidation

from ..core import acknowledgements
from ..core.guard import Guard, is_json
from ..core.stack_resources import Shared
from ..rules import defaults
from ..rules.environment import environment_size
from ..rules.ranges import timeout_range
from ..rules.role import role_not_changed

_HANDLER: Final = Path(__file__).parent / "handlers" / "smoke_test"
_REPORT: Final = "codedeploy:PutLifecycleEventHookExecutionStatus"


@dataclass(frozen=True, kw_only=True)
class SmokeTest:
    """Invoke the new version once, and go on only if it answers as it should.

    One small function per stack does it, and reports to CodeDeploy in every case. It knows all versions that
    it tests, so of two workloads that it tests neither can name the other's alias. The first deployment
    creates the alias without CodeDeploy, so nothing is tested then.

    Args:
        payload: The event; JSON values. Default: an empty object
        expect: What the answer must contain; JSON values. Of objects only the named keys are compared.
            Default: any answer, as long as the function does not raise
    """

    payload: Mapping[str, object] | None = None
    expect: Mapping[str, object] | None = None


Hook: TypeAlias = lambda_.IFunction | SmokeTest


def check_hooks(guard: Guard, rollout: object) -> tuple[Hook | None, Hook | None]:
    """The hooks of a rollout before and after the traffic moves, checked."""
    before: Hook | None = getattr(rollout, "before_traffic", None)
    after: Hook | None = getattr(rollout, "after_traffic", None)
    _check_hook(guard, "rollout.before_traffic", before)
    _check_hook(guard, "rollout.after_traffic", after)
    return before, after


def _check_hook(guard: Guard, name: str, hook: Hook | None) -> None:
    """Check that a hook is one, and that a smoke test can be written down."""
    if isinstance(hook, SmokeTest):
        if not (isinstance(hook.payload or {}, Mapping) and is_json([hook.payload, hook.expect])):
            guard.refuse_type(name, hook, "SmokeTest(...) with JSON values")
    elif hook is not None and not hasattr(hook, "function_arn"):
        guard.refuse_type(name, hook, "a function or SmokeTest(...)")


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a hook has to know of a workload.

    Attributes:
        group_name: Its deployment group.
        version: The version that a deployment brings.
        timeout: How long an invocation may take, if the user said it.
        tracing: The policy for X-Ray, if the workload is traced.
    """

    group_name: str
    version: lambda_.Version
    timeout: cdk.Duration | None
    tracing: iam.ManagedPolicy | None


def resolve_hook(
    scope: Construct, guard: Guard, hook: Hook | None, deployed: Deployed, moment: str
) -> lambda_.IFunction | None:
    """The function that CodeDeploy runs at a moment, allowed to report on this deployment group."""
    if hook is None:
        return None
    shared = Shared.of(scope)
    # By name: the group itself depends on the hook, through CodeDeploy's role.
    group_arn = shared.stack.format_arn(
        service="codedeploy",
        resource="deploymentgroup",
        resource_name=f"{shared.application_name}/{deployed.group_name}",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    if isinstance(hook, SmokeTest):
        smoke_tests = shared.once(f"{moment}SmokeTest", SmokeTestFunction)
        smoke_tests.add(hook, deployed, group_arn)
        return smoke_tests.function
    if hook.role is None:
        guard.warn(scope, role_not_changed, _REPORT)
    else:
        hook.add_to_role_policy(iam.PolicyStatement(actions=[_REPORT], resources=[group_arn]))
    return hook


def _seconds(timeout: cdk.Duration | None) -> int:
    if timeout is None:
        return defaults.TIMEOUT
    return timeout_range.high if timeout.is_unresolved() else int(timeout.to_seconds())


@jsii.implements(IValidation)
class SmokeTestFunction(Construct):
    """The one function of a stack that runs all its smoke tests of one moment.

    CodeDeploy tells it only the deployment; the deployment's group tells which test is meant.

    Attributes:
        function: The function.
    """

    def __init__(self, shared: Shared, construct_id: str) -> None:
        """Create the function, without tests yet."""
        super().__init__(shared, construct_id)
        self._shared = shared
        self._tests: dict[str, dict[str, object]] = {}
        self._timeout = 0
        log_group = logs.LogGroup(self, "Logs", retention=logs.RetentionDays.ONE_MONTH)
        self._invoke = iam.PolicyStatement(actions=["lambda:InvokeFunction"])
        self._report = iam.PolicyStatement(actions=["codedeploy:GetDeployment", _REPORT])
        write = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
        )
        document = iam.PolicyDocument(statements=[write, self._invoke, self._report])
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"SmokeTest": document},
        )
        self.function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(_HANDLER), exclude=["__pycache__", "*.pyc"]),
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=defaults.SMOKE_TEST_MEMORY_SIZE,
            role=self._role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            description="Invokes a new version and tells CodeDeploy whether it may have traffic",
        )
        self._resource = cast(lambda_.CfnFunction, self.function.node.default_child)
        acknowledgements.acknowledge(
            self.function, acknowledgements.HOOK_FUNCTION, *acknowledgements.FUNCTION_WITHOUT_DEAD_LETTERS
        )
        self.node.add_validation(self)

    def add(self, test: SmokeTest, deployed: Deployed, group_arn: str) -> None:
        """Run a test at deployments of one more workload."""
        self._tests[deployed.group_name] = {
            "function": deployed.version.function_arn,
            "payload": dict(test.payload or {}),
            "expect": test.expect,
        }
        self._invoke.add_resources(deployed.version.function_arn)
        self._report.add_resources(group_arn)
        text = self._shared.stack.to_json_string(self._tests)
        self._resource.environment = lambda_.CfnFunction.EnvironmentProperty(variables={"TESTS": text})
        needed = _seconds(deployed.timeout) + defaults.SMOKE_TEST_MARGIN
        self._timeout = min(max(self._timeout, needed), timeout_range.high)
        self._resource.timeout = self._timeout
        if deployed.tracing is not None and self._resource.tracing_config is None:
            self._resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
            self._role.add_managed_policy(deployed.tracing)

    def validate(self) -> list[str]:
        """Refuse more tests than the environment of one function can hold."""
        size = len(f"TESTS{json.dumps(self._tests)}".encode())
        rule = environment_size
        violation = rule(size)
        return [] if violation is None else [f"smoke tests: {violation} [{rule.code}] ({rule.source})"]
