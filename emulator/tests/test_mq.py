"""Queues of Amazon MQ as event sources: ActiveMQ and RabbitMQ."""

import json
from typing import Any, Final

import pytest
from aws_lambda_powertools.utilities.data_classes.active_mq_event import ActiveMQEvent
from aws_lambda_powertools.utilities.data_classes.rabbit_mq_event import RabbitMQEvent

from emulator.tests.fidelity import Fidelity
from emulator.tests.readers import NETWORK, Reader
from emulator.tests.support import eventually, total
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


def mapping(reader: Reader, virtual_host: str = "", **settings: Any) -> dict[str, Any]:
    access = [{"Type": "BASIC_AUTH", "URI": SECRET}]
    if virtual_host:
        access.append({"Type": "VIRTUAL_HOST", "URI": virtual_host})
    source = {"EventSourceArn": BROKER, "Queues": ["orders"], "SourceAccessConfigurations": access}
    properties = {"FunctionName": reader.name, **source, **settings}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def reads(reader: Reader, virtual_host: str = "", **settings: Any) -> BrokerQueue:
    """Have the function read the queue."""
    return BrokerQueue(reader.emulator, reader.map_by_template(mapping(reader, virtual_host, **settings)))


@pytest.fixture
def reader(emulator: Emulator) -> Reader:
    return Reader(emulator, HANDLER, READING)


def test_messages_of_activemq_are_processed_and_filtered(reader: Reader) -> None:
    pattern = json.dumps({"data": {"kind": ["order"]}})
    queue = reads(reader, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    queue.send({"kind": "order"}, {"kind": "other"})

    assert eventually(lambda: queue.bodies() == [])
    assert reader.names() == [['{"kind": "order"}']]
    ((_names, event),) = reader.batches()
    (message,) = ActiveMQEvent(event).messages
    assert message.destination_physicalname == "orders"
    assert message.json_data == {"kind": "order"}
    assert not message.redelivered
    dimensions = {"Broker": "shop-1", "Queue": "orders"}
    assert eventually(lambda: total(reader.emulator, "AWS/AmazonMQ", "DequeueCount", dimensions) == 2)


@pytest.mark.slow
def test_activemq_moves_a_failed_batch_to_its_dead_letters_after_six_redeliveries(reader: Reader) -> None:
    queue = reads(reader)
    queue.send("good", "bad")

    assert eventually(lambda: queue.dead_letters() == ["good", "bad"])
    assert queue.bodies() == []
    assert reader.names() == [["good", "bad"]] * 7
    assert [event["messages"][0]["redelivered"] for _names, event in reader.batches()] == [False, *[True] * 6]
    dimensions = {"Broker": "shop-1", "Queue": "ActiveMQ.DLQ"}
    assert eventually(lambda: total(reader.emulator, "AWS/AmazonMQ", "QueueSize", dimensions) >= 2)


@pytest.mark.slow
def test_rabbitmq_delivers_a_failed_batch_again_without_an_end(reader: Reader) -> None:
    queue = reads(reader, virtual_host="/", BatchSize=1)
    queue.send("good", "bad", "late")

    assert eventually(lambda: reader.names()[:1] == [["good"]] and reader.names().count(["bad"]) > 7)
    assert queue.bodies() == ["bad", "late"]
    messages = RabbitMQEvent(reader.batches()[-1][1]).rmq_messages_by_queue["orders::/"]
    assert messages[0].redelivered
    dimensions = {"Broker": "shop", "VirtualHost": "/", "Queue": "orders"}
    assert eventually(lambda: total(reader.emulator, "AWS/AmazonMQ", "MessageCount", dimensions) >= 2)


@pytest.mark.slow
def test_a_role_without_a_permission_cannot_read(reader: Reader) -> None:
    for action in READING:
        reader.permit(without=action)
        assert action in reader.refused(mapping(reader))
    reader.permit()
    queue = reads(reader)
    lost = "secretsmanager:GetSecretValue"
    reader.permit(without=lost)
    queue.send("a")

    assert eventually(lambda: lost in reader.described["LastProcessingResult"])
    assert queue.bodies() == ["a"]
    reader.permit()
    assert eventually(lambda: reader.names() == [["a"]])
