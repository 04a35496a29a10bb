"""The kit on all kinds of workloads: it sends them work, makes functions fail, and tests permissions."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns

from emulator.tests.support import eventually
from lambda_constructs import (
    ActiveMqBroker,
    BucketNotification,
    EventHandler,
    EventRule,
    FunctionOptions,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    KafkaConsumer,
    MailReceipt,
    MqConsumer,
    ProductionFunction,
    PublicAccess,
    RestApiEndpoint,
    SaslPlain,
    ScheduledJob,
    SelfManagedKafka,
    StreamConsumer,
    TopicSubscription,
)
from lambda_constructs_emulator.kit import Aws, Deployed, FunctionError

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

BROKER = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-0a1b2c3d"
STORES = """
import boto3, json, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    table.put_item(Item={"id": os.environ["NAME"], "event": json.dumps(event)})
    return {"statusCode": 200, "body": json.dumps({"path": event.get("rawPath") or event.get("path")})}
"""


def everything() -> cdk.Stack:
    """A stack with one workload of each kind, in which each function stores its last event."""
    stack = cdk.Stack(cdk.App(analytics_reporting=False), "Kit")
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.TableV2(stack, "Events", partition_key=key, removal_policy=cdk.RemovalPolicy.DESTROY)

    def options(name: str) -> FunctionOptions:
        return {
            "code": lambda_.Code.from_inline(STORES),
            "handler": "index.handler",
            "runtime": lambda_.Runtime.PYTHON_3_13,
            "environment": {"TABLE": table.table_name, "NAME": name},
        }

    everyone = PublicAccess()
    bucket, topic = s3.Bucket(stack, "Uploads"), sns.Topic(stack, "News")
    stream, mails = kinesis.Stream(stack, "Clicks"), s3.Bucket(stack, "Mails")
    receipt = MailReceipt(rule_set=ses.ReceiptRuleSet(stack, "Rules"), bucket=mails, prefix="new/")
    hourly = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
    pattern = events.EventPattern(source=["shop"])
    credentials = secretsmanager.Secret(stack, "Credentials")
    broker = ActiveMqBroker(broker=BROKER, credentials=credentials)
    servers = SelfManagedKafka(bootstrap_servers=["b:9096"], authentication=SaslPlain(secret=credentials))
    http = HttpFunction(
        stack,
        "Http",
        endpoint=HttpApiEndpoint(authorizer=everyone),
        routes=["GET /{proxy+}"],
        **options("http"),
    )
    rest = HttpFunction(
        stack,
        "Rest",
        endpoint=RestApiEndpoint(authorizer=everyone),
        routes=["ANY /{proxy+}"],
        **options("rest"),
    )
    url = HttpFunction(stack, "Url", endpoint=FunctionUrlEndpoint(authorizer=everyone), **options("url"))
    workloads: list[ProductionFunction] = [
        http,
        rest,
        url,
        EventHandler(stack, "Rule", source=EventRule(pattern=pattern), **options("rule")),
        EventHandler(stack, "Upload", source=BucketNotification(bucket=bucket), **options("upload")),
        EventHandler(stack, "Message", source=TopicSubscription(topic=topic), **options("message")),
        EventHandler(stack, "Mail", source=receipt, **options("mail")),
        ScheduledJob(stack, "Nightly", schedule=hourly, **options("nightly")),
        StreamConsumer(stack, "Click", source=stream, **options("click")),
        KafkaConsumer(stack, "Price", cluster=servers, topic_name="prices", **options("price")),
        MqConsumer(stack, "Shipment", broker=broker, queue_name="shipments", **options("shipment")),
    ]
    for workload in workloads:
        table.grant_write_data(workload)
    for name, endpoint in {"HttpUrl": http, "RestUrl": rest, "FunctionUrl": url}.items():
        cdk.CfnOutput(stack, name, value=endpoint.url)
    return stack


@pytest.fixture(scope="module")
def kit(shared_aws: Aws) -> Deployed:
    deployed = shared_aws.deploy(everything())
    deployed.activate_rule_set()
    return deployed


def stored(kit: Deployed, name: str) -> bool:
    """Whether the function of that name stored its event; removes it."""
    items = [each for each in kit.table().items() if each["id"] == name]
    for each in items:
        kit.aws.client("dynamodb").delete_item(TableName=kit.table().name, Key={"id": {"S": each["id"]}})
    return bool(items)


def test_each_workload_gets_the_work_that_it_is_sent(kit: Deployed) -> None:
    work: dict[str, Callable[[], object]] = {
        "http": lambda: kit.api("Http").get("/orders?page=1"),
        "rest": lambda: kit.api("Rest").post("/orders", {"id": 1}),
        "url": lambda: kit.api("Url").put("/orders", b"body"),
        "rule": lambda: kit.events().put("shop", "OrderPlaced", {"id": 1}),
        "upload": lambda: kit.bucket("Uploads").upload("a/b.txt", "content"),
        "message": lambda: kit.topic().publish("text", {"id": 1}, attributes={"kind": "order"}),
        "mail": lambda: kit.mail().receive(sender="ann@example.com", recipient="orders@shop.example"),
        "nightly": kit.run_schedule,
        "click": lambda: kit.stream().put({"page": "/"}, key="one"),
        "price": lambda: kit.kafka_topic("Price").write({"price": 1}, key="one"),
        "shipment": lambda: kit.broker_queue("Shipment").send({"id": 1}),
    }
    for send in work.values():
        send()

    assert [name for name in work if not eventually(partial(stored, kit, name))] == []
    assert kit.bucket("Uploads").keys() == ["a/b.txt"]
    assert kit.bucket("Uploads").download("a/b.txt") == b"content"
    (key,) = kit.bucket("Mails").contents()
    assert key.startswith("new/")


def test_ordinary_http_clients_reach_every_endpoint(kit: Deployed) -> None:
    trust = ssl.create_default_context(cafile=str(kit.aws.authority))

    def fetch(output: str) -> object:
        url = f"{kit.url(output).rstrip('/')}/orders"
        with urllib.request.urlopen(url, context=trust) as answer:  # noqa: S310 - https
            return json.load(answer)

    assert fetch("HttpUrl") == {"path": "/orders"}
    assert fetch("RestUrl") == {"path": "/orders"}
    assert fetch("FunctionUrl") == {"path": "/orders"}
    with pytest.raises(LookupError, match="Kit has no output Missing; it has: "):
        kit.url("Missing")


def test_a_function_fails_in_each_way_and_recovers(kit: Deployed) -> None:
    function = kit.function("Url")
    stored(kit, "url")

    def error() -> str:
        with pytest.raises(FunctionError) as raised:
            function.invoke({})
        return raised.value.type

    function.crash()
    assert error() == "Runtime.ExitError"
    assert not stored(kit, "url")
    function.timeout()
    assert error() == "Sandbox.Timedout"
    assert not stored(kit, "url")
    function.lose_response()
    assert error() == "Sandbox.Timedout"
    assert stored(kit, "url")
    assert function.invoke({})["statusCode"] == 200
    function.throttle()
    assert kit.api("Url").get().status == 429
    function.recover()
    function.deny("dynamodb:PutItem")
    assert "Error" in error()
    function.recover()
    assert function.invoke({})["statusCode"] == 200


def test_what_a_role_permits_is_asserted(kit: Deployed) -> None:
    function = kit.function("Url")
    table = kit.aws.client("dynamodb").describe_table(TableName=kit.table().name)["Table"]["TableArn"]

    function.assert_allowed("dynamodb:PutItem", table)
    function.assert_denied("dynamodb:DeleteTable", table)
    with pytest.raises(
        AssertionError, match=r"expected dynamodb:DeleteTable on .* to be allowed, found implicit"
    ):
        function.assert_allowed("dynamodb:DeleteTable", table)
    with pytest.raises(AssertionError, match=r'to be denied, found allowed(.|\n)*"dynamodb:'):
        function.assert_denied("dynamodb:PutItem", table)


def test_an_alarm_that_fires_is_seen(kit: Deployed) -> None:
    function, alarm = kit.function("Rule"), kit.alarm("Rule/DeadLetters")
    assert not alarm.fired

    function.crash(times=10)
    kit.events().put("shop", "OrderPlaced", "{}")

    alarm.assert_fired()
    assert kit.failures("Rule").depth() == 1
    function.recover()
    with pytest.raises(
        AssertionError, match=r"to fire, found \w+ after 0.1 s; alarms that fired: .*DeadLetters"
    ):
        kit.alarm("Nightly/DeadLetters").assert_fired(timeout=0.1)
    with pytest.raises(LookupError, match="alarms 'DeadLetters', not one"):
        kit.alarm("DeadLetters")


def test_items_of_a_table_are_plain_values(kit: Deployed) -> None:
    kit.table().put({"id": "mine", "count": 3, "tags": ["a"]})

    assert {"id": "mine", "count": Decimal(3), "tags": ["a"]} in kit.table().items()
