"""Stacks with endpoints and triggers of user pools."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from lambda_constructs import (
    ApiRoute,
    CognitoAuthorizer,
    CognitoTrigger,
    Cors,
    CustomDomain,
    FunctionOptions,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    LoadBalancerEndpoint,
    ProductionFunction,
    PublicAccess,
    RestApiEndpoint,
    SharedDomain,
)
from tests.requests.endpoints import web_acl
from tests.support import basics
from tests.variants.options import everything


def endpoint_options(stack: cdk.Stack) -> FunctionOptions:
    """Every option of a function whose caller waits."""
    options = everything(stack)
    options["timeout"] = cdk.Duration.seconds(20)
    return options


def domain(stack: cdk.Stack) -> CustomDomain:
    """A domain with a certificate that was made elsewhere."""
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", arn)
    return CustomDomain(domain_name="api.shop.example", certificate=certificate)


def http_defaults(stack: cdk.Stack) -> None:
    """`HttpFunction` behind an HTTP API, as it comes."""
    HttpFunction(stack, "Orders", **basics())


def http_everything_on(stack: cdk.Stack) -> None:
    """`HttpFunction` behind an HTTP API with tokens, with every option."""
    HttpFunction(
        stack,
        "Orders",
        routes=["GET /orders/{id}", "ANY /orders"],
        endpoint=HttpApiEndpoint(
            authorizer=JwtAuthorizer(
                issuer="https://login.shop.example", audience=["orders"], scopes=["orders/read"]
            ),
            throttling_rate_limit=50,
            throttling_burst_limit=20,
            access_log_retention=logs.RetentionDays.ONE_YEAR,
            domain=domain(stack),
        ),
        cors=Cors(
            allow_origins=["https://shop.example", "https://admin.shop.example"],
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization"],
            expose_headers=["ETag"],
            allow_credentials=True,
            max_age=cdk.Duration.hours(2),
        ),
        **endpoint_options(stack),
    )


def http_lambda_authorizer(stack: cdk.Stack) -> None:
    """`HttpFunction` behind an HTTP API that asks a function."""
    check = ProductionFunction(stack, "Check", timeout=cdk.Duration.seconds(5), **basics())
    authorizer = LambdaAuthorizer(
        function=check.alias, identity_headers=["X-Token"], cache_ttl=cdk.Duration.seconds(60)
    )
    HttpFunction(stack, "Orders", endpoint=HttpApiEndpoint(authorizer=authorizer), **basics())


def http_public(stack: cdk.Stack) -> None:
    """`HttpFunction` behind an HTTP API for everybody."""
    HttpFunction(stack, "Orders", endpoint=HttpApiEndpoint(authorizer=PublicAccess()), **basics())


def http_rest_defaults(stack: cdk.Stack) -> None:
    """`HttpFunction` behind a REST API, as it comes."""
    HttpFunction(stack, "Orders", endpoint=RestApiEndpoint(), **basics())


def http_rest_everything_on(stack: cdk.Stack) -> None:
    """`HttpFunction` behind a REST API with a user pool, with every option."""
    text = apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING)
    HttpFunction(
        stack,
        "Orders",
        routes=["GET /orders/{id}", "GET /orders", "POST /orders"],
        endpoint=RestApiEndpoint(
            binary_media_types=["image/png"],
            stage_name="v1",
            authorizer=CognitoAuthorizer(
                user_pool=cognito.UserPool.from_user_pool_id(stack, "Users", "eu-west-1_0a1b2c3d"),
                scopes=["orders/read"],
            ),
            request_schemas={
                "POST /orders": apigateway.JsonSchema(
                    type=apigateway.JsonSchemaType.OBJECT, properties={"item": text}, required=["item"]
                )
            },
            required_parameters={"GET /orders": ["querystring.page", "header.If-None-Match"]},
            integration_timeout=cdk.Duration.seconds(25),
            throttling_rate_limit=50,
            throttling_burst_limit=20,
            access_log_retention=logs.RetentionDays.ONE_YEAR,
            domain=domain(stack),
            web_acl=web_acl(stack),
            cloud_watch_role=False,
        ),
        cors=Cors(allow_origins=["https://shop.example"], allow_credentials=True),
        **endpoint_options(stack),
    )


def http_rest_streaming(stack: cdk.Stack) -> None:
    """`HttpFunction` behind a REST API for everybody that streams its answers."""
    options = basics()
    options["runtime"] = lambda_.Runtime.PROVIDED_AL2023
    bucket = s3.Bucket.from_bucket_name(stack, "Code", "code")
    options["code"] = lambda_.Code.from_bucket(bucket, "orders.zip", "1")
    timeout = cdk.Duration.minutes(10)
    endpoint = RestApiEndpoint(authorizer=PublicAccess(), response_streaming=True)
    HttpFunction(stack, "Orders", endpoint=endpoint, timeout=timeout, **options)


def http_url_defaults(stack: cdk.Stack) -> None:
    """`HttpFunction` at a function URL, as it comes."""
    HttpFunction(stack, "Orders", endpoint=FunctionUrlEndpoint(), **basics())


def http_url_everything_on(stack: cdk.Stack) -> None:
    """`HttpFunction` at a function URL for everybody, with every option."""
    cdk.Annotations.of(stack).acknowledge_warning(
        "lambda-constructs:streaming-runtime", "The web adapter is in a layer."
    )
    HttpFunction(
        stack,
        "Orders",
        endpoint=FunctionUrlEndpoint(authorizer=PublicAccess(), response_streaming=True),
        cors=Cors(allow_origins=["*"]),
        **endpoint_options(stack),
    )


def http_load_balancer(stack: cdk.Stack) -> None:
    """`HttpFunction` behind a load balancer, with every option."""
    listener = elbv2.ApplicationListener.from_application_listener_attributes(
        stack,
        "Listener",
        listener_arn="arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/0a1b/2c3d",
        security_group=ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0"),
    )
    HttpFunction(
        stack,
        "Orders",
        endpoint=LoadBalancerEndpoint(
            listener=listener,
            priority=10,
            conditions=[elbv2.ListenerCondition.path_patterns(["/orders", "/orders/*"])],
            multi_value_headers=True,
        ),
        **endpoint_options(stack),
    )


def user_pool(stack: cdk.Stack) -> cognito.UserPool:
    """A pool that cdk-nag has nothing to say about."""
    return cognito.UserPool(
        stack,
        "Users",
        mfa=cognito.Mfa.REQUIRED,
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        password_policy=cognito.PasswordPolicy(
            min_length=12,
            require_digits=True,
            require_lowercase=True,
            require_symbols=True,
            require_uppercase=True,
        ),
        feature_plan=cognito.FeaturePlan.PLUS,
    )


def cognito_defaults(stack: cdk.Stack) -> None:
    """`CognitoTrigger` as it comes."""
    operation = cognito.UserPoolOperation.PRE_SIGN_UP
    CognitoTrigger(stack, "Orders", user_pool=user_pool(stack), operation=operation, **basics())


def cognito_everything_on(stack: cdk.Stack) -> None:
    """`CognitoTrigger` with every option."""
    options = everything(stack)
    options["timeout"] = cdk.Duration.seconds(4)
    CognitoTrigger(
        stack,
        "Orders",
        user_pool=user_pool(stack),
        operation=cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
        lambda_version=cognito.LambdaVersion.V2_0,
        **options,
    )


def http_several(stack: cdk.Stack) -> None:
    """`HttpFunction` with a public route, and two more functions with other callers and limits."""
    several(
        HttpFunction(
            stack, "Orders", routes=ROUTES, endpoint=HttpApiEndpoint(domain=domain(stack)), **basics()
        )
    )


def http_rest_several(stack: cdk.Stack) -> None:
    """The same behind a REST API, which shares a domain."""
    users = CognitoAuthorizer(user_pool=user_pool(stack))
    shared = apigatewayv2.DomainName.from_domain_name_attributes(
        stack,
        "Domain",
        name="api.shop.example",
        regional_domain_name="d-0a1b2c3d4e.execute-api.eu-west-1.amazonaws.com",
        regional_hosted_zone_id="ZLY8HYME6SFAD",
    )
    endpoint = RestApiEndpoint(authorizer=users, domain=SharedDomain(domain=shared, base_path="v1/orders"))
    several(HttpFunction(stack, "Orders", routes=ROUTES, endpoint=endpoint, cors=SHOP, **basics()))


ROUTES: Final[list[str | ApiRoute]] = [
    "GET /orders/{id}",
    ApiRoute(route="GET /health", authorizer=PublicAccess()),
]
SHOP = Cors(allow_origins=["https://shop.example"])


def several(api: HttpFunction) -> None:
    """Add functions to an API."""
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:check"
    check = lambda_.Function.from_function_attributes(api, "Check", function_arn=arn, same_environment=True)
    api.add_function(
        "Refunds",
        routes=["ANY /refunds/{proxy+}", ApiRoute(route="POST /refunds", throttling_rate_limit=10)],
        authorizer=LambdaAuthorizer(function=check),
        **basics(),
    )
    api.add_function("Batch", routes=["POST /batch"], authorizer=IamAuthorizer(), **basics())


VARIANTS = (
    http_defaults,
    http_everything_on,
    http_lambda_authorizer,
    http_public,
    http_rest_defaults,
    http_rest_everything_on,
    http_rest_streaming,
    http_url_defaults,
    http_url_everything_on,
    http_load_balancer,
    http_several,
    http_rest_several,
    cognito_defaults,
    cognito_everything_on,
)
