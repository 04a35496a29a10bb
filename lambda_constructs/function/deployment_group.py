"""The CodeDeploy resources of a rollout: application, role, configuration, deployment group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.cdk_objects import call, make, seconds
from ..core.context import Context
from ..core.execution_role import document
from ..core.permissions import service_for
from ..core.stack_resources import REMOVES_ALARMS, StackResources
from ..rules import defaults
from ..rules.rollout import emergency_deployment
from ..rules.rollout_plan import PREDEFINED, RolloutPlan
from .rollout_group import RolloutGroup, RolloutState

EMERGENCY_KEY: Final = "lambda-constructs:emergency-deployment"
# Where the name of a configuration has an underscore as a constant of CDK: CANARY_10_PERCENT_5_MINUTES
_BETWEEN_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])")


class SharedRollout(Construct):
    """The application and the configurations that the deployment groups of one stack share.

    Attributes:
        emergency: Whether the context key makes this deployment an emergency deployment.
        principal: CodeDeploy, for the deployment groups of the stack's application.
    """

    def __init__(self, stack: StackResources, construct_id: str) -> None:
        """Read the context key; configurations are created when a group needs them."""
        super().__init__(stack, construct_id)
        self.application = stack.application
        self.emergency = str(self.node.try_get_context(EMERGENCY_KEY)).lower() == "true"
        # https://docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html
        groups = stack.arn("codedeploy", "deploymentgroup", f"{stack.application_name}/*", ":")
        self.principal = service_for(stack, "codedeploy.amazonaws.com", groups)
        self._alarm_arn_prefix = stack.arn("cloudwatch", "alarm", "", ":")
        self._configurations: dict[str, codedeploy.ILambdaDeploymentConfig] = {}

    def alarm_arn(self, name: str) -> str:
        """The ARN of an alarm of this account and region."""
        return f"{self._alarm_arn_prefix}{name}"

    def configuration(self, plan: RolloutPlan) -> codedeploy.ILambdaDeploymentConfig:
        """CodeDeploy's predefined configuration if one matches, else one for each distinct plan."""
        if plan.name not in self._configurations:
            self._configurations[plan.name] = self._create_configuration(plan)
        return self._configurations[plan.name]

    def _create_configuration(self, plan: RolloutPlan) -> codedeploy.ILambdaDeploymentConfig:
        config = codedeploy.LambdaDeploymentConfig
        if plan in PREDEFINED.values():
            constant = _BETWEEN_WORDS.sub("_", plan.name).upper()
            return cast(codedeploy.ILambdaDeploymentConfig, getattr(config, constant))
        routings = {
            "Canary": codedeploy.TimeBasedCanaryTrafficRouting,
            "Linear": codedeploy.TimeBasedLinearTrafficRouting,
        }
        routing = routings[plan.kind](interval=seconds(plan.minutes * 60), percentage=plan.percentage)
        return config(self, plan.name, traffic_routing=routing)


def create_deployment_group(
    context: Context,
    *,
    function_arn: str,
    name: str,
    alarms: Sequence[cloudwatch.IAlarm],
    alarm_names: Sequence[str],
    hooks: Mapping[str, lambda_.IFunction],
) -> RolloutGroup:
    """Create the deployment group of an alias; in an emergency it shifts all traffic at once, without alarms.

    `alarm_names` has alarms that depend on the alias. A reference would create a circular dependency: alias,
    group, alarm, mapping, alias. `hooks` are the functions that CodeDeploy runs before and after it shifts
    traffic, by their options.
    """
    scope, plan = context.scope, context.plan
    rollouts = context.stack.once("Rollout", SharedRollout)
    if rollouts.emergency:
        context.guard.warn(scope, emergency_deployment, EMERGENCY_KEY)
        plan = RolloutPlan("AllAtOnce")
    named = [
        cloudwatch.Alarm.from_alarm_name(scope, f"RollbackAlarm{number}", alarm_name)
        for number, alarm_name in enumerate(alarm_names, 1)
    ]
    watching = [*alarms, *named] if plan.gradual else []
    composite = [alarm for alarm in alarms if isinstance(alarm, cloudwatch.CompositeAlarm)]
    alarm_arns = [alarm.alarm_arn for alarm in alarms if alarm not in composite]
    alarm_arns += [*map(rollouts.alarm_arn, alarm_names)]
    policy = _policy(
        function_arn, alarm_arns if watching else [], [hook.function_arn for hook in hooks.values()]
    )
    role = make(
        iam.Role,
        scope,
        "RolloutRole",
        assumed_by=rollouts.principal,
        inline_policies={"Rollout": policy},
    )
    created = _create_group(context, name=name, rollouts=rollouts, plan=plan, role=role, watching=watching)
    alarm_count = len(alarms) + len(alarm_names)
    group = RolloutGroup.of(created, RolloutState(context, role, policy, name, alarm_count, bool(watching)))
    for alarm in composite if watching else ():
        group.allow_reading(alarm)
    if hooks:
        group.run_hooks(dict(hooks))
    return group


def _create_group(
    context: Context,
    *,
    name: str,
    rollouts: SharedRollout,
    plan: RolloutPlan,
    role: iam.Role,
    watching: list[cloudwatch.IAlarm],
) -> codedeploy.LambdaDeploymentGroup:
    group = make(
        codedeploy.LambdaDeploymentGroup,
        context.scope,
        "Rollout",
        deployment_group_name=name,
        alias=context.alias,
        application=rollouts.application,
        # The group would attach AWSCodeDeployRoleForLambdaLimited, which may read all alarms and buckets.
        role=call(role, "withoutPolicyUpdates"),
        deployment_config=rollouts.configuration(plan),
        alarms=watching,
        auto_rollback={
            "failedDeployment": True,
            "stoppedDeployment": True,
            "deploymentInAlarm": bool(watching),
        },
    )
    if not watching and not context.stack.has_flag(REMOVES_ALARMS):
        # Without this, CodeDeploy would keep the alarms of an earlier deployment.
        resource = cast(codedeploy.CfnDeploymentGroup, group.node.default_child)
        resource.alarm_configuration = resource.AlarmConfigurationProperty(enabled=False)
    return group


def _policy(function_arn: str, alarm_arns: Sequence[str], hook_arns: Sequence[str]) -> iam.PolicyDocument:
    """The permissions of CodeDeploy for this alias, its alarms and its hooks only.

    With one role for all workloads of a stack, two workloads that refer to each other's alias would create a
    circular dependency.
    """
    weigh = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    allowed = [
        # The resource of these actions is the function or the alias.
        (weigh, [function_arn, f"{function_arn}:{defaults.ALIAS_NAME}"]),
        (["cloudwatch:DescribeAlarms"], alarm_arns),
        (["lambda:InvokeFunction"], hook_arns),
    ]
    statements = [(actions, resources) for actions, resources in allowed if resources]
    return iam.PolicyDocument.from_json(document(statements))
