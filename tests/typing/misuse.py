"""Mistakes that a type checker finds before anything runs. Not executed: mypy is the test.

Each line carries the one error it must give. If a mistake stops being an error, `warn_unused_ignores`
(part of `strict`) makes its comment the error.
"""

from typing import TypedDict

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda import Code, FunctionUrlAuthType, Runtime

import lambda_constructs
from lambda_constructs import (
    ActiveMqBroker,
    Alarms,
    AllAtOnce,
    BucketNotification,
    BusinessHours,
    Canary,
    Durable,
    EventHandler,
    EventRule,
    FunctionOptions,
    Idempotency,
    IotTopicRule,
    JwtAuthorizer,
    KafkaConsumer,
    KafkaPollers,
    Linear,
    LogSubscription,
    MailReceipt,
    MqConsumer,
    MskCluster,
    Preset,
    ProductionFunction,
    ProvisionedConcurrency,
    PythonCode,
    RestApiEndpoint,
    SaslPlain,
    ScheduledConcurrency,
    ScheduledJob,
    SelfManagedKafka,
    SqsPollers,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)

CODE = Code.from_inline("def handler(event, context): ...")
PYTHON = Runtime.PYTHON_3_14


class Basics(TypedDict):
    """What is required, and nothing that could be given twice."""

    code: Code
    handler: str
    runtime: Runtime


BASICS: Basics = {"code": CODE, "handler": "index.handler", "runtime": PYTHON}
CLUSTER = MskCluster(cluster="arn:aws:kafka:eu-west-1:111122223333:cluster/shop/0a1b2c3d-4")
THINGS = IotTopicRule(sql="SELECT * FROM 'till'")
HOURLY = scheduler.ScheduleExpression.rate(Duration.hours(1))


def misspell_a_public_name() -> object:
    return lambda_constructs.SqsWorkers  # type: ignore[attr-defined]


def forget_what_is_required(stack: Stack) -> None:
    SqsWorker(stack, **BASICS)  # type: ignore[call-arg]
    KafkaConsumer(stack, "K", cluster=CLUSTER, **BASICS)  # type: ignore[call-arg]
    MqConsumer(stack, "B", queue_name="orders", **BASICS)  # type: ignore[call-arg]
    EventHandler(stack, "E", **BASICS)  # type: ignore[call-arg]
    ScheduledJob(stack, "J", **BASICS)  # type: ignore[call-arg]


def pass_by_position_or_by_the_wrong_name(stack: Stack, table: dynamodb.Table) -> None:
    SqsWorker(stack, "W", sqs.Queue(stack, "Q"), **BASICS)  # type: ignore[call-arg]
    SqsWorker(scope=stack, construct_id="W", **BASICS)  # type: ignore[call-arg]
    StreamConsumer(stack, "S", table, **BASICS)  # type: ignore[call-arg]
    EventHandler(stack, "E", THINGS, **BASICS)  # type: ignore[call-arg]
    ScheduledJob(stack, "J", HOURLY, **BASICS)  # type: ignore[call-arg]
    IotTopicRule("SELECT * FROM 'till'")  # type: ignore[call-arg]
    Canary(10)  # type: ignore[call-arg]
    ProvisionedConcurrency(1, 2)  # type: ignore[call-arg]


def misspell(stack: Stack) -> None:
    ProductionFunction(stack, "F", memory=512, **BASICS)  # type: ignore[call-arg]
    ProductionFunction(stack, "F", time_out=Duration.seconds(3), **BASICS)  # type: ignore[call-arg]
    SqsWorker(stack, "W", batchsize=10, **BASICS)  # type: ignore[call-arg]
    SqsWorker(stack, "W", reserved_concurrent_executions=2, **BASICS)  # type: ignore[call-arg]
    StreamConsumer(stack, "S", bisect_on_error=True, **BASICS)  # type: ignore[call-arg]
    EventHandler(stack, "E", source=THINGS, on_failed=sqs.Queue(stack, "Q"), **BASICS)  # type: ignore[call-arg]
    Canary(percent=5)  # type: ignore[call-arg]
    Alarms(dead_letter=False)  # type: ignore[call-arg]
    ProvisionedConcurrency(min=1, maximum=2)  # type: ignore[call-arg]


