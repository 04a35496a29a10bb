"""Endpoints and what they need, for the tests of all of them."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from lambda_constructs import CustomDomain, HttpFunction, LoadBalancerEndpoint
from tests.support import Resource, basics, resources

PERMISSION = "AWS::Lambda::Permission"
ROUTE = "AWS::ApiGatewayV2::Route"
METHOD = "AWS::ApiGateway::Method"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/0a1b/2c3d"


def http(scope: Construct, **options: Any) -> HttpFunction:
    """A function behind an endpoint, with options beside the basic ones."""
    return HttpFunction(scope, "Orders", **{**basics(), **options})


def alias(stack: cdk.Stack) -> Resource:
    """The reference to the alias."""
    (name,) = resources(stack, "AWS::Lambda::Alias")
    return {"Ref": name}


def domain(scope: Construct, **options: Any) -> CustomDomain:
    """A domain with a certificate that was made elsewhere."""
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
    certificate = acm.Certificate.from_certificate_arn(scope, "Certificate", arn)
    return CustomDomain(**{"domain_name": "api.shop.example", "certificate": certificate, **options})


def load_balancer(scope: Construct, **options: Any) -> LoadBalancerEndpoint:
    """A rule of a listener that was made elsewhere."""
    listener = elbv2.ApplicationListener.from_application_listener_attributes(
        scope,
        "Listener",
        listener_arn=LISTENER,
        security_group=ec2.SecurityGroup.from_security_group_id(scope, "Group", "sg-0123456789abcdef0"),
    )
    paths = elbv2.ListenerCondition.path_patterns(["/orders"])
    return LoadBalancerEndpoint(**{"listener": listener, "priority": 10, "conditions": [paths], **options})


def web_acl(scope: Construct) -> wafv2.CfnWebACL:
    """A regional web ACL without rules."""
    return wafv2.CfnWebACL(
        scope,
        "Guard",
        scope="REGIONAL",
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=wafv2.CfnWebACL.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=True, metric_name="guard", sampled_requests_enabled=True
        ),
    )


def authorization(stack: cdk.Stack) -> dict[str, str]:
    """How the callers of each route or method are authorized."""
    routes = {
        each["Properties"]["RouteKey"]: each["Properties"]["AuthorizationType"]
        for each in resources(stack, ROUTE).values()
    }
    paths = {
        name: each["Properties"]["PathPart"]
        for name, each in resources(stack, "AWS::ApiGateway::Resource").items()
    }
    methods = {
        f"{each['HttpMethod']} {paths.get(str(each['ResourceId'].get('Ref')), '/')}": each[
            "AuthorizationType"
        ]
        for each in (method["Properties"] for method in resources(stack, METHOD).values())
    }
    return routes | methods
