"""Correct uses of endpoints. Not executed: mypy and pyright are the tests."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_wafv2 as wafv2
from aws_cdk.interfaces.aws_wafv2 import IWebACLRef

from lambda_constructs import (
    Alarms,
    ApiFunction,
    ApiRoute,
    Authorizer,
    CognitoAuthorizer,
    CognitoTrigger,
    Cors,
    Endpoint,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaAuthorizer,
    LoadBalancerEndpoint,
    PublicAccess,
    RestApiEndpoint,
    Routes,
    SharedDomain,
)
from tests.typing.correct_use import BASICS


def endpoints(stack: Stack, pool: cognito.UserPool, check: lambda_.Function, caller: iam.Role) -> None:
    jwt = JwtAuthorizer(issuer="https://login.shop.example", audience=["shop"])
    orders = HttpFunction(
        stack,
        "Orders",
        routes=["GET /orders", "POST /orders"],
        endpoint=HttpApiEndpoint(authorizer=jwt),
        cors=Cors(allow_origins=["https://shop.example"]),
        alarms=Alarms(latency_threshold=Duration.seconds(2), throttles=False),
        **BASICS,
    )
    CfnOutput(stack, "Url", value=orders.url)
    HttpFunction(
        stack, "Rest", endpoint=RestApiEndpoint(authorizer=LambdaAuthorizer(function=check)), **BASICS
    )
    HttpFunction(
        stack, "Users", endpoint=RestApiEndpoint(authorizer=CognitoAuthorizer(user_pool=pool)), **BASICS
    )
    HttpFunction(stack, "Public", endpoint=FunctionUrlEndpoint(authorizer=PublicAccess()), **BASICS)
    internal = HttpFunction(
        stack, "Internal", endpoint=FunctionUrlEndpoint(authorizer=IamAuthorizer()), **BASICS
    )
    internal.grant_invoke_endpoint(caller)


def web_acls(web_acl: wafv2.CfnWebACL, reference: IWebACLRef) -> list[Endpoint]:
    return [RestApiEndpoint(web_acl=web_acl), RestApiEndpoint(web_acl=reference)]


def listeners(listener: elbv2.ApplicationListener, imported: elbv2.IApplicationListener) -> list[Endpoint]:
    paths = elbv2.ListenerCondition.path_patterns(["/orders"])
    return [
        LoadBalancerEndpoint(listener=listener, priority=1, conditions=[paths]),
        LoadBalancerEndpoint(listener=imported, priority=2, conditions=[paths], multi_value_headers=None),
    ]


def none_is_the_default(stack: Stack) -> None:
    authorizer: Authorizer = JwtAuthorizer(issuer="https://i", audience=["shop"], scopes=None)
    cors = Cors(allow_origins=["*"], expose_headers=None, allow_credentials=None)
    endpoint = HttpApiEndpoint(authorizer=authorizer, throttling_rate_limit=None, domain=None)
    HttpFunction(stack, "Defaults", routes=None, endpoint=endpoint, cors=cors, **BASICS)


def triggers_of_a_pool(stack: Stack, pool: cognito.UserPool) -> None:
    CognitoTrigger(stack, "SignUp", user_pool=pool, operation=cognito.UserPoolOperation.PRE_SIGN_UP, **BASICS)


def several_functions(stack: Stack, imported: apigatewayv2.IDomainName) -> ApiFunction:
    shared = SharedDomain(domain=imported, base_path="orders")
    api = HttpFunction(
        stack,
        "Several",
        routes=["GET /orders", ApiRoute(route="GET /health", authorizer=PublicAccess())],
        endpoint=RestApiEndpoint(domain=shared),
        **BASICS,
    )
    routes: Routes = ["GET /admin"]
    HttpFunction(stack, "Same", endpoint=HttpApiEndpoint(domain=SharedDomain(domain=api.domain)), **BASICS)
    return api.add_function("Admin", routes=routes, authorizer=IamAuthorizer(), **BASICS)