def pass_the_wrong_type(stack: Stack) -> None:
    jwt = JwtAuthorizer(issuer="https://login.shop.example", audience=["shop"])
    RestApiEndpoint(authorizer=jwt)  # type: ignore[arg-type]
    RestApiEndpoint(web_acl="arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b")  # type: ignore[arg-type]
    PythonCode("orders", sdk="none")  # type: ignore[arg-type]
    ProductionFunction(stack, "F", code=5, handler="a.b", runtime=PYTHON)  # type: ignore[arg-type]
    ProductionFunction(stack, "F", code=CODE, handler="a.b", runtime="python3.14")  # type: ignore[arg-type]
    ProductionFunction(stack, "F", memory_size="512", **BASICS)  # type: ignore[arg-type]
    ProductionFunction(stack, "F", architecture="arm64", **BASICS)  # type: ignore[arg-type]
    ProductionFunction(stack, "F", environment={"STAGE": 1}, **BASICS)  # type: ignore[dict-item]
    ProductionFunction(stack, "F", secrets={"DATABASE": "hunter2"}, **BASICS)  # type: ignore[dict-item]
    ProductionFunction(stack, "F", snap_start="on", **BASICS)  # type: ignore[arg-type]
    ProductionFunction(stack, "F", tracing="Active", **BASICS)  # type: ignore[arg-type]
    ProductionFunction(stack, "F", log_retention=30, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", timeout=30, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", visibility_timeout=180, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", batch_size=Duration.seconds(10), **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", queue="arn:aws:sqs:eu-west-1:111122223333:orders", **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", filters="{}", **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", filters=["{}"], **BASICS)  # type: ignore[list-item]
    SqsWorker(stack, "W", encryption_key=sqs.Queue(stack, "Q"), **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", tracing=FunctionUrlAuthType.NONE, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", fifo="yes", **BASICS)  # type: ignore[arg-type]


def pass_the_wrong_type_to_a_consumer(stack: Stack, table: dynamodb.Table, topic: sns.Topic) -> None:
    StreamConsumer(stack, "S", source=topic, **BASICS)  # type: ignore[arg-type]
    StreamConsumer(stack, "S", source=None, **BASICS)  # type: ignore[arg-type]
    StreamConsumer(stack, "S", source=table, starting_position="LATEST", **BASICS)  # type: ignore[arg-type]
    StreamConsumer(stack, "S", source=table, max_record_age=3600, **BASICS)  # type: ignore[arg-type]
    StreamConsumer(stack, "S", source=table, on_failure="arn:aws:sqs:eu-west-1:1:failed", **BASICS)  # type: ignore[arg-type]
    KafkaConsumer(stack, "K", cluster="arn:aws:kafka:eu-west-1:1:cluster/a/b", topic_name="t", **BASICS)  # type: ignore[arg-type]
    KafkaConsumer(stack, "K", cluster=CLUSTER, topic_name=topic, **BASICS)  # type: ignore[arg-type]
    MqConsumer(stack, "B", broker=CLUSTER, queue_name="orders", **BASICS)  # type: ignore[arg-type]


def pass_the_wrong_type_to_a_handler_or_a_job(stack: Stack, topic: sns.Topic, table: dynamodb.Table) -> None:
    EventHandler(stack, "E", source=topic, **BASICS)  # type: ignore[arg-type]
    EventHandler(stack, "E", source=EventRule, **BASICS)  # type: ignore[arg-type]
    EventHandler(stack, "E", source=THINGS, on_failure=table, **BASICS)  # type: ignore[arg-type]
    EventHandler(stack, "E", source=THINGS, retry_attempts=Duration.minutes(1), **BASICS)  # type: ignore[arg-type]
    ScheduledJob(stack, "J", schedule="rate(1 hour)", **BASICS)  # type: ignore[arg-type]
    ScheduledJob(stack, "J", schedule=Duration.hours(1), **BASICS)  # type: ignore[arg-type]
    ScheduledJob(stack, "J", schedule=HOURLY, input="report", **BASICS)  # type: ignore[arg-type]
    ScheduledJob(stack, "J", schedule=HOURLY, flexible_window=10, **BASICS)  # type: ignore[arg-type]


def pass_something_else_than_a_choice(stack: Stack) -> None:
    SqsWorker(stack, "W", rollout="canary", **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", rollout=Canary, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", rollout=False, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", alarms={"errors": False}, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", provisioned_concurrency=5, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", idempotency=True, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", provisioned_pollers=ProvisionedConcurrency(minimum=1, maximum=2), **BASICS)  # type: ignore[arg-type]


