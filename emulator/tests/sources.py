"""Services that push events to the alias of a function."""

import json
import time
from abc import ABC, abstractmethod
from typing import Any

from emulator.tests.targets import Target
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.process import ACCOUNT


class Source(ABC):
    """Something that has events for a function, and tells it of them once it is connected."""

    service: str
    arn: str

    def __init__(self, target: Target) -> None:
        self.target = target
        self.alias = f"{target.arn}:live"

    @abstractmethod
    def connect(self, *, dead_letters: str = "") -> None:
        """Name the alias as the one to be told, and a queue for what cannot be delivered."""

    @abstractmethod
    def push(self) -> None:
        """Have one event."""

    def permit(self, **more: str) -> None:
        """Let the service invoke the alias for this source."""
        self.target.client.add_permission(
            FunctionName=self.target.name,
            Qualifier="live",
            StatementId="push",
            Action="lambda:InvokeFunction",
            Principal=f"{self.service}.amazonaws.com",
            SourceArn=self.arn,
            **more,
        )

    def forbid(self) -> None:
        """Take that back."""
        self.target.client.remove_permission(
            FunctionName=self.target.name, Qualifier="live", StatementId="push"
        )


class Topic(Source):
    service = "sns"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("sns")
        self.arn = self.client.create_topic(Name=target.name)["TopicArn"]

    def connect(self, *, dead_letters: str = "", **attributes: Any) -> None:
        if dead_letters:
            attributes["RedrivePolicy"] = {"deadLetterTargetArn": dead_letters}
        documents = {name: json.dumps(document) for name, document in attributes.items()}
        self.client.subscribe(TopicArn=self.arn, Protocol="lambda", Endpoint=self.alias, Attributes=documents)

    def push(self, **attributes: str) -> None:
        typed = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()}
        self.client.publish(TopicArn=self.arn, Message="hello", MessageAttributes=typed)


class Rule(Source):
    service = "events"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("events")
        pattern = json.dumps({"source": [target.name]})
        self.arn = self.client.put_rule(Name=target.name, EventPattern=pattern)["RuleArn"]

    def connect(self, *, dead_letters: str = "") -> None:
        more = {"DeadLetterConfig": {"Arn": dead_letters}} if dead_letters else {}
        self.client.put_targets(
            Rule=self.target.name,
            Targets=[{"Id": "alias", "Arn": self.alias, "Input": '{"of": "the target"}', **more}],
        )

    def push(self) -> None:
        entry = {"Source": self.target.name, "DetailType": "test", "Detail": json.dumps({"order": 1})}
        self.client.put_events(Entries=[entry])


class Bucket(Source):
    service = "s3"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("s3")
        self.client.create_bucket(Bucket=target.name)
        self.arn = f"arn:aws:s3:::{target.name}"

    def connect(self, *, dead_letters: str = "") -> None:
        assert not dead_letters, "S3 has none"
        notification = {"LambdaFunctionArn": self.alias, "Events": ["s3:ObjectCreated:*"]}
        self.client.put_bucket_notification_configuration(
            Bucket=self.target.name,
            NotificationConfiguration={"LambdaFunctionConfigurations": [notification]},
        )

    def push(self) -> None:
        self.client.put_object(Bucket=self.target.name, Key="a", Body=b"a")


class LogGroup(Source):
    service = "logs"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("logs")
        self.client.create_log_group(logGroupName=target.name)
        self.client.create_log_stream(logGroupName=target.name, logStreamName="only")
        self.arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{target.name}:*"

    def connect(self, *, dead_letters: str = "") -> None:
        assert not dead_letters, "CloudWatch Logs has none"
        self.client.put_subscription_filter(
            logGroupName=self.target.name,
            filterName="orders",
            filterPattern="ordered",
            destinationArn=self.alias,
        )

    def push(self) -> None:
        now = int(time.time() * 1000)
        lines = [{"timestamp": now, "message": message} for message in ("ordered 7", "nothing")]
        self.client.put_log_events(logGroupName=self.target.name, logStreamName="only", logEvents=lines)


class Things(Source):
    service = "iot"

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self.client = target.emulator.client("iot-data")
        self.rule = target.name.replace("-", "_")
        self.arn = f"arn:aws:iot:{REGION}:{ACCOUNT}:rule/{self.rule}"

    def connect(self, *, dead_letters: str = "") -> None:
        assert not dead_letters, "a topic rule has an error action instead"
        payload = {
            "sql": "SELECT * FROM '+/orders'",
            "actions": [{"lambda": {"functionArn": self.alias}}],
        }
        iot = self.target.emulator.client("iot")
        iot.create_topic_rule(ruleName=self.rule, topicRulePayload=payload)

    def push(self) -> None:
        self.client.publish(topic=f"{self.target.name}/orders", payload=b'{"order": 1}')
