"""The parts of a starter app that depend on its workload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_BATCH: Final = """\
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
"""
_INVOKE: Final = """\
    event = {event}
    deployed.function("Orders").invoke(event)"""
_NO_BROKERS: Final = """
The emulator has no brokers: the deployment test disables the event source mapping and invokes the function.
"""
_DISABLE: Final = """\
    for construct in stack.node.find_all():
        if isinstance(construct, CfnEventSourceMapping):
            construct.enabled = False  # the emulator has no brokers
"""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One kind of workload in a starter app."""

    summary: str  # the trigger and the result, such as "stores the orders of a queue"
    classes: tuple[str, ...]  # the names that the stack imports from this package, besides `PythonCode`
    cdk: tuple[str, ...] = ()  # the names that it imports from `aws_cdk`, besides those of every app
    create: str = ""  # the statements before the workload
    options: tuple[str, ...] = ()  # the options of the workload that no other one has
    output: str = ""  # the statements after the workload
    imports: str = ""  # the imports of the handler
    handler: str
    event: str  # an event with the order "1", as Python
    prepare: str = ""  # the statements of the deployment test before the deployment
    # The statements of the deployment test that deliver it; None invokes the function
    deliver: str | None = None
    note: str = ""  # a paragraph of the README

    def fields(self) -> dict[str, str]:
        """The texts for the templates of files."""
        classes = ", ".join(sorted((*self.classes, "PythonCode"), key=str.lower))
        return {
            "summary": self.summary,
            "sentence": self.summary[0].upper() + self.summary[1:],
            "imports": "\n".join(_imports(self.cdk)),
            "classes": classes,
            "create": _statement(self),
            "handler_imports": self.imports,
            "handler": self.handler,
            "event": self.event,
            "prepare": self.prepare,
            "test_imports": "from aws_cdk.aws_lambda import CfnEventSourceMapping\n" if self.prepare else "",
            "deliver": self.deliver or _INVOKE.format(event=self.event),
            "note": self.note,
        }


def _imports(modules: Iterable[str]) -> list[str]:
    names = {"aws_dynamodb": "dynamodb", **{name: name.removeprefix("aws_") for name in modules}}
    lines = sorted(f"from aws_cdk import {module} as {name}" for module, name in names.items())
    return ["import aws_cdk as cdk", *lines, "from aws_cdk.aws_lambda import Runtime"]


def _statement(workload: Workload) -> str:
    """The statements of the stack that create the workload."""
    options = (
        *workload.options,
        'code=PythonCode("handler")',
        'handler="orders.handler"',
        "runtime=Runtime.PYTHON_3_14",
        'environment={"STORE": store.table_name}',
    )
    arguments = "".join(f"            {each},\n" for each in ("self", '"Orders"', *options))
    return f"{workload.create}        orders = {workload.classes[-1]}(\n{arguments}        ){workload.output}"


def _batch(event_type: str, order_id: str) -> str:
    """A handler that reports the failed records of a batch."""
    return f"""processor = BatchProcessor(event_type=EventType.{event_type})


def process(record: Any) -> None:
    \"\"\"Store the order of one record; an exception fails only this record.\"\"\"
    store({order_id})


def handler(event: dict[str, Any], context: Any) -> Any:
    \"\"\"Process a batch, and report the records that failed.\"\"\"
    return process_partial_response(event, process, processor, context)"""


def _simple(order_id: str, result: str = "") -> str:
    """A handler of one event."""
    returned = f"\n    return {result}" if result else ""
    kind = "Any" if result else "None"
    return f"""def handler(event: dict[str, Any], context: Any) -> {kind}:
    \"\"\"Store the order of an event.\"\"\"
    store({order_id}){returned}"""


_STREAM_RECORD: Final = """{
    "Records": [
        {
            "eventID": "1",
            "eventName": "INSERT",
            "dynamodb": {"SequenceNumber": "1", "NewImage": {"order_id": {"S": "1"}}},
        }
    ]
}"""

