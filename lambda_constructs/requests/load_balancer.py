"""A rule of an Application Load Balancer's listener as endpoint."""

from __future__ import annotations

from functools import partial

import aws_cdk as cdk
import jsii
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ..core.cdk_objects import ask
from ..core.claims import claimants
from ..core.context import Context
from ..core.permissions import let_invoke
from ..function.settings import Settings
from ..rules import derive
from ..rules.claims import listener_priority_taken
from ..rules.cors import cors_without_api
from ..rules.load_balancer import listener_condition_repeated, listener_conditions, timeout_above_idle_timeout
from ..rules.ranges import timeout_range
from ..rules.ranges_requests import listener_priority
from ..rules.routes import routes_without_api
from ..template.features import LOAD_BALANCER
from .alarms import target_group_metrics
from .cors import CorsSettings
from .endpoint import CheckedEndpoint, CreatedEndpoint
from .endpoint_options import LoadBalancerEndpoint
from .routes import Routes


def check_load_balancer(
    settings: Settings,
    endpoint: LoadBalancerEndpoint,
    routes: Routes | None,
    cors: CorsSettings | None,
) -> CheckedEndpoint:
    """Check priority and conditions, and that the function responds in time."""
    guard = settings.guard
    priority = guard.within(listener_priority, endpoint.priority)
    if isinstance(priority, int):
        listener = ask(endpoint.listener, "listener_arn")
        owners = claimants(guard, "priority", listener, priority)
        guard.check(listener_priority_taken, priority, owners)
    guard.check(listener_conditions, len(endpoint.conditions))
    fields = [str(condition.render_raw_condition()["field"]) for condition in endpoint.conditions]
    guard.check(listener_condition_repeated, fields)
    guard.check(timeout_above_idle_timeout, settings.duration)
    guard.check(cors_without_api, given=cors is not None)
    guard.check(routes_without_api, LOAD_BALANCER, given=routes is not None)
    create = partial(_create_target_group, endpoint=endpoint)
    return CheckedEndpoint(name=LOAD_BALANCER, timeout=timeout_range.high, create=create)


def _create_target_group(
    context: Context, scope: Construct, *, endpoint: LoadBalancerEndpoint
) -> CreatedEndpoint:
    """Create the target group of the alias, and the rule that forwards to it.

    The group has a physical name because the permission, which the group depends on, contains it.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
    """
    stack, stack_name = context.stack, context.stack.stack_name
    known = stack.path if cdk.Token.is_unresolved(stack_name) else stack_name
    name = derive.target_group_name(known, context.path)
    source_arn = stack.arn("elasticloadbalancing", "targetgroup", f"{name}/*")
    permission = let_invoke(context, "elasticloadbalancing.amazonaws.com", source_arn, scope=scope)
    group = elbv2.ApplicationTargetGroup(
        scope,
        "TargetGroup",
        target_group_name=name,
        target_type=elbv2.TargetType.LAMBDA,
        targets=[_AliasTarget(context.alias_arn)],
        multi_value_headers_enabled=bool(endpoint.multi_value_headers),
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
    return CreatedEndpoint(
        metrics=target_group_metrics(context.alarms, group),
        reference=partial(ask, group, "target_group_arn"),
        target_group=group,
    )


@jsii.implements(elbv2.IApplicationLoadBalancerTarget)
class _AliasTarget:
    """The alias as target; CDK's own target lets every target group of every account invoke it."""

    def __init__(self, alias_arn: str) -> None:
        self._alias_arn = alias_arn

    def attach_to_application_target_group(
        self,
        target_group: elbv2.IApplicationTargetGroup,  # noqa: ARG002
    ) -> elbv2.LoadBalancerTargetProps:
        return elbv2.LoadBalancerTargetProps(
            target_type=elbv2.TargetType.LAMBDA, target_json={"id": self._alias_arn}
        )