def fill_options_wrongly(stack: Stack) -> None:
    Canary(interval=5)  # type: ignore[arg-type]
    Linear(percentage="10")  # type: ignore[arg-type]
    AllAtOnce(alarms=[])  # type: ignore[call-arg]
    Alarms(topic="arn:aws:sns:eu-west-1:111122223333:alarms")  # type: ignore[arg-type]
    Alarms(topic=sqs.Queue(stack, "Q"))  # type: ignore[arg-type]
    Alarms(actions=[sns.Topic(stack, "T")])  # type: ignore[list-item]
    SqsPollers(minimum=2)  # type: ignore[call-arg]
    ScheduledConcurrency(schedule="cron(0 8 * * ? *)", minimum=1, maximum=2)  # type: ignore[arg-type]
    ProvisionedConcurrency(minimum=1, maximum=2, schedules=[Duration.hours(1)])  # type: ignore[list-item]


def fill_sources_wrongly(stack: Stack, secret: secretsmanager.Secret) -> None:
    MskCluster(cluster="arn", authentication=SaslPlain(secret=secret))  # type: ignore[arg-type]
    SelfManagedKafka(bootstrap_servers=["broker:9092"])  # type: ignore[call-arg]
    SaslPlain(secret="hunter2")  # type: ignore[arg-type]
    KafkaPollers(minimum=2)  # type: ignore[call-arg]
    ActiveMqBroker(broker="arn", credentials="hunter2")  # type: ignore[arg-type]
    EventRule(pattern={"source": ["shop"]})  # type: ignore[arg-type]
    EventRule(bus=None)  # type: ignore[call-arg]
    TopicSubscription(topic=sqs.Queue(stack, "Q"))  # type: ignore[arg-type]
    BucketNotification(bucket="pictures")  # type: ignore[arg-type]
    BucketNotification(bucket=s3.Bucket(stack, "B"), events=["s3:ObjectCreated:*"])  # type: ignore[list-item]
    LogSubscription(log_group="/shop/till")  # type: ignore[arg-type]
    MailReceipt(rule_set="mail")  # type: ignore[arg-type]
    Idempotency(table="idempotency")  # type: ignore[arg-type]
    Durable(execution_timeout=3600)  # type: ignore[arg-type]
    BusinessHours(minimum=1, maximum=2)  # type: ignore[call-arg]
    BusinessHours(minimum=1, maximum=2, time_zone="Europe/Zurich")  # type: ignore[arg-type]
    BusinessHours(minimum=1, maximum=2, time_zone=TimeZone.ETC_UTC, opens="8")  # type: ignore[arg-type]


def change_what_is_frozen() -> None:
    Canary().percentage = 20  # type: ignore[misc]
    Alarms().errors = False  # type: ignore[misc]
    THINGS.enabled = False  # type: ignore[misc]


def give_twice(stack: Stack, house: FunctionOptions) -> None:
    # A preset may hold every option; what differs goes into a preset of its own: see correct_use.py.
    SqsWorker(stack, "W", timeout=Duration.seconds(10), **house)  # type: ignore[misc]


def preset_what_does_not_exist(house: FunctionOptions) -> None:
    misspelt: FunctionOptions = {**house, "memorysize": 1024}  # type: ignore[typeddict-unknown-key]
    mistyped: FunctionOptions = {**house, "timeout": 30}  # type: ignore[typeddict-item]
    del misspelt, mistyped


def make_presets_wrongly(stack: Stack, house: Preset) -> None:
    Preset(memorysize=1024)  # type: ignore[call-arg]
    Preset(timeout=30)  # type: ignore[arg-type]
    Preset(batch_size=5)  # type: ignore[call-arg]
    house.but(handlers="a.b")  # type: ignore[call-arg]
    house | {"timeout": Duration.seconds(3)}  # type: ignore[operator]
    SqsWorker(stack, "W", preset={"memory_size": 1024}, **BASICS)  # type: ignore[arg-type]
    SqsWorker(stack, "W", **house)  # type: ignore[arg-type]


def use_what_is_not_there(stack: Stack) -> None:
    function = ProductionFunction(stack, "F", **BASICS)
    function.queue  # type: ignore[attr-defined]  # noqa: B018
    EventHandler(stack, "E", source=THINGS, **BASICS).queue  # type: ignore[attr-defined]  # noqa: B018
    function.grant_invoke("lambda.amazonaws.com")  # type: ignore[arg-type]