WORKLOADS: Final[Mapping[str, Workload]] = {
    "sqs-worker": Workload(
        summary="stores the orders that a queue delivers",
        classes=("SqsWorker",),
        event="""{
    "Records": [
        {
            "messageId": "a",
            "body": '{"order_id": "1"}',
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
        }
    ]
}""",
        deliver="""    deployed.queue("Orders").send({"order_id": "1"}, "poison")
    deployed.until_settled()
    deployed.assert_dead_lettered("Orders", "poison")""",
        imports=_BATCH,
        handler=_batch("SQS", 'record.json_body["order_id"]'),
    ),
    "stream-consumer": Workload(
        summary="stores the orders that are new in a table",
        classes=("StreamConsumer",),
        create="""        incoming = dynamodb.TableV2(
            self,
            "Incoming",
            partition_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
            dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
        )
""",
        options=("source=incoming",),
        event=_STREAM_RECORD,
        deliver="""    deployed.table("Incoming").put({"order_id": "1"})""",
        imports=_BATCH,
        handler=_batch("DynamoDBStreams", 'record.dynamodb.new_image["order_id"]'),
    ),
    "kafka-consumer": Workload(
        summary="stores the orders of a Kafka topic",
        classes=("MskCluster", "KafkaConsumer"),
        create="""        cluster = MskCluster(
            cluster="arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b2c3d-4"  # your cluster
        )
""",
        options=("cluster=cluster", 'topic_name="orders"'),
        handler='''def handler(event: dict[str, Any], context: Any) -> None:
    """Store the orders of a batch; an exception delivers the batch again."""
    for records in event["records"].values():
        for record in records:
            store(b64decode(record["value"]).decode())''',
        event='{"eventSource": "aws:kafka", "records": {"orders-0": [{"value": "MQ=="}]}}',
        prepare=_DISABLE,
        note=_NO_BROKERS,
    ),
    "mq-consumer": Workload(
        summary="stores the orders of a queue of Amazon MQ",
        classes=("ActiveMqBroker", "MqConsumer"),
        cdk=("aws_secretsmanager",),
        create="""        credentials = secretsmanager.Secret.from_secret_complete_arn(
            self,
            "Credentials",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-a1b2c3",  # your secret
        )
        broker = ActiveMqBroker(
            broker="arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b2c3d",  # your broker
            credentials=credentials,
        )
""",
        options=("broker=broker", 'queue_name="orders"'),
        handler='''def handler(event: dict[str, Any], context: Any) -> None:
    """Store the orders of a batch; an exception delivers the batch again."""
    for message in event["messages"]:
        store(b64decode(message["data"]).decode())''',
        event='{"eventSource": "aws:mq", "messages": [{"messageID": "a", "data": "MQ=="}]}',
        prepare=_DISABLE,
        note=_NO_BROKERS,
    ),
    "event-handler": Workload(
        summary="stores the orders that an event bus delivers",
        classes=("EventRule", "EventHandler"),
        cdk=("aws_events",),
        options=('source=EventRule(pattern=events.EventPattern(source=["shop"]))',),
        handler=_simple('event["detail"]["order_id"]'),
        event='{"source": "shop", "detail-type": "Order", "detail": {"order_id": "1"}}',
        deliver="""    deployed.events().put("shop", "Order", {"order_id": "1"})""",
    ),
    "scheduled-job": Workload(
        summary="stores an order every hour",
        classes=("ScheduledJob",),
        cdk=("aws_scheduler",),
        options=("schedule=scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))",),
        handler=_simple('event.get("order_id", "1")'),
        event="{}",
    ),
    "http-function": Workload(
        summary="stores the orders of an HTTP API whose callers IAM authorizes",
        classes=("HttpFunction",),
        options=('routes=["POST /orders"]',),
        output='\n        cdk.CfnOutput(self, "Url", value=orders.url)',
        imports="from aws_lambda_powertools.event_handler import APIGatewayHttpResolver\n",
        handler='''api = APIGatewayHttpResolver()


@api.post("/orders")
def create() -> tuple[dict[str, Any], int]:
    """Store the order of a request."""
    order_id = api.current_event.json_body["order_id"]
    store(order_id)
    return {"order_id": order_id}, 201


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer a request."""
    return api.resolve(event, context)''',
        event="""{
    "version": "2.0",
    "rawPath": "/test/orders",
    "requestContext": {"stage": "test", "http": {"method": "POST"}},
    "body": '{"order_id": "1"}',
    "isBase64Encoded": False,
}""",
        deliver="""    response = deployed.api("Orders").post("/orders", {"order_id": "1"})
    assert response.status == 201""",
    ),
    "cognito-trigger": Workload(
        summary="stores the users who sign up",
        classes=("CognitoTrigger",),
        cdk=("aws_cognito",),
        create="""        users = cognito.UserPool(
            self,
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
""",
        options=("user_pool=users", "operation=cognito.UserPoolOperation.PRE_SIGN_UP"),
        handler=_simple('event["userName"]', "event"),
        event='{"userName": "1", "request": {}, "response": {}}',
    ),
    "production-function": Workload(
        summary="stores the orders that it is invoked with",
        classes=("ProductionFunction",),
        handler=_simple('event["order_id"]'),
        event='{"order_id": "1"}',
    ),
}
"""The workloads by their names on the command line."""
