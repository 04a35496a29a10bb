"""What CodeDeploy needs to shift an alias: application, role, configuration, group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.guard import Guard
from ..core.stack_resources import Shared, seconds
from ..rules import defaults
from ..rules.rollout import emergency_deployment
from ..rules.rollout_plan import RolloutPlan

EMERGENCY_KEY: Final = "lambda-constructs:emergency-deployment"
# https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
_PREDEFINED: Final = {
    "AllAtOnce": "ALL_AT_ONCE",
    "Canary10Percent5Minutes": "CANARY_10_PERCENT_5_MINUTES",
    "Canary10Percent10Minutes": "CANARY_10_PERCENT_10_MINUTES",
    "Canary10Percent15Minutes": "CANARY_10_PERCENT_15_MINUTES",
    "Canary10Percent30Minutes": "CANARY_10_PERCENT_30_MINUTES",
    "Linear10PercentEvery1Minute": "LINEAR_10_PERCENT_EVERY_1_MINUTE",
    "Linear10PercentEvery2Minutes": "LINEAR_10_PERCENT_EVERY_2_MINUTES",
    "Linear10PercentEvery3Minutes": "LINEAR_10_PERCENT_EVERY_3_MINUTES",
    "Linear10PercentEvery10Minutes": "LINEAR_10_PERCENT_EVERY_10_MINUTES",
}


class SharedRollout(Construct):
    """What the deployment groups of one stack share: application and configurations.

    Attributes:
        application: The stack's one CodeDeploy application.
        emergency: Whether this deployment is one in an emergency, by the context key.
    """

    def __init__(self, shared: Shared, construct_id: str) -> None:
        """Create the application; the rest follows when a group needs it."""
        super().__init__(shared, construct_id)
        self.application = shared.application
        self.emergency = str(self.node.try_get_context(EMERGENCY_KEY)).lower() == "true"
        self._alarm_arn_prefix = shared.stack.format_arn(
            service="cloudwatch",
            resource="alarm",
            resource_name="",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        self._configurations: dict[str, codedeploy.ILambdaDeploymentConfig] = {}

    def alarm_arn(self, name: str) -> str:
        """The ARN of an alarm of this account and region."""
        return f"{self._alarm_arn_prefix}{name}"

    def configuration(self, plan: RolloutPlan) -> codedeploy.ILambdaDeploymentConfig:
        """CodeDeploy's own configuration where one matches, else one per distinct plan."""
        if plan.name not in self._configurations:
            self._configurations[plan.name] = self._create_configuration(plan)
        return self._configurations[plan.name]

    def _create_configuration(self, plan: RolloutPlan) -> codedeploy.ILambdaDeploymentConfig:
        config = codedeploy.LambdaDeploymentConfig
        if plan.name in _PREDEFINED:
            return cast(codedeploy.ILambdaDeploymentConfig, getattr(config, _PREDEFINED[plan.name]))
        interval = seconds(plan.minutes * 60)
        routing: codedeploy.TrafficRouting
        if plan.kind == "Canary":
            routing = codedeploy.TimeBasedCanaryTrafficRouting(interval=interval, percentage=plan.percentage)
        else:
            routing = codedeploy.TimeBasedLinearTrafficRouting(interval=interval, percentage=plan.percentage)
        return config(self, plan.name, traffic_routing=routing)


def _create_role(
    scope: Construct, function_arn: str, alarm_arns: Sequence[str], hook_arns: Sequence[str]
) -> iam.IRole:
    """Create CodeDeploy's role for one alias: weigh it, read these alarms, run these hooks.

    Not one role for all groups of a stack: that would wait for all functions, and an alias for it, so
    functions that name the alias of another one would wait for themselves.
    """
    weigh = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    allowed = [
        # These actions know the function or the alias as resource.
        (weigh, [function_arn, f"{function_arn}:{defaults.ALIAS_NAME}"]),
        (["cloudwatch:DescribeAlarms"], list(alarm_arns)),
        (["lambda:InvokeFunction"], list(hook_arns)),
    ]
    statements = [
        {"Effect": "Allow", "Action": actions, "Resource": resources}
        for actions, resources in allowed
        if resources
    ]
    role = iam.Role(
        scope,
        "RolloutRole",
        assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
        inline_policies={"Rollout": iam.PolicyDocument.from_json({"Statement": statements})},
    )
    # The group would attach AWSCodeDeployRoleForLambdaLimited, which reads every alarm and bucket.
    return role.without_policy_updates()


