"""The CodeDeploy resources of a rollout: application, role, configuration, deployment group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.cdk_objects import make, seconds
from ..core.context import Context
from ..core.execution_role import document
from ..core.guard import Guard
from ..core.permissions import service_for
from ..core.stack_resources import StackResources
from ..rules import defaults
from ..rules.rollout import emergency_deployment
from ..rules.rollout_alarms import rollout_alarms_maximum
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
        if plan.name in _PREDEFINED:
            return cast(codedeploy.ILambdaDeploymentConfig, getattr(config, _PREDEFINED[plan.name]))
        routings = {
            "Canary": codedeploy.TimeBasedCanaryTrafficRouting,
            "Linear": codedeploy.TimeBasedLinearTrafficRouting,
        }
        routing = routings[plan.kind](interval=seconds(plan.minutes * 60), percentage=plan.percentage)
        return config(self, plan.name, traffic_routing=routing)


@dataclass(kw_only=True)
class Rollbacks:
    """A deployment group and the alarms that stop its rollouts, to which triggers add theirs.

    Attributes:
        group: The group.
        rollouts: What the groups of the stack share.
        policy: The policy of CodeDeploy's role.
        alarms: How many alarms there are; 0 if all traffic shifts at once.
    """

    group: codedeploy.LambdaDeploymentGroup
    rollouts: SharedRollout
    policy: iam.PolicyDocument
    alarms: int

    def check(self, guard: Guard) -> None:
        """Check that there is room for the alarm of one more trigger."""
        guard.check(rollout_alarms_maximum, self.alarms + 1)

    def watch(self, scope: Construct, name: str) -> None:
        """Let an alarm stop rollouts, by its name: like `alarm_names` of `create_deployment_group`."""
        if self.alarms:
            arn = self.rollouts.alarm_arn(name)
            self.policy.add_statements(
                iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=[arn])
            )
            self.group.add_alarm(cloudwatch.Alarm.from_alarm_name(scope, "RollbackAlarm", name))
            self.alarms += 1


def create_deployment_group(
    context: Context,
    *,
    function_arn: str,
    name: str,
    alarms: Sequence[cloudwatch.IAlarm],
    alarm_names: Sequence[str],
    hooks: tuple[lambda_.IFunction | None, lambda_.IFunction | None],
) -> Rollbacks:
    """Create the deployment group of an alias; in an emergency it shifts all traffic at once, without alarms.

    Args:
        context: The workload.
        function_arn: The ARN of its function.
        name: Name of the group.
        alarms: Alarms that stop the rollout.
        alarm_names: Names of more alarms, which depend on the alias. A reference would create a circular
            dependency: alias, group, alarm, mapping, alias.
        hooks: The functions that CodeDeploy runs before and after it shifts traffic.
    """
    scope, plan = context.scope, context.plan
    rollouts = context.stack.once("Rollout", SharedRollout)
    if rollouts.emergency:
        context.guard.warn(scope, emergency_deployment, EMERGENCY_KEY)
        plan = RolloutPlan("AllAtOnce")
    named = [
        cloudwatch.Alarm.from_alarm_name(scope, f"RollbackAlarm{number}", name)
        for number, name in enumerate(alarm_names, 1)
    ]
    watching = [*alarms, *named] if plan.gradual else []
    alarm_arns = [alarm.alarm_arn for alarm in alarms] + [*map(rollouts.alarm_arn, alarm_names)]
    given = [hook for hook in hooks if hook is not None]
    policy = _policy(function_arn, alarm_arns if watching else [], [hook.function_arn for hook in given])
    group = make(
        codedeploy.LambdaDeploymentGroup,
        scope,
        "Rollout",
        deployment_group_name=name,
        alias=context.alias,
        application=rollouts.application,
        role=_create_role(scope, rollouts, policy),
        deployment_config=rollouts.configuration(plan),
        alarms=watching,
        auto_rollback={
            "failedDeployment": True,
            "stoppedDeployment": True,
            "deploymentInAlarm": bool(watching),
        },
    )
    if not watching and not context.stack.removes_alarms:
        # Without this, CodeDeploy would keep the alarms of an earlier deployment.
        resource = cast(codedeploy.CfnDeploymentGroup, group.node.default_child)
        resource.alarm_configuration = resource.AlarmConfigurationProperty(enabled=False)
    if given:
        _run_hooks(
            context, rollouts, group, *(None if hook is None else hook.function_name for hook in hooks)
        )
    return Rollbacks(group=group, rollouts=rollouts, policy=policy, alarms=len(watching))


def _policy(function_arn: str, alarm_arns: Sequence[str], hook_arns: Sequence[str]) -> iam.PolicyDocument:
    """The permissions of CodeDeploy, for this alias, its alarms and its hooks only."""
    weigh = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    allowed = [
        # The resource of these actions is the function or the alias.
        (weigh, [function_arn, f"{function_arn}:{defaults.ALIAS_NAME}"]),
        (["cloudwatch:DescribeAlarms"], alarm_arns),
        (["lambda:InvokeFunction"], hook_arns),
    ]
    statements = [(actions, resources) for actions, resources in allowed if resources]
    return iam.PolicyDocument.from_json(document(statements))


def _create_role(scope: Construct, rollouts: SharedRollout, policy: iam.PolicyDocument) -> iam.IRole:
    """Create the role of CodeDeploy.

    With one role for all workloads of a stack, two workloads that refer to each other's alias would create a
    circular dependency.
    """
    role = make(
        iam.Role,
        scope,
        "RolloutRole",
        assumed_by=rollouts.principal,
        inline_policies={"Rollout": policy},
    )
    # The group would attach AWSCodeDeployRoleForLambdaLimited, which allows reading every alarm and bucket.
    return role.without_policy_updates()


def _run_hooks(
    context: Context,
    rollouts: SharedRollout,
    group: codedeploy.LambdaDeploymentGroup,
    before: str | None,
    after: str | None,
) -> None:
    """Set hooks by name; the options of the L2 group add policies that the group does not depend on."""
    resource = cast(lambda_.CfnAlias, context.alias.node.default_child)
    resource.cfn_options.update_policy = cdk.CfnUpdatePolicy(
        code_deploy_lambda_alias_update=cdk.CfnCodeDeployLambdaAliasUpdate(
            application_name=rollouts.application.application_name,
            deployment_group_name=group.deployment_group_name,
            before_allow_traffic_hook=before,
            after_allow_traffic_hook=after,
        )
    )
