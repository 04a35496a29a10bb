"""The objects that all parts of a workload share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..rules import defaults, derive
from ..rules.rollout_plan import RolloutPlan
from .alarm_set import AlarmSet
from .execution_role import ExecutionRole
from .guard import Guard
from .stack_resources import StackResources


@dataclass(frozen=True, kw_only=True)
class Context:
    """A workload whose function and alias exist."""

    scope: Construct  # the workload
    guard: Guard
    stack: StackResources  # the resources that the workloads of its stack share
    path: str  # its path below the stack
    key: kms.IKey | None  # the key that encrypts the resources it creates; None for keys that AWS owns
    removal_policy: cdk.RemovalPolicy  # what happens to its data when a resource is removed or replaced
    role: ExecutionRole
    function_name: str  # the name of its function, a reference
    alias: lambda_.Alias  # the only target of triggers
    alias_arn: str
    plan: RolloutPlan  # the rollout in numbers
    alarms: AlarmSet  # where alarms are added

    def within(self, guard: Guard, construct_id: str) -> Context:
        """The workload for one more trigger, whose resources and alarms are below a new construct."""
        scope = Construct(self.scope, construct_id)
        path = self.stack.path_in_stack(self.scope, construct_id)
        return replace(
            self,
            scope=scope,
            guard=guard,
            path=path,
            alarms=AlarmSet(scope, self.alarms.options, self.stack.path_in_app(path)),
        )

    @property
    def alias_dimensions(self) -> Mapping[str, str]:
        """The dimensions of the alias's metrics."""
        return {"FunctionName": self.function_name, "Resource": f"{self.function_name}:{defaults.ALIAS_NAME}"}

    @property
    def failed_events_name(self) -> str:
        """Name of the alarm on failing events: the deployment group refers to it before the alarm exists."""
        return derive.alarm_name(self.stack.stack_name, self.path, defaults.FAILED_EVENTS)

    @property
    def failed_events_percentage(self) -> float:
        """The share of failing events at which the alarm fires."""
        given = self.alarms.options.failed_events_percentage
        return given or derive.failed_events_percentage(self.plan)
