"""The deployment group of a workload: alarms and hooks can be added later, with their permissions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.context import Context
from ..core.execution_role import any_resource_policy
from ..core.guard import Guard
from ..core.option_types import check_options
from ..rules.missing_rights import REPORT
from ..rules.role import role_not_changed
from ..rules.rollout import hook_twice
from ..rules.rollout_alarms import alarm_without_steps, rollout_alarms_maximum

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_cloudwatch import IAlarmRef


@dataclass
class RolloutState:
    """The workload, the role and the hooks of a deployment group."""

    context: Context
    role: iam.Role  # the role of CodeDeploy
    document: iam.PolicyDocument  # the policy of this role
    name: str  # the name of the group
    alarms: int  # the number of alarms
    watches: bool  # whether the group has alarms: not in an emergency deployment
    hooks: dict[str, lambda_.IFunction] = field(default_factory=dict)  # the hooks by their options


class RolloutGroup(codedeploy.LambdaDeploymentGroup):
    """A deployment group that lets CodeDeploy read each alarm and run each hook that is added later."""

    _state: RolloutState

    @classmethod
    def of(cls, group: codedeploy.LambdaDeploymentGroup, state: RolloutState) -> RolloutGroup:
        """A group of CDK as one of this class: CDK itself does not call the methods that differ."""
        group.__class__ = cls
        made = cast(RolloutGroup, group)
        made._state = state
        return made

    def add_alarm(self, alarm: IAlarmRef) -> None:
        """Let an alarm stop the rollout and roll it back.

        Raises:
            ConfigurationError: The rollout is `AllAtOnce()`, the group has ten alarms, or this is not an
                alarm.
        """
        state = self._state
        guard = state.context.guard
        check_options(guard, RolloutGroup.add_alarm, {"alarm": alarm})
        guard.check(alarm_without_steps, state.context.plan.kind)
        guard.check(rollout_alarms_maximum, state.alarms + 1)
        state.alarms += 1
        if state.watches:
            super().add_alarm(alarm)
            self.allow_reading(alarm)

    def check_room(self, guard: Guard) -> None:
        """Check that there is room for the alarm of one more trigger."""
        guard.check(rollout_alarms_maximum, self._state.alarms + 1)

    def watch(self, scope: Construct, name: str) -> None:
        """Let the alarm of one more trigger stop rollouts, by its name, because it is created later."""
        if self._state.watches:
            self.add_alarm(cloudwatch.Alarm.from_alarm_name(scope, "RollbackAlarm", name))

    def add_pre_hook(self, pre_hook: lambda_.IFunction) -> None:
        """Run a function before the traffic shifts, as `before_traffic` does.

        Raises:
            ConfigurationError: The group has such a hook, or this is not a function.
        """
        check_options(self._state.context.guard, RolloutGroup.add_pre_hook, {"pre_hook": pre_hook})
        self._add_hook("before_traffic", pre_hook)

    def add_post_hook(self, post_hook: lambda_.IFunction) -> None:
        """Run a function after the traffic has shifted, as `after_traffic` does.

        Raises:
            ConfigurationError: The group has such a hook, or this is not a function.
        """
        check_options(self._state.context.guard, RolloutGroup.add_post_hook, {"post_hook": post_hook})
        self._add_hook("after_traffic", post_hook)

    def allow_reading(self, alarm: IAlarmRef) -> None:
        """Let CodeDeploy read an alarm; of composite alarms it can only read all.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
        """
        state, actions = self._state, ["cloudwatch:DescribeAlarms"]
        if isinstance(alarm, cloudwatch.CompositeAlarm):
            reason = acknowledgements.COMPOSITE_ALARMS
            policy = any_resource_policy(state.context.stack, "CompositeAlarms", actions, reason)
            state.role.add_managed_policy(policy)
        else:
            self._allow(actions, alarm.alarm_ref.alarm_arn)

    def _add_hook(self, option: str, hook: lambda_.IFunction) -> None:
        state = self._state
        state.context.guard.check(hook_twice, option, given=option in state.hooks)
        let_report(state.context, option, hook, state.name)
        self._allow(["lambda:InvokeFunction"], hook.function_arn)
        self.run_hooks({**state.hooks, option: hook})

    def _allow(self, actions: list[str], resource: str) -> None:
        self._state.document.add_statements(iam.PolicyStatement(actions=actions, resources=[resource]))

    def run_hooks(self, hooks: dict[str, lambda_.IFunction]) -> None:
        """Set the hooks by name; the group's own options add policies that the group does not depend on."""
        self._state.hooks = hooks
        names = {option: hook.function_name for option, hook in hooks.items()}
        resource = cast(lambda_.CfnAlias, self._state.context.alias.node.default_child)
        resource.cfn_options.update_policy = cdk.CfnUpdatePolicy(
            code_deploy_lambda_alias_update=cdk.CfnCodeDeployLambdaAliasUpdate(
                application_name=self._state.context.stack.application_name,
                deployment_group_name=self.deployment_group_name,
                before_allow_traffic_hook=names.get("before_traffic"),
                after_allow_traffic_hook=names.get("after_traffic"),
            )
        )


def group_arn(context: Context, name: str) -> str:
    """The ARN of a deployment group, by name: the group depends on its hooks through CodeDeploy's role."""
    return context.stack.arn("codedeploy", "deploymentgroup", f"{context.stack.application_name}/{name}", ":")


def let_report(context: Context, option: str, hook: lambda_.IFunction, group: str) -> None:
    """Let a function of the user report on the group of this name; warn if its role cannot be changed."""
    if hook.role is None:
        context.guard.warn(context.scope, role_not_changed, REPORT)
    else:
        arn = group_arn(context, group)
        statement = iam.PolicyStatement(actions=[REPORT], resources=[arn])
        if ask(hook, "stack") is context.stack.stack:
            # A feature flag lets the function's own method create a policy that nothing waits for.
            hook.role.add_to_principal_policy(statement)
        else:  # the stack of the hook cannot refer to this one, which refers to the hook
            construct_id = f"{option.title().replace('_', '')}Report"
            policy = iam.Policy(context.scope, construct_id, roles=[hook.role], statements=[statement])
            context.alias.node.add_dependency(policy)
