"""A deployed stack: its workloads, what they read and write, its next releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from ..cdk import CdkError
from ..clients import Client
from .alarms import Alarm, firing
from .brokers import BrokerQueue, KafkaTopic
from .endpoints import Api, address, reachable
from .functions import Function
from .mail import Mail
from .new_code import with_new_code
from .queues import Queue
from .releases import Release, Repeating
from .resources import Resources
from .stores import Bucket, EventBus, Stream, Table, Topic
from .waiting import wait_until

if TYPE_CHECKING:
    from .aws import Aws, Synthesizable

_LOG_LINES: Final = 20


@dataclass(frozen=True)
class Deployed:
    """A stack on the emulator.

    Its methods take the construct id of a resource or of a workload, or the end of its construct path.
    Without a name they return the only one of the stack.

    Attributes:
        aws: Where it is.
        stack: Its name.
        assembly: The cloud assembly that it was deployed from.
        path: Its path in the app.
        app: The command of its app. Default: the command in the project's `cdk.json`
        context: Context that each release of it by a command has.
    """

    aws: Aws
    stack: str
    assembly: Path | None = None
    path: str = ""
    app: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def outputs(self) -> dict[str, str]:
        """Its outputs by their names."""
        return {each["OutputKey"]: each["OutputValue"] for each in self._described.get("Outputs", [])}

    @property
    def status(self) -> str:
        """Its status in CloudFormation, such as CREATE_COMPLETE; empty if the stack does not exist."""
        return str(self._described.get("StackStatus", ""))

    def queue(self, name: str = "") -> Queue:
        """The queue that a workload reads, or another SQS queue."""
        return Queue(self._client("sqs"), self._find(name, "queue", "AWS::SQS::Queue"))

    def failures(self, name: str = "") -> Queue:
        """The failure queue of a workload that reads no queue, such as `EventHandler`."""
        return Queue(self._client("sqs"), self._find(name, "failureQueue", "AWS::SQS::Queue"))

    def function(self, name: str = "") -> Function:
        """A function, of a workload or by itself."""
        found = self._find(name, "function", "AWS::Lambda::Function")
        return Function(self.aws.emulator, found, self._resources.alias(name))

    def table(self, name: str = "") -> Table:
        """A DynamoDB table."""
        found = self._find(name, "", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
        return Table(self._client("dynamodb"), found)

    def bucket(self, name: str = "") -> Bucket:
        """An S3 bucket."""
        return Bucket(self._client("s3"), self._find(name, "", "AWS::S3::Bucket"))

    def stream(self, name: str = "") -> Stream:
        """A Kinesis stream."""
        return Stream(self._client("kinesis"), self._find(name, "", "AWS::Kinesis::Stream"))

    def kafka_topic(self, name: str = "") -> KafkaTopic:
        """The topic of Kafka that a workload reads."""
        return KafkaTopic(self.aws.emulator, self._mapping(name))

    def broker_queue(self, name: str = "") -> BrokerQueue:
        """The queue of Amazon MQ that a workload reads."""
        return BrokerQueue(self.aws.emulator, self._mapping(name))

    def topic(self, name: str = "") -> Topic:
        """An SNS topic."""
        return Topic(self._client("sns"), self._find(name, "", "AWS::SNS::Topic"))

    def events(self, name: str = "") -> EventBus:
        """An event bus of the stack; without a name the account's default bus."""
        bus = self._find(name, "", "AWS::Events::EventBus") if name else "default"
        return EventBus(self._client("events"), bus)

    def api(self, name: str = "") -> Api:
        """An endpoint: an HTTP API, a REST API or a function URL."""
        found = self._find(
            name, "endpoint", "AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi", "AWS::Lambda::Url"
        )
        return Api(self.aws.emulator, address(self.aws.emulator, found))

    def alarm(self, name: str) -> Alarm:
        """The alarm of a workload, such as `DeadLetters`, or `Worker/DeadLetters` if there are several."""
        return Alarm(self.aws.emulator, self._resources.alarm(name))

    def run_schedule(self, name: str = "") -> None:
        """Start a schedule of EventBridge Scheduler once, now, as if its time had come."""
        self.aws.emulator.ask("schedule", self._find(name, "schedule", "AWS::Scheduler::Schedule"))

    def mail(self) -> Mail:
        """The mail that SES receives by the account's active receipt rule set."""
        return Mail(self.aws.emulator)

    def activate_rule_set(self, name: str = "") -> None:
        """Make a receipt rule set the active one. CloudFormation does not, and cannot delete it then."""
        found = self._find(name, "", "AWS::SES::ReceiptRuleSet")
        self._client("ses").set_active_receipt_rule_set(RuleSetName=found)

    def url(self, output: str) -> str:
        """The URL of an endpoint, from an output of the stack, for any HTTP client.

        The client must trust `aws.authority`: `requests.get(deployed.url("Url"), verify=str(aws.authority))`.
        """
        if output not in self.outputs:
            raise LookupError(f"{self.stack} has no output {output}; it has: {', '.join(self.outputs)}")
        return reachable(self.aws.emulator, self.outputs[output])

    def release(
        self,
        app: Synthesizable | str | None = None,
        *,
        code: Path | str | None = None,
        function: str = "",
        context: Mapping[str, str] | None = None,
        traffic: Callable[[], object] | None = None,
    ) -> Release:
        """Deploy another release of the stack; a release that is rolled back raises nothing.

        Args:
            app: As in `Aws.deploy`.
            code: Other code for a function, instead of an app: a directory, or the source of the handler's
                module. The stack stays as it was deployed, except for the code and the version.
            function: The function that gets the code. Default: the only one of the stack
            context: Context for a command, in addition to the context of the stack.
            traffic: Called again and again during the deployment: a canary needs traffic to fail.
        """
        emulator = self.aws.emulator
        start = len(emulator.journal())
        error = ""
        with Repeating(traffic):
            try:
                if code is not None:
                    self._deploy_code(code, function)
                else:
                    self._deploy(app, context)
            except CdkError as failed:
                error = str(failed)
        return Release(emulator.journal()[start:], error, emulator.time_scale)

    def _deploy(self, app: Synthesizable | str | None, context: Mapping[str, str] | None) -> None:
        if app is None or isinstance(app, str):
            self.aws.deploy(app or self.app, self.stack, context={**self.context, **(context or {})})
        else:
            self.aws.deploy(app, context=context)

    def has_difference(self, *, context: Mapping[str, str] | None = None) -> bool:
        """Whether `cdk diff` finds the stack different from its app, which must be a command.

        Args:
            context: As in `release`.
        """
        return self.aws.cdk.has_difference(self.stack, {**self.context, **(context or {})}, app=self.app)

    def destroy(self) -> None:
        """Delete the stack. CloudFormation does not delete a bucket with objects: empty it first."""
        self.aws.cdk.destroy(self.path or self.stack, self.assembly)

    def _deploy_code(self, code: Path | str, function: str) -> None:
        if self.assembly is None:
            raise ValueError("deploy the stack before a release with other code")
        logical_id = self._resources.logical_id(function, "function", "AWS::Lambda::Function")
        target = Path(mkdtemp(dir=self.aws.emulator.directory)) / "cdk.out"
        with_new_code(self.assembly, self.path or self.stack, logical_id, code, target)
        self.aws.deploy_assembly(target, self.path or self.stack, self.stack)

    def until_settled(self, *, timeout: float = 60.0) -> None:
        """Wait until the queues that functions read are empty.

        Args:
            timeout: Seconds of this machine.

        Raises:
            TimeoutError: Messages were left; the message says where, and shows the end of the log.
        """
        try:
            wait_until(self._left, timeout=timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.aws.emulator.tail(_LOG_LINES)}") from error

    def until_calm(self, *, timeout: float = 60.0) -> None:
        """Wait until the alarms that stop its rollouts have cleared, because CodeDeploy refuses to start one.

        Args:
            timeout: Seconds of this machine.

        Raises:
            TimeoutError: An alarm fires; the message names it.
        """
        stopping = self._resources.rollout_alarms()
        wait_until(lambda: stopping & set(firing(self.aws.emulator)), timeout=timeout)

    def assert_dead_lettered(self, name: str, *bodies: str) -> None:
        """The dead-letter queue of a queue has these messages and no others."""
        found = sorted(self.queue(name).dead_letters.bodies())
        if found != sorted(bodies):
            raise AssertionError(
                f"expected the dead-letter queue of {name} to have {sorted(bodies)} and nothing else, "
                f"found {found}\n"
                f"{self.aws.emulator.tail(_LOG_LINES)}"
            )

    def assert_stored(self, name: str, *keys: Mapping[str, object], timeout: float = 0) -> None:
        """A table has exactly one item for each key, or for other attributes that tell items apart.

        Args:
            name: The table.
            keys: The keys.
            timeout: Seconds of this machine in which the items arrive. Default: they are there already
        """
        table, found = self.table(name), list[dict[str, Any]]()

        def missing() -> bool:
            found[:] = table.items()
            there = all(any(key.items() <= item.items() for item in found) for key in keys)
            return not there or len(found) != len(keys)

        try:
            wait_until(missing, timeout=timeout, looks=1)
        except TimeoutError:
            raise AssertionError(
                f"expected the table {name} to have {list(keys)} and nothing else, found {found}\n"
                f"{self.aws.emulator.tail(_LOG_LINES)}"
            ) from None

    def _client(self, service: str) -> Client:
        return self.aws.client(service)

    @property
    def _described(self) -> dict[str, Any]:
        """The description of the stack in CloudFormation; empty if the stack does not exist."""
        try:
            stacks = self._client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise
        return next((each for each in stacks if each["StackStatus"] != "DELETE_COMPLETE"), {})

    @property
    def _resources(self) -> Resources:
        return Resources(self._client("cloudformation"), self.stack)

    def _find(self, name: str, role: str, *types: str) -> str:
        return self._resources.physical_id(name, role, *types)

    def _mapping(self, name: str) -> str:
        return self._find(name, "eventSourceMapping", "AWS::Lambda::EventSourceMapping")

    def _left(self) -> str:
        """The messages in the queues that functions read, in words."""
        left = {queue.url: depth for queue in self._sources() if (depth := queue.depth())}
        return f"there are messages left: {left}" if left else ""

    def _sources(self) -> list[Queue]:
        mappings = self._client("lambda").list_event_source_mappings()["EventSourceMappings"]
        sqs = self._client("sqs")
        names = [
            each["EventSourceArn"].rpartition(":")[2]
            for each in mappings
            if each.get("EventSourceArn", "").split(":")[2:3] == ["sqs"]
        ]
        return [Queue(sqs, sqs.get_queue_url(QueueName=name)["QueueUrl"]) for name in names]