def create_deployment_group(
    scope: Construct,
    shared: Shared,
    guard: Guard,
    plan: RolloutPlan,
    *,
    function: lambda_.Function,
    alias: lambda_.Alias,
    alarms: Sequence[cloudwatch.IAlarm],
    alarm_names: Sequence[str],
    group_name: str,
    before_traffic: lambda_.IFunction | None,
    after_traffic: lambda_.IFunction | None,
) -> codedeploy.LambdaDeploymentGroup:
    """Create the deployment group of an alias; in an emergency it shifts all at once, whatever alarms say.

    Args:
        scope: The workload.
        shared: What its stack shares.
        guard: Guard of the workload.
        plan: The rollout.
        function: The function behind the alias.
        alias: The alias to shift.
        alarms: Alarms that stop the rollout.
        alarm_names: Further ones that themselves depend on the alias. By reference the template would be
            a cycle: alias, group, alarm, mapping, alias.
        group_name: Name of the group.
        before_traffic: Hook that is run before traffic moves.
        after_traffic: Hook that is run when all traffic has moved.
    """
    rollouts = shared.once("Rollout", SharedRollout)
    if rollouts.emergency:
        guard.warn(scope, emergency_deployment, EMERGENCY_KEY)
        plan = RolloutPlan("AllAtOnce")
    named = [
        cloudwatch.Alarm.from_alarm_name(scope, f"RollbackAlarm{number}", name)
        for number, name in enumerate(alarm_names, 1)
    ]
    watching = [*alarms, *named] if plan.gradual else []
    alarm_arns = [alarm.alarm_arn for alarm in alarms] + [*map(rollouts.alarm_arn, alarm_names)]
    hooks = [hook for hook in (before_traffic, after_traffic) if hook is not None]
    role = _create_role(
        scope,
        function.function_arn,
        alarm_arns if watching else [],
        [hook.function_arn for hook in hooks],
    )
    group = codedeploy.LambdaDeploymentGroup(
        scope,
        "Rollout",
        deployment_group_name=group_name,
        alias=alias,
        application=rollouts.application,
        role=role,
        deployment_config=rollouts.configuration(plan),
        alarms=watching,
        auto_rollback=codedeploy.AutoRollbackConfig(
            failed_deployment=True,
            stopped_deployment=True,
            deployment_in_alarm=bool(watching),
        ),
    )
    if not watching:
        # Left out, CodeDeploy would keep the alarms of an earlier deployment.
        deployment_group = cast(codedeploy.CfnDeploymentGroup, group.node.default_child)
        deployment_group.alarm_configuration = codedeploy.CfnDeploymentGroup.AlarmConfigurationProperty(
            enabled=False
        )
    if hooks:
        # Not by the options of the L2 group: their grants stand in policies that nothing waits for.
        resource = cast(lambda_.CfnAlias, alias.node.default_child)
        resource.cfn_options.update_policy = cdk.CfnUpdatePolicy(
            code_deploy_lambda_alias_update=cdk.CfnCodeDeployLambdaAliasUpdate(
                application_name=rollouts.application.application_name,
                deployment_group_name=group.deployment_group_name,
                before_allow_traffic_hook=_name(before_traffic),
                after_allow_traffic_hook=_name(after_traffic),
            )
        )
    return group


def _name(hook: lambda_.IFunction | None) -> str | None:
    return None if hook is None else hook.function_name
