"""Services that push events need the permission of the alias, and use the asynchronous path."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.process import Emulator
from tests.deploy.support import eventually
from tests.deploy.targets import Target

pytestmark = pytest.mark.deploy


@pytest.fixture
def target(emulator: Emulator) -> Iterator[Target]:
    target = Target(emulator)
    yield target
    target.remove()


@pytest.fixture
def plain_target(plain: Emulator) -> Iterator[Target]:
    target = Target(plain)
    yield target
    target.remove()


class Source(ABC):
    """Something that pushes events to the alias of a target."""

    service: str
    arn: str

    def __init__(self, target: Target) -> None:
        self.target = target

    @abstractmethod
    def push(self) -> None:
        """Push one event."""


class Topic(Source):
    service = "sns"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("sns")
        self.arn = self.client.create_topic(Name=target.name)["TopicArn"]
        target.undo(lambda: self.client.delete_topic(TopicArn=self.arn))
        self.client.subscribe(TopicArn=self.arn, Protocol="lambda", Endpoint=f"{target.arn}:live")

    def push(self) -> None:
        self.client.publish(TopicArn=self.arn, Message="hello")


class Rule(Source):
    service = "events"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("events")
        name = target.name
        self.arn = self.client.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
        target.undo(lambda: self.client.delete_rule(Name=name))
        self.client.put_targets(Rule=name, Targets=[{"Id": "alias", "Arn": f"{target.arn}:live"}])
        target.undo(lambda: self.client.remove_targets(Rule=name, Ids=["alias"]))

    def push(self) -> None:
        entry = {"Source": self.target.name, "DetailType": "test", "Detail": json.dumps({"fail": True})}
        self.client.put_events(Entries=[entry])


class Bucket(Source):
    service = "s3"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("s3")
        self.client.create_bucket(Bucket=target.name)
        self.arn = f"arn:aws:s3:::{target.name}"
        notification = {"LambdaFunctionArn": f"{target.arn}:live", "Events": ["s3:ObjectCreated:*"]}
        self.client.put_bucket_notification_configuration(
            Bucket=target.name,
            NotificationConfiguration={"LambdaFunctionConfigurations": [notification]},
        )
        target.undo(lambda: self.client.delete_bucket(Bucket=target.name))
        target.undo(lambda: self.client.delete_object(Bucket=target.name, Key="a"))

    def push(self) -> None:
        self.client.put_object(Bucket=self.target.name, Key="a", Body=b"a")


@pytest.mark.parametrize("kind", [Topic, Rule, Bucket])
def test_a_service_needs_the_permission_of_the_alias(
    target: Target, plain_target: Target, kind: type[Source]
) -> None:
    target.publish()
    source = kind(target)
    source.push()

    def denials() -> list[dict[str, Any]]:
        noted = [entry for entry in target.emulator.journal() if entry["kind"] == "invoke-denied"]
        return [entry for entry in noted if target.name in entry["target"]]

    assert eventually(lambda: bool(denials()))
    assert denials()[0]["source"] == source.arn
    assert target.runs() == []

    url, destination = target.queue("done")
    target.configure("live", DestinationConfig={"OnSuccess": {"Destination": destination}})
    permission = {"Principal": f"{kind.service}.amazonaws.com", "SourceArn": source.arn}
    target.client.add_permission(
        FunctionName=target.name,
        Qualifier="live",
        StatementId="push",
        Action="lambda:InvokeFunction",
        **permission,
    )
    source.push()
    # The record shows that the event went through the asynchronous path.
    assert target.record(url)["requestContext"]["functionArn"] == f"{target.arn}:live"

    plain_target.publish()
    kind(plain_target).push()
    assert eventually(lambda: len(plain_target.runs()) == 1)
