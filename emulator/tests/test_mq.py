"""Queues of Amazon MQ as event sources: ActiveMQ and RabbitMQ."""

import json
from typing import Any, Final

import pytest
from aws_lambda_powertools.utilities.data_classes.active_mq_event import ActiveMQEvent
from aws_lambda_powertools.utilities.data_classes.rabbit_mq_event import RabbitMQEvent

from emulator.tests.consumers import Consumer
from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Stack, stack
from emulator.tests.support import eventually, total
from emulator.tests.test_kafka import NETWORK
from lambda_constructs_emulator.kit import BrokerQueue
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity("Amazon MQ", "https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html")
BROKER: Final = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-0a1b2c3d"
SECRET: Final = "arn:aws:secretsmanager:us-east-1:000000000000:secret:broker-abcdef"
READING: Final = {
    "mq:DescribeBroker": BROKER,
    "secretsmanager:GetSecretValue": SECRET,
    **dict.fromkeys(NETWORK, "*"),
}
HANDLER: Final = """
import base64, json, pathlib
def handler(event, context):
    found = [event["messages"]] if "messages" in event else event["rmqMessagesByQueue"].values()
    names = [base64.b64decode(message["data"]).decode() for batch in found for message in batch]
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write(json.dumps([names, event]) + "\\n")
    if "bad" in names:
        raise RuntimeError("told to fail")
"""


class Reader(Consumer):
    """A function that reads a queue of a broker."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator, handler=HANDLER)
        for action, resource in READING.items():
            self.allow(action, resource, name=action.replace(":", "-"))
        self.stack = Stack(emulator, self.name)

    def reads(self, *, virtual_host: str = "", **settings: Any) -> BrokerQueue:
        resources = {"Mapping": mapping(self, virtual_host, **settings)}
        assert self.stack.create(resources) == "CREATE_COMPLETE", self.stack.reasons()
        return BrokerQueue(self.emulator, self.described["UUID"])

    @property
    def described(self) -> dict[str, Any]:
        found: list[dict[str, Any]]
        found = self.client.list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        return found[0]

    def names(self) -> list[list[str]]:
        """The messages of each run."""
        return [names for names, _event in self.batches()]

    def deny(self, action: str) -> None:
        name = action.replace(":", "-")
        self.emulator.client("iam").delete_role_policy(RoleName=self.role, PolicyName=name)


def mapping(reader: Consumer, virtual_host: str = "", **settings: Any) -> dict[str, Any]:
    access = [{"Type": "BASIC_AUTH", "URI": SECRET}]
    if virtual_host:
        access.append({"Type": "VIRTUAL_HOST", "URI": virtual_host})
    source = {"EventSourceArn": BROKER, "Queues": ["orders"], "SourceAccessConfigurations": access}
    properties = {"FunctionName": reader.name, **source, **settings}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def test_messages_of_activemq_are_processed_and_filtered(emulator: Emulator) -> None:
    reader = Reader(emulator)
    pattern = json.dumps({"data": {"kind": ["order"]}})
    queue = reader.reads(FilterCriteria={"Filters": [{"Pattern": pattern}]})
    queue.send({"kind": "order"}, {"kind": "other"})

    assert eventually(lambda: queue.bodies() == [])
    assert reader.names() == [['{"kind": "order"}']]
    ((_names, event),) = reader.batches()
    (message,) = ActiveMQEvent(event).messages
    assert message.destination_physicalname == "orders"
    assert message.json_data == {"kind": "order"}
    assert not message.redelivered
    dimensions = {"Broker": "shop-1", "Queue": "orders"}
    assert eventually(lambda: total(emulator, "AWS/AmazonMQ", "DequeueCount", dimensions) == 2)


@pytest.mark.slow
def test_activemq_moves_a_failed_batch_to_its_dead_letters_after_six_redeliveries(emulator: Emulator) -> None:
    reader = Reader(emulator)
    queue = reader.reads()
    queue.send("good", "bad")

    assert eventually(lambda: queue.dead_letters() == ["good", "bad"])
    assert queue.bodies() == []
    assert reader.names() == [["good", "bad"]] * 7
    assert [event["messages"][0]["redelivered"] for _names, event in reader.batches()] == [False, *[True] * 6]
    dimensions = {"Broker": "shop-1", "Queue": "ActiveMQ.DLQ"}
    assert eventually(lambda: total(emulator, "AWS/AmazonMQ", "QueueSize", dimensions) >= 2)


@pytest.mark.slow
def test_rabbitmq_delivers_a_failed_batch_again_without_an_end(emulator: Emulator) -> None:
    reader = Reader(emulator)
    queue = reader.reads(virtual_host="/", BatchSize=1)
    queue.send("good", "bad", "late")

    assert eventually(lambda: reader.names()[:1] == [["good"]] and reader.names().count(["bad"]) > 7)
    assert queue.bodies() == ["bad", "late"]
    messages = RabbitMQEvent(reader.batches()[-1][1]).rmq_messages_by_queue["orders::/"]
    assert messages[0].redelivered
    dimensions = {"Broker": "shop", "VirtualHost": "/", "Queue": "orders"}
    assert eventually(lambda: total(emulator, "AWS/AmazonMQ", "MessageCount", dimensions) >= 2)


@pytest.mark.slow
def test_a_role_without_a_permission_cannot_read(emulator: Emulator) -> None:
    reader = Reader(emulator)
    for action, resource in READING.items():
        reader.deny(action)
        with stack(emulator, f"without-{action.replace(':', '-')}") as made:
            assert made.create({"Mapping": mapping(reader)}) == "ROLLBACK_COMPLETE"
            assert action in made.reasons()
        reader.allow(action, resource, name=action.replace(":", "-"))
    queue = reader.reads()
    reader.deny("secretsmanager:GetSecretValue")
    queue.send("a")

    refused = "secretsmanager:GetSecretValue"
    assert eventually(lambda: refused in reader.described["LastProcessingResult"])
    assert queue.bodies() == ["a"]
    reader.allow(refused, SECRET)
    assert eventually(lambda: reader.names() == [["a"]])
