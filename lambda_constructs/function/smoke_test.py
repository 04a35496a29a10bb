"""Hooks of a rollout: the user's function, or the function that runs the smoke tests of a stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct, IValidation

from ..core import acknowledgements
from ..core.context import Context
from ..core.execution_role import NETWORKS, TRACING, Statement, any_resource_policy
from ..core.guard import Guard, is_json
from ..core.log_group import create_log_group
from ..core.stack_resources import StackResources
from ..rules import defaults, derive
from ..rules.environment import environment_size, smoke_test_size
from ..rules.missing_rights import REPORT
from ..rules.options import option_type
from ..rules.ranges import timeout_range
from .environment import check_no_secret
from .hook import Hook, SmokeTest
from .network import SELECTION, acknowledge_interfaces, interface_statements
from .rollout import Rollout
from .rollout_group import group_arn, let_report
from .settings import Settings

_HANDLER: Final = Path(__file__).parent / "handlers" / "smoke_test"


def check_hooks(guard: Guard, rollout: Rollout) -> None:
    """Check that the smoke tests of a rollout can be written as JSON."""
    for option in ("before_traffic", "after_traffic"):
        hook: Hook | None = getattr(rollout, option)
        if not isinstance(hook, SmokeTest):
            continue
        if not is_json([hook.payload, hook.expect]):
            guard.refuse(option_type, f"rollout.{option}", repr(hook), "SmokeTest(...) with JSON values")
        check_no_secret(guard, f"rollout.{option}", [hook.payload, hook.expect])
        size = len(json.dumps([hook.payload, hook.expect], default=str).encode())
        guard.check(smoke_test_size, f"rollout.{option}", size)


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """A new version, which hooks test."""

    group_name: str  # the name of the deployment group
    version: lambda_.Version  # the new version
    settings: Settings  # the settings of its function


def resolve_hooks(context: Context, rollout: Rollout, new: NewVersion) -> dict[str, lambda_.IFunction]:
    """The functions that CodeDeploy runs as hooks, by their options, with permission to report."""
    found: dict[str, lambda_.IFunction] = {}
    for option, hook in (
        ("before_traffic", rollout.before_traffic),
        ("after_traffic", rollout.after_traffic),
    ):
        if isinstance(hook, SmokeTest):
            moment = "BeforeTraffic" if option == "before_traffic" else "AfterTraffic"
            construct_id = derive.replaced_with(f"{moment}SmokeTest", _surroundings(new.settings))
            smoke_tests = context.stack.once(
                construct_id, lambda stack, name: SmokeTestFunction(stack, name, new.settings)
            )
            smoke_tests.add(hook, new, group_arn(context, new.group_name))
            found[option] = smoke_tests.function
        elif hook is not None:
            let_report(context, option, hook, new.group_name)
            found[option] = hook
    return found


def _surroundings(settings: Settings) -> str:
    """The key and the network of a smoke test as text; empty without both."""
    chosen = settings.vpc_subnets
    subnets = {name: getattr(chosen, name) for name in SELECTION} if chosen is not None else {}
    if settings.encryption_key is None and settings.vpc is None:
        return ""
    return _identity([settings.encryption_key, settings.vpc, *(settings.security_groups or ()), subnets])


def _identity(part: object) -> str:
    """A text that is the same in every synthesis: the path of a construct, the values of a selection."""
    if isinstance(part, Mapping):
        return str({name: _identity(value) for name, value in part.items() if value is not None})
    if isinstance(part, list):
        return str([_identity(each) for each in part])
    if isinstance(part, str | bool | Enum | None):
        return str(part)
    node = getattr(part, "node", None)
    return type(part).__name__ if node is None else str(node.path)


@jsii.implements(IValidation)
class SmokeTestFunction(Construct):
    """The function that runs the smoke tests of a stack for one hook, under one key and in one network.

    CodeDeploy passes only the deployment; its deployment group identifies the test.

    Attributes:
        function: The function.
    """

    def __init__(self, stack: StackResources, construct_id: str, settings: Settings) -> None:
        """Create the function, without tests yet, with the key and in the network of a workload."""
        super().__init__(stack, construct_id)
        self._shared, self._stack = stack, stack.stack
        self._tests: dict[str, dict[str, object]] = {}
        self._timeout, self._reserves = 0, False
        key = settings.encryption_key
        log_group = create_log_group(
            self, stack, settings.guard, None, key, removal_policy=cdk.RemovalPolicy.RETAIN
        )
        self._invoke = iam.PolicyStatement(actions=["lambda:InvokeFunction"])
        self._report = iam.PolicyStatement(actions=["codedeploy:GetDeployment", REPORT])
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
        self.function = self._create_function(settings, log_group)
        self._resource = cast(lambda_.CfnFunction, self.function.node.default_child)
        statements: list[Statement] = [] if key is None else [(["kms:Decrypt"], [key.key_arn])]
        if settings.vpc is not None:
            self._role.add_managed_policy(any_resource_policy(stack, *NETWORKS))
            statements += interface_statements(stack, self.function)
            acknowledge_interfaces(stack, self._role)
        for actions, resources in statements:
            document.add_statements(iam.PolicyStatement(actions=[*actions], resources=[*resources]))
        acknowledgements.acknowledge(self.function, acknowledgements.HOOK_FUNCTION)
        self.node.add_validation(self)

    def _create_function(self, settings: Settings, log_group: logs.ILogGroup) -> lambda_.Function:
        groups = settings.security_groups
        return lambda_.Function(
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
            description="Invokes a new version and tells CodeDeploy whether to shift traffic to it",
            environment_encryption=settings.encryption_key,
            vpc=settings.vpc,
            vpc_subnets=settings.vpc_subnets,
            security_groups=None if groups is None else list(groups),
        )

    def add(self, test: SmokeTest, new: NewVersion, group_arn: str) -> None:
        """Add the test of one more workload."""
        self._tests[new.group_name] = {
            "function": new.version.function_arn,
            "payload": dict(test.payload or {}),
            "expect": test.expect,
        }
        self._invoke.add_resources(new.version.function_arn)
        self._report.add_resources(group_arn)
        text = self._stack.to_json_string(self._tests)
        self._resource.environment = lambda_.CfnFunction.EnvironmentProperty(variables={"TESTS": text})
        settings = new.settings
        needed = settings.longest + defaults.SMOKE_TEST_MARGIN
        self._timeout = min(max(self._timeout, needed), timeout_range.high)
        self._resource.timeout = self._timeout
        if settings.reserved_concurrency is not None:
            self._reserves = True
        if settings.regulated:
            acknowledgements.acknowledge(self._role, acknowledgements.INLINE_POLICIES)
        if self._reserves:  # one run for each workload whose rollout runs at the same time
            self._resource.reserved_concurrent_executions = len(self._tests)
        if settings.traced and self._resource.tracing_config is None:
            self._resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
            self._role.add_managed_policy(any_resource_policy(self._shared, *TRACING))

    def validate(self) -> list[str]:
        """Refuse more tests than fit into the environment variables of one function."""
        size = len(f"TESTS{json.dumps(self._tests)}".encode())
        rule = environment_size
        violation = rule(size)
        return [] if violation is None else [f"smoke tests: {violation} [{rule.code}] ({rule.source})"]
