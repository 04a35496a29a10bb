"""Endpoints: HTTP APIs, REST APIs, function URLs and load balancers."""

from typing import Final

HTTP_API_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"
)
REST_API_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide"
    "/api-gateway-execution-service-limits-table.html"
)
REST_RESOURCE_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html"
API_ACCOUNT_QUOTAS_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
API_STREAMING_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html"
)
API_CORS_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"
API_ROUTES_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html"
)
API_DOMAIN_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html"
)
JWT_AUTHORIZER_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"
)
LAMBDA_AUTHORIZER_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"
)
REQUEST_VALIDATION_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-set-up.html"
)
FUNCTION_URL_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"
LOAD_BALANCER_URL: Final = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html"
)
LISTENER_RULE_URL: Final = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"
)

# --- HTTP APIs and REST APIs: HTTP_API_QUOTAS_URL, REST_API_QUOTAS_URL, API_ACCOUNT_QUOTAS_URL
HTTP_API_TIMEOUT: Final = 30  # seconds that an HTTP API waits for a function; cannot be raised
REST_API_TIMEOUT: Final = 29  # seconds that a REST API waits, unless the account's quota was raised
REST_API_STREAMING_TIMEOUT: Final = 900  # seconds (15 minutes): API_STREAMING_URL
HTTP_API_NAME_MAXIMUM: Final = 128  # characters: botocore, apigatewayv2 StringWithLengthBetween1And128
ROUTES_MAXIMUM: Final = 300  # routes of an HTTP API, resources of a REST API; can be raised
AUDIENCE_MAXIMUM: Final = 50  # of a JWT authorizer
SCOPES_MAXIMUM: Final = 10  # of a route
ACCOUNT_RATE: Final = 10_000  # requests per second of all APIs of an account and region; can be raised
ACCOUNT_BURST: Final = 5_000  # requests
ROUTE_METHODS: Final = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
CORS_AGE_MAXIMUM: Final = 86_400  # seconds: botocore's shapes MaxAge (lambda), Cors (apigatewayv2)
AUTHORIZER_CACHE_MAXIMUM: Final = 3_600  # seconds: botocore's apigatewayv2 shape Authorizer
# A part of a path in a REST API, as CDK checks it.
PATH_PART_PATTERN: Final = r"\{?[A-Za-z0-9:._$-]+\+?\}?"

# --- Load balancers: LOAD_BALANCER_URL; botocore's elbv2 shapes RulePriority, TargetGroupName (its text)
IDLE_TIMEOUT_DEFAULT: Final = 60  # seconds: botocore, elbv2 LoadBalancerAttribute
# A rule has one condition of each of these kinds: LISTENER_RULE_URL
LISTENER_CONDITIONS_ONCE: Final = frozenset(
    {"host-header", "http-request-method", "path-pattern", "source-ip"}
)
LISTENER_PRIORITY_MAXIMUM: Final = 50_000
TARGET_GROUP_NAME_MAXIMUM: Final = 32  # characters
