"""The kinds of endpoint, as options of `HttpFunction`.

CDK's modules for them are imported for type checkers only: an unused kind costs no time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .authorizers import CognitoAuthorizer, IamAuthorizer, JwtAuthorizer, LambdaAuthorizer, PublicAccess
from .custom_domain import Domain

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_wafv2 as wafv2
    from aws_cdk.interfaces.aws_wafv2 import IWebACLRef


@dataclass(frozen=True, kw_only=True)
class HttpApiEndpoint:
    """An HTTP API of Amazon API Gateway, which sends requests in payload format 2.0.

    Args:
        authorizer: How callers are authorized. Default: `IamAuthorizer()`; use `PublicAccess()` for a public
            API
        throttling_rate_limit: Steady-state requests per second. Default: 1000 (a tenth of the quota that all
            APIs of an account share)
        throttling_burst_limit: Concurrent requests. Default: 500 (a tenth of that quota, too)
        access_log_retention: How long CloudWatch Logs keeps the access log. Default: 30 days
        domain: A custom domain: `CustomDomain(...)`, or `SharedDomain(...)` for one that exists. Default:
            none, the address that API Gateway generates
    """

    authorizer: IamAuthorizer | JwtAuthorizer | CognitoAuthorizer | LambdaAuthorizer | PublicAccess | None = (
        None
    )
    throttling_rate_limit: float | None = None
    throttling_burst_limit: int | None = None
    access_log_retention: logs.RetentionDays | None = None
    domain: Domain | None = None


@dataclass(frozen=True, kw_only=True)
class RestApiEndpoint:
    """A regional REST API of Amazon API Gateway, which can validate requests.

    Args:
        authorizer: How callers are authorized. Default: `IamAuthorizer()`; use `PublicAccess()` for a public
            API
        request_schemas: JSON schemas of request bodies, by route as in `routes`. API Gateway answers a body
            that does not match with 400, whatever its content type. Default: none
        required_parameters: Parameters that a request must have, by route: "querystring.page",
            "header.If-Match". Default: none
        binary_media_types: Media types of binary bodies, such as "image/png", or only "*/*" for all. API
            Gateway decodes a response that the function marks as base64 if the first type of the request's
            `Accept` is one of them, and encodes request bodies of these types. Default: none, every body is
            text
        stage_name: Name of the stage, which the path of the URL begins with; at most 128 letters, digits and
            `_-`. A `domain` does not show it. Default: live
        integration_timeout: How long API Gateway waits for the function; 1 second or more. More than 29
            seconds needs a raised quota, except for streams, which may take 15 minutes. Default: 29 seconds;
            15 minutes with `response_streaming`
        response_streaming: Whether API Gateway sends a response while the function writes it; a pause may
            take up to 5 minutes. Default: False
        throttling_rate_limit: Steady-state requests per second. Default: 1000 (a tenth of the quota that all
            APIs of an account share)
        throttling_burst_limit: Concurrent requests. Default: 500 (a tenth of that quota, too)
        access_log_retention: How long CloudWatch Logs keeps the access log and API Gateway's own errors.
            Default: 30 days
        domain: A custom domain: `CustomDomain(...)`, or `SharedDomain(...)` for one that exists. Default:
            none, the address that API Gateway generates
        web_acl: A regional web ACL of AWS WAF. For the ARN of a web ACL that this app does not create, leave
            the option out and create a `CfnWebACLAssociation` whose `resource_arn` is
            `rest_api.deployment_stage.stage_arn`. Default: none
        api_key_required: Whether a request needs an API key of a usage plan (`rest_api.add_usage_plan`), in
            addition to what the authorizer requires. Default: False
        cloud_watch_role: Whether the stack sets the IAM role that API Gateway writes logs with. An account
            has one role for each region, and without it no stage writes logs. Default: True
    """

    authorizer: IamAuthorizer | CognitoAuthorizer | LambdaAuthorizer | PublicAccess | None = None
    request_schemas: Mapping[str, apigateway.JsonSchema] | None = None
    required_parameters: Mapping[str, Sequence[str]] | None = None
    binary_media_types: Sequence[str] | None = None
    stage_name: str | None = None
    integration_timeout: cdk.Duration | None = None
    response_streaming: bool | None = None
    throttling_rate_limit: float | None = None
    throttling_burst_limit: int | None = None
    access_log_retention: logs.RetentionDays | None = None
    domain: Domain | None = None
    web_acl: wafv2.CfnWebACL | IWebACLRef | None = None
    api_key_required: bool | None = None
    cloud_watch_role: bool | None = None


@dataclass(frozen=True, kw_only=True)
class FunctionUrlEndpoint:
    """A function URL of Lambda, which sends the requests of all paths in payload format 2.0.

    A function URL has no access log, no throttling except the function's concurrency, and no custom domain.
    A CloudFront distribution in front of it provides all three.

    Args:
        authorizer: How callers are authorized. Default: `IamAuthorizer()`; use `PublicAccess()` for a public
            URL
        response_streaming: Whether Lambda sends a response while the function writes it. Default: False
    """

    authorizer: IamAuthorizer | PublicAccess | None = None
    response_streaming: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LoadBalancerEndpoint:
    """A rule of an Application Load Balancer's listener.

    The load balancer decides on authorization, access logs, domain and certificate. A request and a response
    may have 1 MB.

    Args:
        listener: The listener.
        priority: Priority of the rule; the listener evaluates the lowest first. 1 to 50000.
        conditions: Conditions of the rule; a request must meet all of them.
        multi_value_headers: Whether headers and query parameters are lists, so that a repeated one keeps all
            of its values; the handler must respond with lists, too. Default: False
    """

    listener: elbv2.ApplicationListener | elbv2.IApplicationListener
    priority: int
    conditions: Sequence[elbv2.ListenerCondition]
    multi_value_headers: bool | None = None


Endpoint: TypeAlias = HttpApiEndpoint | RestApiEndpoint | FunctionUrlEndpoint | LoadBalancerEndpoint
"""How requests reach the function."""
