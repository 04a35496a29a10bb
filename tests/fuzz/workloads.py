"""Every workload with every option."""

from __future__ import annotations

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from hypothesis import strategies as st

from lambda_constructs import (
    CognitoAuthorizer,
    CognitoTrigger,
    Cors,
    CustomDomain,
    EventHandler,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    IamAuthorizer,
    JwtAuthorizer,
    KafkaConsumer,
    LambdaAuthorizer,
    LoadBalancerEndpoint,
    MqConsumer,
    ProductionFunction,
    PublicAccess,
    RestApiEndpoint,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from tests.fuzz import given
from tests.fuzz.functions import FUNCTION
from tests.fuzz.recipes import Make, calls, make, mostly, within
from tests.fuzz.sources import (
    BROKERS,
    CLUSTERS,
    FILTERS,
    KAFKA_POLLERS,
    POLLERS,
    POSITIONS,
    SCHEDULES,
    SOURCES,
    TIMESTAMPS,
)
from tests.fuzz.values import (
    JUNK,
    Values,
    booleans,
    choices,
    durations,
    integers,
    numbers,
    several,
    texts,
)

WINDOWS = durations(0, 300, 1, 10)
ASYNCHRONOUS = {
    "on_failure": given.DESTINATIONS,
    "on_success": given.DESTINATIONS,
    "retry_attempts": integers(0, 2),
    "max_event_age": durations(60, 21_600, 3600),
}
BATCHES = {
    "batch_size": integers(1, 10_000, 10, 100),
    "max_batching_window": WINDOWS,
    "filters": FILTERS,
    "enabled": booleans(),
}
RECORDS = {
    **BATCHES,
    "on_failure": given.DESTINATIONS,
    "starting_position": POSITIONS,
    "starting_position_timestamp": TIMESTAMPS,
    "bisect_batch_on_error": booleans(),
    "retry_attempts": integers(0, 10_000, 3),
    "max_record_age": durations(60, 604_800, 3600),
}
QUEUE = {
    **BATCHES,
    "queue": given.SOURCE_QUEUES,
    "dead_letter_queue": given.DEAD_LETTER_QUEUES,
    "queue_name": texts("orders", "orders.fifo", refused=("or ders", "x" * 81)),
    "fifo": booleans(),
    "content_based_deduplication": booleans(),
    "visibility_timeout": durations(180, 43_200, 30, 5400),
    "retention_period": durations(60, 1_209_600, 86_400),
    "max_receive_count": integers(3, 1000, 5),
    "batch_size": integers(1, 10_000, 1, 10, 11),
    "max_concurrency": integers(2, 1000),
    "provisioned_pollers": POLLERS,
}
SQS_WORKERS = calls(SqsWorker, allow_recursion=booleans(), **QUEUE, **FUNCTION)
STREAM = {
    **RECORDS,
    "enhanced_fan_out": mostly(st.booleans(), choices(within(given.stream_consumer))),
    "parallelization_factor": integers(1, 10),
    "tumbling_window": durations(0, 900, 60),
}
STREAM_CONSUMERS = [
    calls(StreamConsumer, source=source, **STREAM, **FUNCTION) for source in (given.TABLES, given.STREAMS)
]
KAFKA_CONSUMERS = calls(
    KafkaConsumer,
    cluster=CLUSTERS,
    topic_name=texts("orders", "a.b-c_d", refused=("a b", "x" * 250)),
    consumer_group_id=texts("shop", "a:b"),
    provisioned_pollers=KAFKA_POLLERS,
    offset_lag_threshold=integers(1, 100_000),
    **RECORDS,
    **FUNCTION,
)
BROKER_CONSUMERS = calls(
    MqConsumer,
    broker=BROKERS,
    queue_name=texts("orders", "a b"),
    dead_letter_queue_name=texts("orders.dead"),
    **BATCHES,
    **FUNCTION,
)
EVENT_HANDLERS = calls(EventHandler, source=SOURCES, allow_recursion=booleans(), **ASYNCHRONOUS, **FUNCTION)
SCHEDULE = {
    "input": choices(
        {"kind": "daily"},
        {"scheduled_time": 1},
        {"run": scheduler.ContextAttribute.execution_id},
        {"x": object},
    ),
    "flexible_window": durations(60, 86_400, 90, 600),
    "schedule_name": texts("hourly", refused=("a b",)),
    "enabled": booleans(),
    "delivery_retry_attempts": integers(0, 185),
    "max_delivery_age": durations(60, 86_400, 3600),
}
JOB = {
    "schedule": SCHEDULES,
    "group": given.GROUPS,
    "no_overlap": booleans(),
    **SCHEDULE,
    **ASYNCHRONOUS,
    **FUNCTION,
}
SCHEDULED_JOBS = calls(ScheduledJob, **JOB)

SCOPES = several(texts("orders/read"), 11)
COGNITO = calls(
    CognitoAuthorizer,
    user_pool=given.USER_POOLS,
    clients=several(choices(within(given.client)), 2),
    scopes=SCOPES,
)
LAMBDA = calls(
    LambdaAuthorizer,
    function=choices(
        within(given.other_function), within(given.other_alias), within(given.imported_function)
    ),
    identity_headers=several(texts("X-Token", "Authorization"), 2),
    cache_ttl=durations(0, 3600, 60),
    simple_responses=booleans(),
    token_only=booleans(),
)
OPEN = st.sampled_from([make(IamAuthorizer), make(PublicAccess)])
JWT = calls(
    JwtAuthorizer,
    issuer=texts("https://login.shop.example", refused=("login.shop.example",)),
    audience=several(texts("orders"), 3, minimum=1),
    scopes=SCOPES,
)
AUTHORIZERS: Values = mostly(st.one_of(OPEN, JWT, COGNITO, LAMBDA), JUNK)
DOMAINS: Values = mostly(
    calls(
        CustomDomain,
        domain_name=texts("api.shop.example", "*.shop.example", refused=("API", "https://x")),
        certificate=choices(within(given.certificate), within(given.certificate, "us-east-1")),
        base_path=texts("orders", "v1/orders", refused=("/orders", "a b")),
        default_endpoint=booleans(),
    ),
    JUNK,
)
API = {
    "authorizer": AUTHORIZERS,
    "throttling_rate_limit": numbers(0, 20_000, 0.5, 50, 1000),
    "throttling_burst_limit": integers(1, 5000, 500),
    "access_log_retention": choices(logs.RetentionDays.ONE_YEAR, None),
    "domain": DOMAINS,
}
ROUTES = ["GET /orders/{id}", "ANY /{proxy+}", "POST /orders", "GET /", "ANY /orders"]
ROUTE: Values = mostly(st.sampled_from(ROUTES), texts("GET orders", "get /x", "GET /x/{a}/{a}"), JUNK)
SCHEMA = make(apigateway.JsonSchema, type=apigateway.JsonSchemaType.STRING)
HTTP_API = calls(HttpApiEndpoint, **API)
REST_API = calls(
    RestApiEndpoint,
    request_schemas=mostly(
        st.dictionaries(ROUTE.filter(lambda value: isinstance(value, str)), choices(SCHEMA), max_size=1), JUNK
    ),
    required_parameters=mostly(
        st.fixed_dictionaries({"GET /orders/{id}": several(texts("querystring.page", "header.If-Match"), 2)}),
        JUNK,
    ),
    binary_media_types=mostly(several(texts("image/png", "*/*"), 2), JUNK),
    stage_name=texts("v1", refused=("$default",)),
    integration_timeout=durations(1, 29, 30, 900),
    response_streaming=booleans(),
    web_acl=choices(within(given.web_acl)),
    api_key_required=booleans(),
    cloud_watch_role=booleans(),
    **API,
)
FUNCTION_URL = calls(FunctionUrlEndpoint, authorizer=mostly(OPEN, AUTHORIZERS), response_streaming=booleans())
CONDITIONS = choices(
    make(elbv2.ListenerCondition.path_patterns, ["/orders"]),
    make(elbv2.ListenerCondition.host_headers, ["shop.example"]),
)
LOAD_BALANCER = calls(
    LoadBalancerEndpoint,
    listener=choices(within(given.listener)),
    priority=integers(1, 50_000),
    conditions=several(CONDITIONS, 2, minimum=1),
    multi_value_headers=booleans(),
)
CORS: Values = mostly(
    calls(
        Cors,
        allow_origins=several(
            texts("https://shop.example", "*", "http://localhost:3000", refused=("shop.example",)),
            2,
            minimum=1,
        ),
        allow_methods=several(texts("GET", "POST", "*", refused=("FETCH", "get")), 2),
        allow_headers=several(texts("Authorization", "*"), 2),
        expose_headers=several(texts("ETag"), 1),
        allow_credentials=booleans(),
        max_age=durations(0, 86_400, 3600),
    ),
    JUNK,
)
ANSWERS = {**FUNCTION, "timeout": durations(1, 29, 5, 15, 60)}
HTTP = {"routes": several(ROUTE, 3, minimum=1), "cors": CORS, **ANSWERS}
ENDPOINTS = [
    calls(HttpFunction, "endpoint", endpoint=mostly(endpoint, JUNK), **HTTP)
    for endpoint in (HTTP_API, REST_API, FUNCTION_URL, LOAD_BALANCER)
]
COGNITO_TRIGGERS = calls(
    CognitoTrigger,
    user_pool=given.USER_POOLS,
    operation=choices(
        cognito.UserPoolOperation.PRE_SIGN_UP,
        cognito.UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG,
        cognito.UserPoolOperation.USER_MIGRATION,
        cognito.UserPoolOperation.CUSTOM_EMAIL_SENDER,
    ),
    lambda_version=choices(*cognito.LambdaVersion),
    **{**FUNCTION, "timeout": durations(1, 5, 30)},
)
FUNCTIONS = calls(ProductionFunction, **FUNCTION)

WORKLOADS: dict[str, st.SearchStrategy[Make]] = {
    "ProductionFunction": FUNCTIONS,
    "SqsWorker": SQS_WORKERS,
    "StreamConsumer of a table": STREAM_CONSUMERS[0],
    "StreamConsumer of a stream": STREAM_CONSUMERS[1],
    "KafkaConsumer": KAFKA_CONSUMERS,
    "MqConsumer": BROKER_CONSUMERS,
    "EventHandler": EVENT_HANDLERS,
    "ScheduledJob": SCHEDULED_JOBS,
    "HttpFunction behind an HTTP API": ENDPOINTS[0],
    "HttpFunction behind a REST API": ENDPOINTS[1],
    "HttpFunction with a function URL": ENDPOINTS[2],
    "HttpFunction behind a load balancer": ENDPOINTS[3],
    "CognitoTrigger": COGNITO_TRIGGERS,
}
