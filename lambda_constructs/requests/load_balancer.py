"""A rule of a load balancer's listener as endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
import jsii
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core.guard import Guard, Unknown
from ..core.permissions import let_invoke
from ..rules.load_balancer import listener_condition_repeated, listener_conditions, timeout_above_idle_timeout
from ..rules.ranges_requests import listener_priority


@dataclass(frozen=True, kw_only=True)
class LoadBalancerEndpoint:
    """Answer the requests of an application load balancer that match a rule of its listener.

    Who may call, logs, domain and certificate are the load balancer's; a request and an answer may have 1 MB.

    Args:
        listener: The listener.
        priority: Place of the rule among those of the listener, the lowest first; 1 to 50000.
        conditions: Which requests, as `ListenerCondition`s; all must hold.
        multi_value_headers: Whether headers and parameters are lists, so that none is lost that is there
            twice; the handler must answer with lists, too. Default: False
    """

    listener: elbv2.ApplicationListener | elbv2.IApplicationListener
    priority: int
    conditions: Sequence[elbv2.ListenerCondition]
    multi_value_headers: bool = False


def check_load_balancer(guard: Guard, endpoint: LoadBalancerEndpoint, timeout: int | Unknown) -> None:
    """Check listener, priority and conditions, and that the function answers in time."""
    if not hasattr(endpoint.listener, "listener_arn"):
        guard.refuse_type(
            "endpoint.listener", endpoint.listener, "a listener of an application load balancer"
        )
    guard.check(listener_priority, guard.integer("endpoint.priority", endpoint.priority))
    conditions = guard.instance(
        "endpoint.conditions", endpoint.conditions, list | tuple, "a list of ListenerConditions"
    )
    guard.check(listener_conditions, len(conditions))
    for condition in conditions:
        guard.instance("endpoint.conditions", condition, elbv2.ListenerCondition, "ListenerConditions")
    fields = [str(condition.render_raw_condition()["field"]) for condition in conditions]
    guard.check(listener_condition_repeated, fields)
    guard.check(timeout_above_idle_timeout, timeout)


def create_target_group(
    scope: Construct, endpoint: LoadBalancerEndpoint, alias: lambda_.Alias, name: str
) -> elbv2.ApplicationTargetGroup:
    """Create the target group with the alias in it, and the rule that forwards to it.

    The group has a name, because the permission that it depends on names it.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
    """
    permission = let_invoke(
        scope,
        alias,
        service="elasticloadbalancing.amazonaws.com",
        source_arn=cdk.Stack.of(scope).format_arn(
            service="elasticloadbalancing", resource="targetgroup", resource_name=f"{name}/*"
        ),
    )
    group = elbv2.ApplicationTargetGroup(
        scope,
        "TargetGroup",
        target_group_name=name,
        target_type=elbv2.TargetType.LAMBDA,
        targets=[_AliasTarget(alias)],
        multi_value_headers_enabled=endpoint.multi_value_headers,
    )
    group.node.add_dependency(permission)
    elbv2.ApplicationListenerRule(
        scope,
        "Rule",
        listener=endpoint.listener,
        priority=endpoint.priority,
        conditions=list(endpoint.conditions),
        target_groups=[group],
    )
    return group


@jsii.implements(elbv2.IApplicationLoadBalancerTarget)
class _AliasTarget:
    """The alias as target; CDK's own would let every target group of every account invoke it."""

    def __init__(self, alias: lambda_.Alias) -> None:
        self._alias = alias

    def attach_to_application_target_group(
        self,
        target_group: elbv2.IApplicationTargetGroup,  # noqa: ARG002
    ) -> elbv2.LoadBalancerTargetProps:
        return elbv2.LoadBalancerTargetProps(
            target_type=elbv2.TargetType.LAMBDA, target_json={"id": self._alias.function_arn}
        )
